import { isPlainObject, ownValue, setOwn } from './plain.ts';

/** RFC 7386: members of `patch` replace those of `target`, null removes, lists are replaced whole. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isPlainObject(patch)) return patch;
  const result: Record<string, unknown> = {};
  if (isPlainObject(target)) for (const [name, value] of Object.entries(target)) setOwn(result, name, value);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else if (value !== undefined) setOwn(result, name, applyMergePatch(ownValue(result, name), value));
  }
  return result;
}
