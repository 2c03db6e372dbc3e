import { tolerates } from '../../api/index.ts';
import { type FilterPlugin, normalize, type ScorePlugin, unresolvable } from '../framework.ts';

/** Taints keep pods away that do not tolerate them (plugins/tainttoleration, v1.36 wording). */
export const taintToleration: FilterPlugin & ScorePlugin = {
  name: 'TaintToleration',
  weight: 3,
  prepare: ({ pod }) => ({
    filter: ({ node }) => {
      const repelling = (node.spec?.taints ?? []).filter(
        ({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute',
      );
      return repelling.every((taint) => tolerates(pod.spec.tolerations, taint))
        ? undefined
        : unresolvable('node(s) had untolerated taint(s)');
    },
  }),
  score({ pod }, feasible) {
    const tolerations = pod.spec.tolerations?.filter(
      ({ effect }) => !effect || effect === 'PreferNoSchedule',
    );
    const counts = feasible.map(
      ({ node }) =>
        (node.spec?.taints ?? []).filter(
          (taint) => taint.effect === 'PreferNoSchedule' && !tolerates(tolerations, taint),
        ).length,
    );
    return normalize(counts, true);
  },
};
