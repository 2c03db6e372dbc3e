import { deepEqual, isPlainObject, setOwn } from './plain.ts';

export type JsonPatchResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

type Step = (value: unknown) => JsonPatchResult;

/** RFC 6902. The value that comes back shares what was not changed; the input stays as it was. */
export function applyJsonPatch(target: unknown, patch: unknown): JsonPatchResult {
  if (!Array.isArray(patch)) return fail('a JSON patch is a list of operations');
  let value = target;
  for (const operation of patch) {
    const result = applyOperation(value, operation);
    if (!result.ok) return result;
    value = result.value;
  }
  return { ok: true, value };
}

function applyOperation(target: unknown, operation: unknown): JsonPatchResult {
  if (!isPlainObject(operation)) return fail('Unexpected kind: unknown');
  const { op, path, from, value } = operation;
  if (typeof path !== 'string' || (path !== '' && !path.startsWith('/'))) {
    return fail(`${String(op)} operation does not apply: missing or invalid path`);
  }
  switch (op) {
    case 'add':
      return change(
        target,
        pointer(path),
        (parent, key) => add(parent, key, value),
        () => ok(value),
        path,
      );
    case 'replace':
      return change(
        target,
        pointer(path),
        (parent, key) => replace(parent, key, value, path),
        () => ok(value),
        path,
      );
    case 'remove':
      return change(
        target,
        pointer(path),
        (parent, key) => remove(parent, key, path),
        () => ok(null),
        path,
      );
    case 'test': {
      const found = read(target, pointer(path), path);
      if (!found.ok) return value === null ? ok(target) : fail(`testing value ${path} failed`);
      return deepEqual(found.value, value) ? ok(target) : fail(`testing value ${path} failed`);
    }
    case 'copy':
    case 'move': {
      if (typeof from !== 'string') return fail(`${op} operation does not apply: missing from`);
      const found = read(target, pointer(from), from);
      if (!found.ok) return found;
      const without = op === 'move' ? applyOperation(target, { op: 'remove', path: from }) : ok(target);
      return without.ok ? applyOperation(without.value, { op: 'add', path, value: found.value }) : without;
    }
    default:
      return fail(`Unexpected kind: ${String(op)}`);
  }
}

type Change = (parent: unknown[] | Record<string, unknown>, key: string) => JsonPatchResult;

/** Copies the way down to the parent of the last key, and lets `leaf` change the copied parent in place. */
function change(
  target: unknown,
  keys: readonly string[],
  leaf: Change,
  root: () => JsonPatchResult,
  path: string,
): JsonPatchResult {
  if (keys.length === 0) return root();
  const [key, ...rest] = keys as [string, ...string[]];
  const copy = Array.isArray(target) ? [...target] : isPlainObject(target) ? copyObject(target) : undefined;
  if (!copy) return missing(path);
  if (rest.length === 0) return leaf(copy, key);
  const step: Step = (value) => change(value, rest, leaf, root, path);
  const place = Array.isArray(copy) ? indexOf(key, copy.length - 1) : undefined;
  if (Array.isArray(copy)) {
    if (place === undefined) return missing(path);
    const result = step(copy[place]);
    if (result.ok) copy[place] = result.value;
    return result.ok ? ok(copy) : result;
  }
  if (!Object.hasOwn(copy, key)) return missing(path);
  const result = step(copy[key]);
  if (result.ok) setOwn(copy, key, result.value);
  return result.ok ? ok(copy) : result;
}

function add(parent: unknown[] | Record<string, unknown>, key: string, value: unknown): JsonPatchResult {
  if (!Array.isArray(parent)) {
    setOwn(parent, key, value);
    return ok(parent);
  }
  const place = key === '-' ? parent.length : indexOf(key, parent.length);
  if (place === undefined)
    return fail(`add operation does not apply: doc is missing path: invalid index ${key}`);
  parent.splice(place, 0, value);
  return ok(parent);
}

function replace(
  parent: unknown[] | Record<string, unknown>,
  key: string,
  value: unknown,
  path: string,
): JsonPatchResult {
  const place = Array.isArray(parent) ? indexOf(key, parent.length - 1) : undefined;
  if (Array.isArray(parent) && place !== undefined) parent[place] = value;
  else if (!Array.isArray(parent) && Object.hasOwn(parent, key)) setOwn(parent, key, value);
  else return fail(`replace operation does not apply: doc is missing key: ${path}: missing value`);
  return ok(parent);
}

function remove(parent: unknown[] | Record<string, unknown>, key: string, path: string): JsonPatchResult {
  const place = Array.isArray(parent) ? indexOf(key, parent.length - 1) : undefined;
  if (Array.isArray(parent) && place !== undefined) parent.splice(place, 1);
  else if (!Array.isArray(parent) && Object.hasOwn(parent, key)) delete parent[key];
  else return fail(`remove operation does not apply: doc is missing key: ${path}: missing value`);
  return ok(parent);
}

function read(target: unknown, keys: readonly string[], path: string): JsonPatchResult {
  let value = target;
  for (const key of keys) {
    const place = Array.isArray(value) ? indexOf(key, value.length - 1) : undefined;
    if (Array.isArray(value) && place !== undefined) value = value[place];
    else if (isPlainObject(value) && Object.hasOwn(value, key)) value = value[key];
    else return missing(path);
  }
  return ok(value);
}

function pointer(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function indexOf(key: string, last: number): number | undefined {
  const place = /^(0|[1-9]\d*)$/.test(key) ? Number(key) : -1;
  return place >= 0 && place <= last ? place : undefined;
}

function copyObject(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) setOwn(copy, name, member);
  return copy;
}

function missing(path: string): JsonPatchResult {
  return fail(`doc is missing path: ${path}: missing value`);
}

function ok(value: unknown): JsonPatchResult {
  return { ok: true, value };
}

function fail(message: string): JsonPatchResult {
  return { ok: false, message };
}
