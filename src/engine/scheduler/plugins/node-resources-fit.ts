import { type FilterPlugin, MAX_NODE_SCORE, type ScorePlugin, unschedulable } from '../framework.ts';

const COUNTED_FIRST = ['cpu', 'memory', 'ephemeral-storage'];

/** Requests must fit into what the node's pods have left (plugins/noderesources/fit.go), the emptier node is better. */
export const nodeResourcesFit: FilterPlugin & ScorePlugin = {
  name: 'NodeResourcesFit',
  weight: 1,
  prepare({ requests }) {
    const wanted = [...requests].filter(([name, amount]) => amount > 0 && name !== 'pods');
    wanted.sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
    return {
      filter: ({ allocatable, requested, pods }) => {
        const reasons = pods.size + 1 > (allocatable.get('pods') ?? 0) ? ['Too many pods'] : [];
        for (const [name, amount] of wanted) {
          if (amount > (allocatable.get(name) ?? 0) - (requested.get(name) ?? 0))
            reasons.push(`Insufficient ${name}`);
        }
        return reasons.length > 0 ? unschedulable(...reasons) : undefined;
      },
    };
  },
  /** LeastAllocated over cpu and memory, each with the same weight. */
  score: ({ forScore }, feasible) =>
    feasible.map(({ allocatable, requestedForScore }) => {
      const shares = [
        leastRequested(requestedForScore.milliCpu + forScore.milliCpu, allocatable.get('cpu') ?? 0),
        leastRequested(requestedForScore.memory + forScore.memory, allocatable.get('memory') ?? 0),
      ].filter((share) => share !== undefined);
      return shares.length === 0
        ? 0
        : Math.trunc(shares.reduce((sum, share) => sum + share, 0) / shares.length);
    }),
};

function rank(name: string): number {
  const place = COUNTED_FIRST.indexOf(name);
  return place < 0 ? COUNTED_FIRST.length : place;
}

/** undefined when the node does not have the resource at all: then it does not count. */
function leastRequested(requested: number, capacity: number): number | undefined {
  if (capacity === 0) return undefined;
  return requested > capacity ? 0 : Math.trunc(((capacity - requested) * MAX_NODE_SCORE) / capacity);
}
