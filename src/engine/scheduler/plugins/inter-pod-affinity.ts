import type { AffinityTerm } from '../affinity-term.ts';
import {
  type ClusterState,
  type FilterPlugin,
  MAX_NODE_SCORE,
  type ScorePlugin,
  unresolvable,
  unschedulable,
} from '../framework.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';

/** Counts or weights by topology key and value: `kubernetes.io/hostname=node-1`. */
type TopologyCounts = Map<string, number>;

/** The weight that an existing pod's required affinity has when nodes are scored (hardPodAffinityWeight). */
const HARD_AFFINITY_WEIGHT = 1;

/** Pods that want to be near each other, or not (plugins/interpodaffinity, v1.36). */
export const interPodAffinity: FilterPlugin & ScorePlugin = {
  name: 'InterPodAffinity',
  weight: 2,
  prepare(pod, state) {
    const { requiredAffinity, requiredAntiAffinity } = pod;
    const existingAnti = new Map<string, number>();
    for (const info of state.nodes) {
      for (const other of info.podsWithAffinity) {
        for (const term of other.requiredAntiAffinity)
          if (term.matches(pod.pod, state.namespaceLabels)) count(existingAnti, term, info, 1);
      }
    }
    if (existingAnti.size === 0 && requiredAffinity.length === 0 && requiredAntiAffinity.length === 0)
      return undefined;

    const affinity = new Map<string, number>();
    const anti = new Map<string, number>();
    if (requiredAffinity.length > 0 || requiredAntiAffinity.length > 0) {
      for (const info of state.nodes) {
        for (const other of info.pods.values()) {
          if (requiredAffinity.length > 0 && matchesAll(requiredAffinity, other, state)) {
            for (const term of requiredAffinity) count(affinity, term, info, 1);
          }
          for (const term of requiredAntiAffinity)
            if (term.matches(other.pod, state.namespaceLabels)) count(anti, term, info, 1);
        }
      }
    }
    // The first of a group that wants to be together has nobody to be with: it may go anywhere.
    const firstOfItsKind =
      affinity.size === 0 && requiredAffinity.length > 0 && matchesAll(requiredAffinity, pod, state);
    return {
      filter: ({ node }) => {
        const labels = node.metadata.labels ?? {};
        const at = (counts: TopologyCounts, key: string) =>
          labels[key] === undefined ? 0 : (counts.get(`${key}=${labels[key]}`) ?? 0);
        const near = requiredAffinity.every(
          ({ topologyKey }) =>
            labels[topologyKey] !== undefined && (firstOfItsKind || at(affinity, topologyKey) > 0),
        );
        if (!near) return unresolvable("node(s) didn't match pod affinity rules");
        if (requiredAntiAffinity.some(({ topologyKey }) => at(anti, topologyKey) > 0)) {
          return unschedulable("node(s) didn't match pod anti-affinity rules");
        }
        if (Object.entries(labels).some(([key, value]) => (existingAnti.get(`${key}=${value}`) ?? 0) > 0)) {
          return unschedulable("node(s) didn't satisfy existing pods anti-affinity rules");
        }
        return undefined;
      },
    };
  },
  score(pod, feasible, state) {
    const weights: TopologyCounts = new Map();
    const { preferredAffinity, preferredAntiAffinity } = pod;
    const hasPreferences = preferredAffinity.length + preferredAntiAffinity.length > 0;
    for (const info of state.nodes) {
      for (const other of hasPreferences ? info.pods.values() : info.podsWithAffinity) {
        const add = (
          terms: readonly AffinityTerm[],
          about: PodInfo,
          weightOf: (term: AffinityTerm) => number,
        ) => {
          for (const term of terms)
            if (term.matches(about.pod, state.namespaceLabels)) count(weights, term, info, weightOf(term));
        };
        add(preferredAffinity, other, ({ weight }) => weight);
        add(preferredAntiAffinity, other, ({ weight }) => -weight);
        add(other.requiredAffinity, pod, () => HARD_AFFINITY_WEIGHT);
        add(other.preferredAffinity, pod, ({ weight }) => weight);
        add(other.preferredAntiAffinity, pod, ({ weight }) => -weight);
      }
    }
    if (weights.size === 0) return undefined;
    const sums = feasible.map(({ node }) =>
      Object.entries(node.metadata.labels ?? {}).reduce(
        (sum, [key, value]) => sum + (weights.get(`${key}=${value}`) ?? 0),
        0,
      ),
    );
    const lowest = Math.min(...sums);
    const span = Math.max(...sums) - lowest;
    return sums.map((sum) => (span > 0 ? Math.trunc((MAX_NODE_SCORE * (sum - lowest)) / span) : 0));
  },
};

function matchesAll(terms: readonly AffinityTerm[], { pod }: PodInfo, state: ClusterState): boolean {
  return terms.every((term) => term.matches(pod, state.namespaceLabels));
}

function count(counts: TopologyCounts, { topologyKey }: AffinityTerm, { node }: NodeInfo, by: number): void {
  const value = node.metadata.labels?.[topologyKey];
  if (value === undefined) return;
  const place = `${topologyKey}=${value}`;
  counts.set(place, (counts.get(place) ?? 0) + by);
}
