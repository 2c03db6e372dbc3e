import { MAX_NODE_SCORE, type ScorePlugin } from '../framework.ts';

/** Nodes whose cpu and memory would be used in equal shares are better (noderesources/balanced_allocation.go). */
export const nodeResourcesBalancedAllocation: ScorePlugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  score({ requests }, feasible) {
    if ((requests.get('cpu') ?? 0) === 0 && (requests.get('memory') ?? 0) === 0) return undefined;
    return feasible.map(({ allocatable, requested }) => {
      const fractions = ['cpu', 'memory'].flatMap((name) => {
        const capacity = allocatable.get(name) ?? 0;
        return capacity === 0
          ? []
          : Math.min(1, ((requested.get(name) ?? 0) + (requests.get(name) ?? 0)) / capacity);
      });
      const [first = 0, second = first] = fractions;
      return Math.trunc((1 - Math.abs(first - second) / 2) * MAX_NODE_SCORE);
    });
  },
};
