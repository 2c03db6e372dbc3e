import type { Pod, TopologySpreadConstraint } from '../../api/index.ts';
import { requiredNodeAffinityMatches, tolerates } from '../../api/index.ts';
import { type Selector, selectorMatches, toSelector } from '../../apimachinery/index.ts';
import {
  type ClusterState,
  type FilterPlugin,
  MAX_NODE_SCORE,
  type ScorePlugin,
  unresolvable,
  unschedulable,
} from '../framework.ts';
import type { NodeInfo } from '../node-info.ts';

const REASON = "node(s) didn't match pod topology spread constraints";
const HOSTNAME = 'kubernetes.io/hostname';

interface Constraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly selector: Selector;
  readonly minDomains: number;
  readonly honorsAffinity: boolean;
  readonly honorsTaints: boolean;
}

/** For pods that say nothing themselves: a Service's or workload's pods had better spread (systemDefaultConstraints). */
const SYSTEM_DEFAULTS = [
  { topologyKey: HOSTNAME, maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 5 },
] as const;

/** topologySpreadConstraints (plugins/podtopologyspread, v1.36). */
export const podTopologySpread: FilterPlugin & ScorePlugin = {
  name: 'PodTopologySpread',
  weight: 2,
  prepare({ pod }, state) {
    const constraints = constraintsOf(pod, 'DoNotSchedule');
    if (constraints.length === 0) return undefined;
    const counts = constraints.map((constraint) => matchesByDomain(pod, constraint, constraints, state));
    const self = constraints.map(({ selector }) =>
      selectorMatches(selector, pod.metadata.labels ?? {}) ? 1 : 0,
    );
    const fewest = counts.map((domains, index) => {
      const { minDomains } = constraints[index] ?? { minDomains: 1 };
      return domains.size < minDomains ? 0 : Math.min(...domains.values());
    });
    return {
      filter: ({ node }) => {
        for (const [index, { topologyKey, maxSkew }] of constraints.entries()) {
          const domain = node.metadata.labels?.[topologyKey];
          if (domain === undefined) return unresolvable(`${REASON} (missing required label)`);
          const skew = (counts[index]?.get(domain) ?? 0) + (self[index] ?? 0) - (fewest[index] ?? 0);
          if (skew > maxSkew) return unschedulable(REASON);
        }
        return undefined;
      },
    };
  },
  score({ pod }, feasible, state) {
    const own = (pod.spec.topologySpreadConstraints ?? []).length > 0;
    const constraints = own ? constraintsOf(pod, 'ScheduleAnyway') : defaultConstraints(pod, state);
    if (constraints.length === 0) return undefined;
    // A node without one of the labels is no place to spread to; by default, the label is just not counted.
    const ignored = feasible.map(
      ({ node }) =>
        own && constraints.some(({ topologyKey }) => node.metadata.labels?.[topologyKey] === undefined),
    );
    const taking = feasible.filter((_, index) => !ignored[index]);
    const facts = constraints.map((constraint) => {
      const { topologyKey } = constraint;
      const perNode = topologyKey === HOSTNAME;
      const domains = new Set(taking.flatMap(({ node }) => node.metadata.labels?.[topologyKey] ?? []));
      return {
        constraint,
        matches: matchCounter(pod, constraint.selector, state),
        weight: Math.log((perNode ? taking.length : domains.size) + 2),
        counts: perNode
          ? undefined
          : matchesByDomain(pod, constraint, own ? constraints : [constraint], state),
      };
    });
    const raw = feasible.map((info, index) => {
      if (ignored[index]) return 0;
      let score = 0;
      for (const { constraint, weight, counts, matches } of facts) {
        const domain = info.node.metadata.labels?.[constraint.topologyKey];
        if (domain === undefined) continue;
        const count = counts ? (counts.get(domain) ?? 0) : matches(info);
        score += count * weight + (constraint.maxSkew - 1);
      }
      return Math.round(score);
    });
    const scored = raw.filter((_, index) => !ignored[index]);
    const highest = Math.max(0, ...scored);
    const lowest = Math.min(Number.MAX_SAFE_INTEGER, ...scored);
    return raw.map((score, index) => {
      if (ignored[index]) return 0;
      return highest === 0
        ? MAX_NODE_SCORE
        : Math.trunc((MAX_NODE_SCORE * (highest + lowest - score)) / highest);
    });
  },
};

function constraintsOf(pod: Pod, when: TopologySpreadConstraint['whenUnsatisfiable']): readonly Constraint[] {
  return (pod.spec.topologySpreadConstraints ?? [])
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === when)
    .map((constraint) => {
      const labels = pod.metadata.labels ?? {};
      // matchLabelKeys: only pods with the pod's own values of these labels count.
      const same = (constraint.matchLabelKeys ?? []).filter((key) => key in labels);
      return {
        maxSkew: constraint.maxSkew,
        topologyKey: constraint.topologyKey,
        // Without a selector nothing is counted.
        selector: constraint.labelSelector
          ? [
              ...toSelector(constraint.labelSelector),
              ...same.map((key) => ({ key, operator: 'In' as const, values: [labels[key] ?? ''] })),
            ]
          : [{ key: '', operator: 'Exists' as const, values: [] }],
        minDomains: constraint.minDomains ?? 1,
        honorsAffinity: constraint.nodeAffinityPolicy !== 'Ignore',
        honorsTaints: constraint.nodeTaintsPolicy === 'Honor',
      };
    });
}

function defaultConstraints(pod: Pod, state: ClusterState): readonly Constraint[] {
  const selector = state.defaultSelector(pod);
  if (!selector) return [];
  return SYSTEM_DEFAULTS.map((constraint) => ({
    ...constraint,
    selector,
    minDomains: 1,
    honorsAffinity: true,
    honorsTaints: false,
  }));
}

/** How many pods match in each domain, over the nodes where the pod itself could be; domains without a match count too. */
function matchesByDomain(
  pod: Pod,
  constraint: Constraint,
  all: readonly Constraint[],
  state: ClusterState,
): Map<string, number> {
  const counts = new Map<string, number>();
  const matches = matchCounter(pod, constraint.selector, state);
  for (const info of state.nodes) {
    const labels = info.node.metadata.labels ?? {};
    const domain = labels[constraint.topologyKey];
    if (domain === undefined || all.some(({ topologyKey }) => labels[topologyKey] === undefined)) continue;
    if (constraint.honorsAffinity && !requiredNodeAffinityMatches(pod, info.node)) continue;
    const repelling = (info.node.spec?.taints ?? []).filter(({ effect }) => effect !== 'PreferNoSchedule');
    if (constraint.honorsTaints && !repelling.every((taint) => tolerates(pod.spec.tolerations, taint)))
      continue;
    counts.set(domain, (counts.get(domain) ?? 0) + matches(info));
  }
  return counts;
}

/** Counts the pods on a node that a selector fits; from the cluster's index where there is one. */
function matchCounter(
  { metadata }: Pod,
  selector: Selector,
  state: ClusterState,
): (node: NodeInfo) => number {
  const counted = state.countPods?.(metadata.namespace ?? 'default', selector);
  if (counted) return ({ name }) => counted.get(name) ?? 0;
  return ({ pods }) => {
    let count = 0;
    for (const { pod: other } of pods.values()) {
      if (other.metadata.deletionTimestamp !== undefined || other.metadata.namespace !== metadata.namespace)
        continue;
      if (selectorMatches(selector, other.metadata.labels ?? {})) count++;
    }
    return count;
  };
}
