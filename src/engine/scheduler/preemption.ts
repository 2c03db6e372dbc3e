import { parseTimestamp } from '../apimachinery/index.ts';
import { preemptionMessage } from './fit-error.ts';
import type { ClusterState } from './framework.ts';
import type { MutableNodeInfo, NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';
import { type Diagnosis, findNodesThatFit } from './schedule-pod.ts';

export type Preemption =
  | { readonly found: true; readonly node: string; readonly victims: readonly PodInfo[] }
  | { readonly found: false; readonly message: string };

/**
 * Looks for a node that could take the pod if pods of lower priority left it. Models DefaultPreemption
 * (pkg/scheduler/framework/preemption and plugins/defaultpreemption, v1.36), without disruption budgets.
 */
export function findPreemption(pod: PodInfo, state: ClusterState, diagnosis: Diagnosis): Preemption {
  if (pod.pod.spec.preemptionPolicy === 'Never')
    return { found: false, message: 'not eligible due to preemptionPolicy=Never.' };
  const reasons: string[] = [];
  const candidates: { readonly node: string; readonly victims: readonly PodInfo[] }[] = [];
  for (const info of state.nodes) {
    const rejection = diagnosis.rejections.get(info.name);
    if (!rejection) continue;
    if (rejection.unresolvable) {
      reasons.push('Preemption is not helpful for scheduling');
      continue;
    }
    const result = selectVictims(pod, state, info as MutableNodeInfo);
    if (result.victims) candidates.push({ node: info.name, victims: result.victims });
    else reasons.push(...result.reasons);
  }
  const [best] = candidates.sort(compareCandidates);
  return best
    ? { found: true, ...best }
    : { found: false, message: preemptionMessage(state.nodes.length, reasons) };
}

/** All pods of lower priority go, then as many as possible come back, the most important first (SelectVictimsOnNode). */
function selectVictims(
  pod: PodInfo,
  state: ClusterState,
  info: MutableNodeInfo,
): { readonly victims?: readonly PodInfo[]; readonly reasons: readonly string[] } {
  const lower = [...info.pods.values()].filter((other) => other.priority < pod.priority);
  if (lower.length === 0) return { reasons: ['No preemption victims found for incoming pod'] };
  const rejectionWithout = (goners: readonly PodInfo[]) => {
    const emptied = info.without(goners);
    const nodes = state.nodes.map((node): NodeInfo => (node === info ? emptied : node));
    const { countPods: _, ...others } = state;
    return findNodesThatFit(pod, { ...others, nodes }, [emptied]).diagnosis.rejections.get(info.name);
  };
  const rejection = rejectionWithout(lower);
  if (rejection) return { reasons: rejection.reasons };
  let victims = lower;
  for (const candidate of [...lower].sort(byImportance)) {
    const fewer = victims.filter((victim) => victim !== candidate);
    if (!rejectionWithout(fewer)) victims = fewer;
  }
  return { victims: [...victims].sort(byImportance), reasons: [] };
}

/** Higher priority first, then those that have run longer (util.MoreImportantPod). */
function byImportance(a: PodInfo, b: PodInfo): number {
  return b.priority - a.priority || startOf(a) - startOf(b);
}

function startOf({ pod }: PodInfo): number {
  return (
    parseTimestamp(pod.status?.startTime ?? pod.metadata.creationTimestamp ?? '') ?? Number.MAX_SAFE_INTEGER
  );
}

type Candidate = { readonly victims: readonly PodInfo[] };

/** The lowest of highest priorities, the lowest sum, the fewest pods, the latest start (pickOneNodeForPreemption). */
function compareCandidates(a: Candidate, b: Candidate): number {
  const highest = ({ victims }: Candidate) => victims[0]?.priority ?? 0;
  const sum = ({ victims }: Candidate) =>
    victims.reduce((total, victim) => total + victim.priority + 2147483648, 0);
  const start = ({ victims }: Candidate) =>
    Math.min(...victims.filter(({ priority }) => priority === victims[0]?.priority).map(startOf));
  return (
    highest(a) - highest(b) || sum(a) - sum(b) || a.victims.length - b.victims.length || start(b) - start(a)
  );
}
