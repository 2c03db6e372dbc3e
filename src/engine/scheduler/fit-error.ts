import type { Diagnosis } from './schedule-pod.ts';

/**
 * The sentence of a FailedScheduling event and of the PodScheduled condition.
 * Models FitError.Error (pkg/scheduler/framework/types.go, v1.36). Left out, as in the recorded texts: v1.36's
 * `no new claims to deallocate, ` in front of `preemption:`, and that preemption cannot help where a request
 * exceeds all a node has.
 */
export function fitErrorMessage(
  nodes: number,
  { rejections, rejectedAtOnce }: Diagnosis,
  preemption: string | undefined,
): string {
  if (nodes === 0) return 'no nodes available to schedule pods';
  const reasons = rejectedAtOnce
    ? rejectedAtOnce.reasons.join(', ')
    : histogram([...rejections.values()].flatMap(({ reasons }) => reasons));
  return `0/${nodes} nodes are available: ${reasons}.${preemption ? ` preemption: ${preemption}` : ''}`;
}

/** What preemption would have to say of the nodes: `0/3 nodes are available: 3 No preemption victims …`. */
export function preemptionMessage(nodes: number, reasons: readonly string[]): string {
  return `0/${nodes} nodes are available: ${histogram(reasons)}.`;
}

/** `1 Insufficient cpu, 2 node(s) had …`, in the plain order of these texts: `10 x` before `2 x`. */
function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort((a, b) => (a < b ? -1 : 1))
    .join(', ');
}
