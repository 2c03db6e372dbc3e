import type { Pod, StatefulSet } from '../../api/index.ts';
import type { PodChange } from '../shared/pod-control.ts';
import type { Revision } from '../shared/revision-history.ts';

export const REVISION_HASH = 'controller-revision-hash';
const POD_NAME = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX = 'apps.kubernetes.io/pod-index';

/** The number at the end of a pod's name, when the rest is the StatefulSet's; -1 for any other pod (getOrdinal). */
export function ordinalOf({ metadata }: Pod, set: string): number {
  const match = /^(.*)-(\d+)$/.exec(metadata.name);
  return match?.[1] === set ? Number(match[2]) : -1;
}

/** What makes the pod with this number what it is: its name, its host name and its labels (newStatefulSetPod). */
export function identityOf(
  set: StatefulSet,
  ordinal: number,
  revision: Revision,
): PodChange & { readonly name: string } {
  const name = `${set.metadata.name}-${ordinal}`;
  const { serviceName } = set.spec;
  return {
    name,
    labels: {
      [POD_NAME]: name,
      [POD_INDEX]: String(ordinal),
      [REVISION_HASH]: `${set.metadata.name}-${revision.hash}`,
    },
    spec: { hostname: name, ...(serviceName ? { subdomain: serviceName } : {}) },
  };
}

/** The hash part of the pod's revision label. */
export function revisionHashOf(pod: Pod, set: string): string | undefined {
  const label = pod.metadata.labels?.[REVISION_HASH];
  return label?.startsWith(`${set}-`) ? label.slice(set.length + 1) : undefined;
}
