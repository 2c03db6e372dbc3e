import type { PodView } from '../engine/index.ts';

const FROM_REPLICA_SET = /^(.+)-[a-z0-9]{6,10}-([a-z0-9]{5})$/;
const KIND_WORDS = /-(deployment|deploy|pod|app)$/;

/**
 * Pods' names, short enough for a map, by network namespace: `client` when its owner has only this pod, else what
 * tells it from its sisters, `hello-q9t4z`. A pod on its node's own network has no stop, so no
 * name here. Namespaces are left out; `netns` values stay unique, labels may not.
 */
export function shortNames(
  pods: readonly (Pick<PodView, 'namespace' | 'name' | 'netns'> & Partial<Pick<PodView, 'hostNetwork'>>)[],
): ReadonlyMap<string, string> {
  const sisters = new Map<string, number>();
  const parsed = pods
    .filter(({ hostNetwork }) => !hostNetwork)
    .map((pod) => {
      const match = FROM_REPLICA_SET.exec(pod.name);
      const base = match ? match[1]! : pod.name;
      const family = `${pod.namespace}/${base}`;
      if (match) sisters.set(family, (sisters.get(family) ?? 0) + 1);
      return { pod, base, family, suffix: match?.[2] };
    });
  const names = new Map<string, string>();
  for (const { pod, base, family, suffix } of parsed) {
    const netns = pod.netns ?? `${pod.namespace}/${pod.name}`;
    if (!suffix) names.set(netns, base);
    else if (sisters.get(family) === 1) names.set(netns, base.replace(KIND_WORDS, '') || base);
    else names.set(netns, `${base.replace(KIND_WORDS, '') || base}-${suffix}`);
  }
  return names;
}

/** Shortens a name to `length` characters by its middle: the two ends are what people tell names apart by. */
export function ellipsis(name: string, length: number): string {
  if (name.length <= length) return name;
  const tail = Math.floor((length - 1) / 2);
  return `${name.slice(0, length - 1 - tail)}…${name.slice(name.length - tail)}`;
}
