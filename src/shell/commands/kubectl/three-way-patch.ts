import { deepEqual } from '../../../engine/index.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Lists that strategic merge treats as maps, by field name, and the key of their items (`patchMergeKey` in k8s.io/api). */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  conditions: 'type',
  containers: 'name',
  env: 'name',
  ephemeralContainers: 'name',
  hostAliases: 'ip',
  imagePullSecrets: 'name',
  initContainers: 'name',
  ownerReferences: 'uid',
  schedulingGates: 'name',
  secrets: 'name',
  topologySpreadConstraints: 'topologyKey',
  volumeMounts: 'mountPath',
  volumes: 'name',
};

function mergeKeyOf(field: string, items: readonly unknown[]): string | undefined {
  if (!items.every(isObject)) return undefined;
  if (field === 'ports')
    return items.some((item) => 'containerPort' in (item as JsonObject))
      ? 'containerPort'
      : items.every((item) => 'port' in (item as JsonObject))
        ? 'port'
        : undefined;
  const key = MERGE_KEYS[field];
  return key !== undefined && items.every((item) => key in (item as JsonObject)) ? key : undefined;
}

/**
 * The strategic merge patch of `kubectl apply`: what `modified` adds to or changes in `current`, and what it no longer has
 * of `original` (strategicpatch.CreateThreeWayMergePatch). `{}`: nothing to do.
 */
export function threeWayPatch(original: JsonObject, modified: JsonObject, current: JsonObject): JsonObject {
  return combine(additions(current, modified), deletions(original, modified, current));
}

function additions(current: JsonObject, modified: JsonObject): JsonObject {
  const patch: Record<string, unknown> = {};
  for (const [field, wanted] of Object.entries(modified)) {
    const present = Object.hasOwn(current, field) ? current[field] : undefined;
    if (wanted === null) {
      if (present !== undefined && present !== null) patch[field] = null;
    } else if (isObject(wanted) && isObject(present)) {
      const inner = additions(present, wanted);
      if (Object.keys(inner).length > 0) patch[field] = inner;
    } else if (Array.isArray(wanted) && Array.isArray(present)) {
      Object.assign(patch, listAdditions(field, present, wanted));
    } else if (!deepEqual(wanted, present)) patch[field] = wanted;
  }
  return patch;
}

function listAdditions(field: string, present: readonly unknown[], wanted: readonly unknown[]): JsonObject {
  const key = mergeKeyOf(field, [...present, ...wanted]);
  if (key === undefined || wanted.length === 0) return deepEqual(present, wanted) ? {} : { [field]: wanted };
  const items: unknown[] = [];
  for (const item of wanted as readonly JsonObject[]) {
    const same = (present as readonly JsonObject[]).find((one) => one[key] === item[key]);
    if (!same) items.push(item);
    else {
      const inner = additions(same, item);
      if (Object.keys(inner).length > 0) items.push({ ...inner, [key]: item[key] });
    }
  }
  const order = (list: readonly unknown[]) => (list as readonly JsonObject[]).map((item) => item[key]);
  const kept = order(present).filter((value) => order(wanted).includes(value));
  if (
    items.length === 0 &&
    deepEqual(
      kept,
      order(wanted).filter((value) => kept.includes(value)),
    )
  )
    return {};
  return {
    [`$setElementOrder/${field}`]: order(wanted).map((value) => ({ [key]: value })),
    ...(items.length > 0 && { [field]: items }),
  };
}

function deletions(original: JsonObject, modified: JsonObject, current: JsonObject): JsonObject {
  const patch: Record<string, unknown> = {};
  for (const [field, before] of Object.entries(original)) {
    const wanted = modified[field];
    const present = Object.hasOwn(current, field) ? current[field] : undefined;
    if (wanted === undefined && !Object.hasOwn(modified, field)) {
      if (present !== undefined) patch[field] = null;
    } else if (isObject(before) && isObject(wanted) && isObject(present)) {
      const inner = deletions(before, wanted, present);
      if (Object.keys(inner).length > 0) patch[field] = inner;
    } else if (Array.isArray(before) && Array.isArray(wanted) && Array.isArray(present)) {
      Object.assign(patch, listDeletions(field, before, wanted, present));
    }
  }
  return patch;
}

function listDeletions(
  field: string,
  before: readonly unknown[],
  wanted: readonly unknown[],
  present: readonly unknown[],
): JsonObject {
  const key = mergeKeyOf(field, [...before, ...wanted, ...present]);
  if (key === undefined || wanted.length === 0) return {};
  const items: unknown[] = [];
  for (const item of before as readonly JsonObject[]) {
    const still = (wanted as readonly JsonObject[]).find((one) => one[key] === item[key]);
    const there = (present as readonly JsonObject[]).find((one) => one[key] === item[key]);
    if (!there) continue;
    if (!still) items.push({ $patch: 'delete', [key]: item[key] });
    else {
      const inner = deletions(item, still, there);
      if (Object.keys(inner).length > 0) items.push({ ...inner, [key]: item[key] });
    }
  }
  if (items.length === 0) return {};
  const order = (wanted as readonly JsonObject[]).map((item) => ({ [key]: item[key] }));
  return { [`$setElementOrder/${field}`]: order, [field]: items };
}

/** Both halves in one patch; items of the same list are put together by their key. */
function combine(a: JsonObject, b: JsonObject): JsonObject {
  const result: Record<string, unknown> = { ...a };
  for (const [field, value] of Object.entries(b)) {
    const other = result[field];
    if (isObject(other) && isObject(value)) result[field] = combine(other, value);
    else if (Array.isArray(other) && Array.isArray(value) && !field.startsWith('$'))
      result[field] = combineLists(field, other, value);
    else result[field] = value;
  }
  return result;
}

function combineLists(field: string, a: readonly unknown[], b: readonly unknown[]): readonly unknown[] {
  const key = mergeKeyOf(field, [...a, ...b]);
  if (key === undefined) return b;
  const merged = (a as readonly JsonObject[]).map((item) => {
    const other = (b as readonly JsonObject[]).find((one) => one[key] === item[key]);
    return other ? combine(item, other) : item;
  });
  return [
    ...merged,
    ...(b as readonly JsonObject[]).filter((item) => !merged.some((one) => one[key] === item[key])),
  ];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
