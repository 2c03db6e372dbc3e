import { deepEqual, isPlainObject, ownValue, setOwn } from './plain.ts';

/** What a strategic merge has to know of a type: which of its lists are merged, and by which key. */
export interface MergeSchema {
  /** The type of a member: how it merges, and of what it is made. Undefined: unknown, and replaced whole if a list. */
  member(name: string): MergeMember | undefined;
}

export interface MergeMember {
  /** The type of the member, or of the items of a list or map. */
  readonly schema: MergeSchema | undefined;
  /** A list whose items are merged by this member of theirs; `''`: a list of plain values, merged as a set. */
  readonly mergeKey?: string;
  /** A structure that a patch replaces whole, as `spec.strategy` of a Deployment keeps only what is said. */
  readonly retainKeys?: boolean;
}

type Plain = Readonly<Record<string, unknown>>;

const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const DELETE_PRIMITIVES = '$deleteFromPrimitiveList/';
const SET_ORDER = '$setElementOrder/';

/** Models StrategicMergePatch (k8s.io/apimachinery/pkg/util/strategicpatch): `target` with `patch` applied. */
export function applyStrategicMergePatch(
  target: unknown,
  patch: unknown,
  schema: MergeSchema | undefined,
): unknown {
  if (!isPlainObject(patch)) return patch;
  if (patch[DIRECTIVE] === 'replace') return without(patch, [DIRECTIVE]);
  if (patch[DIRECTIVE] === 'delete') return {};
  const result: Record<string, unknown> = {};
  const retained = patch[RETAIN_KEYS];
  for (const [name, value] of Object.entries(isPlainObject(target) ? target : {})) {
    if (!Array.isArray(retained) || retained.includes(name)) setOwn(result, name, value);
  }
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined || name === RETAIN_KEYS || name.startsWith(SET_ORDER)) continue;
    if (name.startsWith(DELETE_PRIMITIVES))
      removePrimitives(result, name.slice(DELETE_PRIMITIVES.length), value);
    else if (value === null) delete result[name];
    else
      setOwn(
        result,
        name,
        mergeMember(ownValue(result, name), value, schema?.member(name), ownValue(patch, SET_ORDER + name)),
      );
  }
  return result;
}

/**
 * The patch that leads from `current` to `modified`, with everything removed that was in `original` and is no more:
 * what `kubectl apply` sends (CreateThreeWayMergePatch). An empty object means that there is nothing to do.
 */
export function threeWayMergePatch(
  original: unknown,
  modified: unknown,
  current: unknown,
  schema: MergeSchema | undefined,
): Plain {
  return diff(isPlainObject(original) ? original : {}, asPlain(modified), asPlain(current), schema);
}

function diff(
  original: Plain,
  modified: Plain,
  current: Plain,
  schema: MergeSchema | undefined,
  retainKeys = false,
): Plain {
  const patch: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(modified)) {
    if (value === undefined || value === null) continue;
    const now = ownValue(current, name);
    const before = ownValue(original, name);
    const member = schema?.member(name);
    if (isPlainObject(value) && isPlainObject(now)) {
      const inner = diff(asPlain(before), value, now, member?.schema, member?.retainKeys);
      if (Object.keys(inner).length > 0) setOwn(patch, name, inner);
    } else if (Array.isArray(value) && Array.isArray(now) && member?.mergeKey !== undefined) {
      diffList(patch, name, Array.isArray(before) ? before : [], value, now, member);
    } else if (!deepEqual(value, now)) {
      setOwn(patch, name, value);
    }
  }
  for (const name of Object.keys(original)) {
    if (ownValue(modified, name) === undefined && ownValue(current, name) !== undefined)
      setOwn(patch, name, null);
  }
  if (retainKeys && Object.keys(patch).length > 0) patch[RETAIN_KEYS] = Object.keys(modified).sort();
  return patch;
}

function diffList(
  patch: Record<string, unknown>,
  name: string,
  original: readonly unknown[],
  modified: readonly unknown[],
  current: readonly unknown[],
  { mergeKey, schema }: MergeMember,
): void {
  if (mergeKey === '') {
    const added = modified.filter((value) => !current.includes(value));
    const removed = original.filter((value) => !modified.includes(value) && current.includes(value));
    if (removed.length > 0) setOwn(patch, DELETE_PRIMITIVES + name, removed);
    if (added.length > 0) setOwn(patch, name, added);
    if (added.length + removed.length > 0) setOwn(patch, SET_ORDER + name, [...modified]);
    return;
  }
  const key = mergeKey!;
  const keyOf = (item: unknown) => (isPlainObject(item) ? item[key] : undefined);
  const alike = (list: readonly unknown[], item: unknown) =>
    list.filter((other) => keyOf(other) === keyOf(item));
  const find = (list: readonly unknown[], item: unknown) => alike(list, item)[0];
  const items: unknown[] = [];
  for (const [at, item] of modified.entries()) {
    // Items may share their key, as the ports 53/UDP and 53/TCP of a container: the second is compared with the second.
    const nth = alike(modified.slice(0, at), item).length;
    const now = alike(current, item)[nth];
    if (!isPlainObject(item) || !isPlainObject(now)) items.push(item);
    else {
      const inner = diff(asPlain(alike(original, item)[nth]), item, now, schema);
      if (Object.keys(inner).length > 0) items.push({ ...inner, [key]: item[key] });
    }
  }
  for (const item of original) {
    if (!find(modified, item) && find(current, item))
      items.push({ [DIRECTIVE]: 'delete', [key]: keyOf(item) });
  }
  const order = modified.map((item) => ({ [key]: keyOf(item) }));
  const inOrder = order
    .map((item) => current.findIndex((other) => keyOf(other) === item[key]))
    .filter((place) => place >= 0);
  const moved = inOrder.some((place, at) => at > 0 && place < inOrder[at - 1]!);
  if (items.length === 0 && !moved) return;
  setOwn(patch, SET_ORDER + name, order);
  if (items.length > 0) setOwn(patch, name, items);
}

