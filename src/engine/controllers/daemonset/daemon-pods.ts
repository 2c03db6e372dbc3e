import type { Affinity, DaemonSet, Node, PodSpec, Toleration } from '../../api/index.ts';
import { requiredNodeAffinityMatches, tolerates } from '../../api/index.ts';

const exists = (key: string, effect: 'NoExecute' | 'NoSchedule'): Toleration => ({
  key,
  operator: 'Exists',
  effect,
});

/** What every daemon pod tolerates: it is to run while the node is in trouble too (AddOrUpdateDaemonPodTolerations). */
export function daemonTolerations({ tolerations = [], hostNetwork }: PodSpec): readonly Toleration[] {
  const own = [
    exists('node.kubernetes.io/not-ready', 'NoExecute'),
    exists('node.kubernetes.io/unreachable', 'NoExecute'),
    exists('node.kubernetes.io/disk-pressure', 'NoSchedule'),
    exists('node.kubernetes.io/memory-pressure', 'NoSchedule'),
    exists('node.kubernetes.io/pid-pressure', 'NoSchedule'),
    exists('node.kubernetes.io/unschedulable', 'NoSchedule'),
    ...(hostNetwork ? [exists('node.kubernetes.io/network-unavailable', 'NoSchedule')] : []),
  ];
  const others = tolerations.filter(
    ({ key, effect }) => !own.some((toleration) => toleration.key === key && toleration.effect === effect),
  );
  return [...others, ...own];
}

/** The template's affinity with the one node that the pod is for (ReplaceDaemonSetPodNodeNameNodeAffinity). */
export function affinityForNode(affinity: Affinity | undefined, node: string): Affinity {
  return {
    ...affinity,
    nodeAffinity: {
      ...affinity?.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
      },
    },
  };
}

/** The node that a daemon pod is for: where it runs, or where it wants to run. */
export function nodeOfDaemonPod({ nodeName, affinity }: PodSpec): string | undefined {
  if (nodeName) return nodeName;
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return terms?.[0]?.matchFields?.find(({ key }) => key === 'metadata.name')?.values?.[0];
}

/** Whether a DaemonSet wants a pod on the node, and whether one that is there may stay (NodeShouldRunDaemonPod). */
export function nodeFitsDaemonSet(
  { spec }: DaemonSet,
  node: Node,
): { readonly run: boolean; readonly stay: boolean } {
  const template = spec.template.spec;
  if (template.nodeName && template.nodeName !== node.metadata.name) return { run: false, stay: false };
  if (!requiredNodeAffinityMatches({ spec: template }, node)) return { run: false, stay: false };
  const tolerations = daemonTolerations(template);
  const untolerated = (node.spec?.taints ?? []).filter(
    (taint) => taint.effect !== 'PreferNoSchedule' && !tolerates(tolerations, taint),
  );
  return { run: untolerated.length === 0, stay: !untolerated.some(({ effect }) => effect === 'NoExecute') };
}
