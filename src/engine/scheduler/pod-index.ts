import { type Selector, selectorMatches } from '../apimachinery/index.ts';
import type { PodInfo } from './pod-info.ts';

interface Placed {
  readonly info: PodInfo;
  readonly node: string;
}

/** Pods on nodes, found by their labels: spreading asks for each pod how many like it there are, and where. */
export interface PodIndex {
  add(info: PodInfo, node: string): void;
  remove(key: string): void;
  /** Pods of a namespace that a selector fits and that are not on their way out, by node. */
  count(namespace: string, selector: Selector): ReadonlyMap<string, number>;
}

export function createPodIndex(): PodIndex {
  const byLabel = new Map<string, Map<string, Placed>>();
  const byNamespace = new Map<string, Map<string, Placed>>();
  const places = new Map<string, readonly Map<string, Placed>[]>();

  const bucket = (of: Map<string, Map<string, Placed>>, key: string): Map<string, Placed> => {
    const found = of.get(key) ?? new Map<string, Placed>();
    of.set(key, found);
    return found;
  };
  const labelKey = (namespace: string, key: string, value: string) => `${namespace} ${key}=${value}`;

  /** The fewest pods that a selector can be about: those with a label value that it asks for. */
  function candidates(namespace: string, selector: Selector): ReadonlyMap<string, Placed> {
    let fewest: ReadonlyMap<string, Placed> | undefined;
    for (const { operator, key, values } of selector) {
      const [value] = values;
      if (operator !== 'In' || values.length !== 1 || value === undefined) continue;
      const pods = byLabel.get(labelKey(namespace, key, value)) ?? new Map<string, Placed>();
      if (!fewest || pods.size < fewest.size) fewest = pods;
    }
    return fewest ?? byNamespace.get(namespace) ?? new Map<string, Placed>();
  }

  return {
    add(info, node) {
      const { namespace = 'default', labels = {} } = info.pod.metadata;
      const buckets = [
        bucket(byNamespace, namespace),
        ...Object.entries(labels).map(([key, value]) => bucket(byLabel, labelKey(namespace, key, value))),
      ];
      places.set(info.key, buckets);
      for (const pods of buckets) pods.set(info.key, { info, node });
    },
    remove(key) {
      for (const pods of places.get(key) ?? []) pods.delete(key);
      places.delete(key);
    },
    count(namespace, selector) {
      const counts = new Map<string, number>();
      for (const { info, node } of candidates(namespace, selector).values()) {
        const { deletionTimestamp, labels } = info.pod.metadata;
        if (deletionTimestamp !== undefined || !selectorMatches(selector, labels)) continue;
        counts.set(node, (counts.get(node) ?? 0) + 1);
      }
      return counts;
    },
  };
}
