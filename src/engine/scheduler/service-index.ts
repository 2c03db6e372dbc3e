import type { Labels, Service } from '../api/index.ts';

/** Services found by a pod's labels: each is filed under the first pair of its selector. */
export interface ServiceIndex {
  add(service: Service): void;
  remove(service: Service): void;
  /** Those whose first pair the labels have. */
  candidates(namespace: string, labels: Labels): readonly Service[];
}

export function createServiceIndex(): ServiceIndex {
  const byPair = new Map<string, Map<string, Service>>();
  const pairKey = (namespace: string, key: string, value: string) => `${namespace} ${key}=${value}`;
  const nameOf = ({ metadata }: Service) => `${metadata.namespace}/${metadata.name}`;

  function keyOf({ metadata, spec }: Service): string | undefined {
    const [first] = Object.entries(spec.selector ?? {});
    return first && pairKey(metadata.namespace ?? 'default', ...first);
  }

  return {
    add(service) {
      const key = keyOf(service);
      if (key === undefined) return;
      const filed = byPair.get(key) ?? new Map<string, Service>();
      byPair.set(key, filed.set(nameOf(service), service));
    },
    remove(service) {
      const key = keyOf(service);
      if (key !== undefined) byPair.get(key)?.delete(nameOf(service));
    },
    candidates: (namespace, labels) =>
      Object.entries(labels).flatMap(([key, value]) => [
        ...(byPair.get(pairKey(namespace, key, value))?.values() ?? []),
      ]),
  };
}
