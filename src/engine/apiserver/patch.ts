import { type KubernetesObject, mergeSchemaOf, type ResourceInfo } from '../api/index.ts';
import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  itemWithoutMergeKey,
  type Status,
} from '../apimachinery/index.ts';
import type { PatchType } from './client.ts';
import { missingMergeKey } from './patch-errors.ts';
import { badRequestStatus, invalidStatus } from './statuses.ts';

export type Patched =
  | { readonly ok: true; readonly object: unknown }
  | { readonly ok: false; readonly status: Status };

/** The object that a patch makes of the stored one, not yet decoded. */
export function applyPatch(
  info: ResourceInfo,
  stored: KubernetesObject,
  type: PatchType,
  patch: unknown,
): Patched {
  if (type === 'json' && !Array.isArray(patch)) {
    const why = 'json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp';
    return { ok: false, status: badRequestStatus(`error decoding patch: ${why}`) };
  }
  if (type === 'json') {
    const result = applyJsonPatch(stored, patch);
    if (result.ok) return { ok: true, object: result.value };
    return {
      ok: false,
      status: {
        ...invalidStatus(info.name, stored.metadata.name, []),
        message: 'the server rejected our request due to an error in our request',
      },
    };
  }
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
    return {
      ok: false,
      status: badRequestStatus(
        'error decoding patch: json: cannot unmarshal the patch into Go value of type map[string]interface {}',
      ),
    };
  }
  const nameless = type === 'strategic' ? itemWithoutMergeKey(patch, mergeSchemaOf(info.kind)) : undefined;
  if (nameless) return { ok: false, status: missingMergeKey(nameless.item, nameless.key) };
  return {
    ok: true,
    object:
      type === 'merge'
        ? applyMergePatch(stored, patch)
        : applyStrategicMergePatch(stored, patch, mergeSchemaOf(info.kind)),
  };
}
