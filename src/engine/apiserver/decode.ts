import { apiVersionOf, type KubernetesObject, type ResourceInfo } from '../api/index.ts';
import { isPlainObject, type Status, setOwn } from '../apimachinery/index.ts';
import type { WriteOptions } from './client.ts';
import type { Mutable } from './mutable.ts';

export type Decoded =
  | { readonly ok: true; readonly object: Mutable<KubernetesObject>; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly status: Status };

export function decodeObject(
  info: ResourceInfo,
  input: unknown,
  _options: WriteOptions,
  _old?: KubernetesObject,
): Decoded {
  const object = copy(input) as Mutable<KubernetesObject>;
  object.apiVersion = apiVersionOf(info);
  object.kind = info.kind;
  object.metadata ??= { name: '' };
  return { ok: true, object, warnings: [] };
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (!isPlainObject(value)) return value;
  const result: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined && member !== null) setOwn(result, name, copy(member));
  }
  return result;
}
