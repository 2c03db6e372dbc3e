import type { KubernetesObject, Labels } from '../../api/index.ts';

/** Objects found by `key: value` pairs without looking at the others of their namespace. */
export interface LabelIndex<T> {
  set(object: T): void;
  remove(object: T): void;
  /** Those that have all of the pairs; without a pair, none. In the order in which they came. */
  select(namespace: string, pairs: Labels): readonly T[];
  /** Those with at least one of the pairs. */
  selectAny(namespace: string, pairs: Labels): readonly T[];
}

export function createLabelIndex<T extends KubernetesObject>(pairsOf: (object: T) => Labels): LabelIndex<T> {
  const byPair = new Map<string, Map<string, T>>();
  const pairKeys = new Map<string, readonly string[]>();
  const nameOf = ({ metadata }: T) => `${metadata.namespace}/${metadata.name}`;
  const keysOf = (namespace: string, pairs: Labels) =>
    Object.entries(pairs).map(([key, value]) => `${namespace} ${key}=${value}`);
  const bucket = (key: string): ReadonlyMap<string, T> => byPair.get(key) ?? new Map<string, T>();

  function remove(object: T): void {
    const name = nameOf(object);
    for (const key of pairKeys.get(name) ?? []) {
      const objects = byPair.get(key);
      objects?.delete(name);
      if (objects?.size === 0) byPair.delete(key);
    }
    pairKeys.delete(name);
  }

  return {
    set(object) {
      const name = nameOf(object);
      const keys = keysOf(object.metadata.namespace ?? '', pairsOf(object));
      const before = pairKeys.get(name);
      if (!before || before.length !== keys.length || before.some((key, index) => key !== keys[index])) {
        remove(object);
        pairKeys.set(name, keys);
      }
      for (const key of keys) {
        const objects = byPair.get(key) ?? new Map<string, T>();
        byPair.set(key, objects.set(name, object));
      }
    },
    remove,
    select(namespace, pairs) {
      const keys = keysOf(namespace, pairs);
      const smallest = keys.map(bucket).sort((a, b) => a.size - b.size)[0];
      if (!smallest) return [];
      return [...smallest.values()].filter((object) => {
        const own = pairsOf(object);
        return Object.entries(pairs).every(([key, value]) => own[key] === value);
      });
    },
    selectAny: (namespace, pairs) => [
      ...new Set(keysOf(namespace, pairs).flatMap((key) => [...bucket(key).values()])),
    ],
  };
}
