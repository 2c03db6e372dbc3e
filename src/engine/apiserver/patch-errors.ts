/** What a patch that leads to no object is answered with (k8s.io/apiserver/pkg/endpoints/handlers/patch.go, v1.36). */
import { goJson, invalid, isPlainObject, type Status } from '../apimachinery/index.ts';
import type { PatchType } from './client.ts';
import { genericStatus } from './statuses.ts';

/**
 * `why`: the decoder's complaint about the patched object. A strategic patch is shown as Go prints a map, and what does
 * not fit is said by another converter; of the other kinds the whole patched object is shown.
 */
export function undecodablePatch(type: PatchType, patch: unknown, patched: unknown, why: string): Status {
  const strategic = type === 'strategic';
  const shown = strategic ? goMap(patch) : goJson(patched);
  const error = invalid('patch', shown, strategic ? converted(why) : why);
  return {
    ...genericStatus(422, `Invalid`, ` "" is invalid: patch: ${error.message}`),
    details: { causes: [error] },
  };
}

/** An item of a list that is merged by a key has to have it. Undefined: all have. */
export function missingMergeKey(item: unknown, key: string): Status {
  return genericStatus(500, '', `map: ${goMap(item)} does not contain declared merge key: ${key}`);
}

/** A value as Go's %v prints it: `map[a:1 b:[x y]]`. */
function goMap(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goMap).join(' ')}]`;
  if (!isPlainObject(value)) return String(value);
  const members = Object.keys(value)
    .sort()
    .map((name) => `${name}:${goMap(value[name])}`);
  return `map[${members.join(' ')}]`;
}

const GO_KINDS: Readonly<Record<string, string | undefined>> = {
  number: 'int64',
  array: 'slice',
  object: 'map',
};

/** The words of runtime.FromUnstructured for what encoding/json would call a wrong type. */
function converted(why: string): string {
  const mismatch =
    /^json: cannot unmarshal (\w+)(?: \S+)? into Go (?:struct field \S+|value) of type (\S+)$/.exec(why);
  if (!mismatch) return why.startsWith('strict decoding error') ? why : `error decoding from json: ${why}`;
  const [, kind = '', type = ''] = mismatch;
  const from = GO_KINDS[kind] ?? kind;
  if (type.startsWith('map[') || type === 'v1.ResourceList') return `cannot restore map from ${from}`;
  if (type.startsWith('[]')) return `cannot restore slice from ${from}`;
  const scalar = /^(?:string|bool|int32|int64|float64)$/.test(type);
  if (from === 'int64' && (scalar || type.startsWith('v1.')))
    return `cannot convert int64 to ${scalar ? type : 'string'}`;
  if (scalar) return `unrecognized type: ${type}`;
  return `cannot restore struct from: ${from}`;
}

/** The object in a patch may not be another than the one that the URL names. */
export function misnamedPatch(patched: unknown, namespace: string, name: string): Status | undefined {
  const metadata = isPlainObject(patched) && isPlainObject(patched.metadata) ? patched.metadata : {};
  for (const [what, given, meant] of [
    ['name', metadata.name, name],
    ['namespace', metadata.namespace, namespace],
  ] as const) {
    if (typeof given !== 'string' || given === '' || given === meant) continue;
    return genericStatus(
      400,
      'BadRequest',
      `the ${what} of the object (${given}) does not match the ${what} on the URL (${meant})`,
    );
  }
  return undefined;
}
