import type { Pod } from '../../api/index.ts';
import { nodeTermMatches, requiredNodeAffinityMatches } from '../../api/index.ts';
import { type FilterPlugin, normalize, type ScorePlugin, unresolvable } from '../framework.ts';

const REASON = "node(s) didn't match Pod's node affinity/selector";

/** nodeSelector and node affinity (plugins/nodeaffinity). */
export const nodeAffinity: FilterPlugin & ScorePlugin = {
  name: 'NodeAffinity',
  weight: 2,
  prepare({ pod }) {
    const { nodeSelector, affinity } = pod.spec;
    if (!nodeSelector && !affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution)
      return undefined;
    const nodeNames = namedNodes(pod);
    if (nodeNames?.size === 0) return { rejected: unresolvable('pod affinity terms conflict') };
    return {
      filter: ({ node }) => (requiredNodeAffinityMatches(pod, node) ? undefined : unresolvable(REASON)),
      ...(nodeNames ? { nodeNames } : {}),
    };
  },
  score({ pod }, feasible) {
    const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (preferred.length === 0) return undefined;
    const sums = feasible.map(({ node }) =>
      preferred.reduce(
        (sum, { weight, preference }) => sum + (nodeTermMatches(preference, node) ? weight : 0),
        0,
      ),
    );
    return normalize(sums, false);
  },
};

/** The nodes that the pod names itself, when each of its terms does (as a DaemonSet's pods do). */
function namedNodes(pod: Pod): ReadonlySet<string> | undefined {
  const terms =
    pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const names = new Set<string>();
  for (const { matchFields = [] } of terms) {
    let ofTerm: ReadonlySet<string> | undefined;
    for (const { key, operator, values = [] } of matchFields) {
      if (key !== 'metadata.name' || operator !== 'In') continue;
      const before: ReadonlySet<string> | undefined = ofTerm;
      ofTerm = new Set(before ? values.filter((value) => before.has(value)) : values);
    }
    if (!ofTerm) return undefined;
    for (const name of ofTerm) names.add(name);
  }
  return terms.length > 0 ? names : undefined;
}