function mergeMember(
  target: unknown,
  patch: unknown,
  member: MergeMember | undefined,
  order: unknown,
): unknown {
  if (isPlainObject(patch)) return applyStrategicMergePatch(target, patch, member?.schema);
  if (!Array.isArray(patch) || member?.mergeKey === undefined) return patch;
  const present = Array.isArray(target) ? target : [];
  const { mergeKey, schema } = member;
  const keyOf = (item: unknown) => (mergeKey !== '' && isPlainObject(item) ? item[mergeKey] : item);
  const merged =
    mergeKey === '' ? [...new Set([...present, ...patch])] : mergeList(present, patch, mergeKey, schema);
  if (!Array.isArray(target)) return merged;
  const wanted = Array.isArray(order) ? order : patch;
  return inOrder(merged, wanted.map(keyOf), present.map(keyOf), keyOf);
}

function mergeList(
  target: readonly unknown[],
  patch: readonly unknown[],
  key: string,
  schema: MergeSchema | undefined,
): unknown[] {
  const replaces = patch.some((item) => isPlainObject(item) && item[DIRECTIVE] === 'replace');
  let items = replaces ? [] : [...target];
  for (const item of patch) {
    if (!isPlainObject(item)) continue;
    if (item[DIRECTIVE] === 'replace' && item[key] === undefined) continue;
    const place = items.findIndex((other) => isPlainObject(other) && deepEqual(other[key], item[key]));
    if (item[DIRECTIVE] === 'delete')
      items = items.filter((other) => !isPlainObject(other) || !deepEqual(other[key], item[key]));
    else if (place < 0) items.push(applyStrategicMergePatch({}, without(item, [DIRECTIVE]), schema));
    else items[place] = applyStrategicMergePatch(items[place], item, schema);
  }
  return items;
}

/**
 * Models normalizeElementOrder and mergeSortedSlice: what the patch names comes in the patch's order, the rest in the
 * order that it had. Of the two lists an item of the rest goes first only if it stood before the other one already; so
 * what is new comes before what the patch does not name.
 */
function inOrder(
  merged: readonly unknown[],
  patchOrder: readonly unknown[],
  serverOrder: readonly unknown[],
  keyOf: (item: unknown) => unknown,
): unknown[] {
  const place = (order: readonly unknown[], item: unknown) =>
    order.findIndex((key) => deepEqual(key, keyOf(item)));
  const sorted = (items: readonly unknown[], order: readonly unknown[]) =>
    [...items].sort((a, b) => {
      const [left, right] = [place(order, a), place(order, b)];
      return left < 0 || right < 0 ? 0 : left - right;
    });
  const named = (item: unknown) => place(patchOrder, item) >= 0;
  const fromPatch = sorted(merged.filter(named), patchOrder);
  const rest = sorted(
    merged.filter((item) => !named(item)),
    serverOrder,
  );
  const result: unknown[] = [];
  while (rest.length > 0 && fromPatch.length > 0) {
    const [left, right] = [place(serverOrder, rest[0]), place(serverOrder, fromPatch[0])];
    const first = left >= 0 && right >= 0 && left < right ? rest : fromPatch;
    result.push(first.shift());
  }
  return [...result, ...rest, ...fromPatch];
}

/** The first item of a patch's lists that lacks the key by which its list is merged. */
export function itemWithoutMergeKey(
  patch: unknown,
  schema: MergeSchema | undefined,
): { readonly item: unknown; readonly key: string } | undefined {
  if (!isPlainObject(patch)) return undefined;
  for (const [name, value] of Object.entries(patch)) {
    const member = schema?.member(name);
    if (!member) continue;
    const items = Array.isArray(value) ? value : [value];
    for (const item of items) {
      const key = Array.isArray(value) ? member.mergeKey : undefined;
      const special = isPlainObject(item) && item[DIRECTIVE] === 'replace';
      if (key && isPlainObject(item) && item[key] === undefined && !special) return { item, key };
      const inner = itemWithoutMergeKey(item, member.schema);
      if (inner) return inner;
    }
  }
  return undefined;
}

function removePrimitives(target: Record<string, unknown>, name: string, values: unknown): void {
  const list = ownValue(target, name);
  if (Array.isArray(list) && Array.isArray(values))
    setOwn(
      target,
      name,
      list.filter((value) => !values.includes(value)),
    );
}

function without(value: Plain, names: readonly string[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) if (!names.includes(name)) setOwn(result, name, member);
  return result;
}

function asPlain(value: unknown): Plain {
  return isPlainObject(value) ? value : {};
}
