import type { Random } from '../apimachinery/index.ts';
import type { ClusterState, Filter, FilterPlugin, Rejection, ScorePlugin } from './framework.ts';
import type { NodeInfo } from './node-info.ts';
import {
  interPodAffinity,
  nodeAffinity,
  nodePorts,
  nodeResourcesBalancedAllocation,
  nodeResourcesFit,
  nodeUnschedulable,
  podTopologySpread,
  taintToleration,
  volumeBinding,
} from './plugins/index.ts';
import type { PodInfo } from './pod-info.ts';

/** In this order: the first that says no to a node is the one that is heard (the default profile, v1.36). */
const FILTERS: readonly FilterPlugin[] = [
  nodeUnschedulable,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  volumeBinding,
  podTopologySpread,
  interPodAffinity,
];

const SCORES: readonly ScorePlugin[] = [
  taintToleration,
  nodeAffinity,
  nodeResourcesFit,
  podTopologySpread,
  interPodAffinity,
  nodeResourcesBalancedAllocation,
];

/** Why a pod found no node. */
export interface Diagnosis {
  /** By node name, in the order of the nodes. */
  readonly rejections: ReadonlyMap<string, Rejection>;
  /** A plugin said no before any node was looked at. */
  readonly rejectedAtOnce?: Rejection;
  /** The plugins that said no: what they watch may change their mind. */
  readonly plugins: ReadonlySet<string>;
}

export type Placement =
  | { readonly fits: true; readonly node: string }
  | { readonly fits: false; readonly diagnosis: Diagnosis };

/** Finds the best node for a pod. Models schedulePod (pkg/scheduler/schedule_one.go, v1.36). Draws among equals. */
export function schedulePod(pod: PodInfo, state: ClusterState, random: Random): Placement {
  const { feasible, diagnosis } = findNodesThatFit(pod, state, state.nodes);
  if (feasible.length === 0) return { fits: false, diagnosis };
  const [only] = feasible;
  if (only && feasible.length === 1) return { fits: true, node: only.name };

  const totals = feasible.map(() => 0);
  for (const plugin of SCORES) {
    const scores = plugin.score(pod, feasible, state);
    scores?.forEach((score, index) => {
      totals[index] = (totals[index] ?? 0) + score * plugin.weight;
    });
  }
  const highest = Math.max(...totals);
  const best = feasible.filter((_, index) => totals[index] === highest);
  return { fits: true, node: (best[random.below(best.length)] ?? best[0])?.name ?? '' };
}

/** Runs the filters over nodes: of `state`, or of `nodes` that differ from it in their pods. */
export function findNodesThatFit(
  pod: PodInfo,
  state: ClusterState,
  nodes: readonly NodeInfo[],
): { readonly feasible: readonly NodeInfo[]; readonly diagnosis: Diagnosis } {
  const rejections = new Map<string, Rejection>();
  const plugins = new Set<string>();
  const filters: { readonly name: string; readonly filter: Filter }[] = [];
  const limits: { readonly name: string; readonly nodes: ReadonlySet<string> }[] = [];
  for (const plugin of FILTERS) {
    const prepared = plugin.prepare(pod, state);
    if (!prepared) continue;
    if ('rejected' in prepared) {
      for (const { name } of nodes) rejections.set(name, prepared.rejected);
      return {
        feasible: [],
        diagnosis: { rejections, rejectedAtOnce: prepared.rejected, plugins: new Set([plugin.name]) },
      };
    }
    filters.push({ name: plugin.name, filter: prepared.filter });
    if (prepared.nodeNames) limits.push({ name: plugin.name, nodes: prepared.nodeNames });
  }
  const outside: Rejection = {
    reasons: [`node(s) didn't satisfy plugin(s) [${limits.map(({ name }) => name).join(' ')}]`],
    unresolvable: true,
  };
  const feasible = nodes.filter((node) => {
    if (limits.some((limit) => !limit.nodes.has(node.name))) {
      rejections.set(node.name, outside);
      return false;
    }
    for (const { name, filter } of filters) {
      const rejection = filter(node);
      if (!rejection) continue;
      rejections.set(node.name, rejection);
      plugins.add(name);
      return false;
    }
    return true;
  });
  for (const { name } of limits) plugins.add(name);
  return { feasible, diagnosis: { rejections, plugins } };
}
