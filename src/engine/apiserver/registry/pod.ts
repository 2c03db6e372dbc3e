/** What the API server does to a Pod beyond validation (pkg/registry/core/pod/strategy.go, v1.36). */
import type { Container, Pod } from '../../api/index.ts';
import { compareQuantities, dns1123Label, dns1123Subdomain, quantityOf } from '../../apimachinery/index.ts';
import { defaultPod } from '../defaults/pod-spec.ts';
import type { Mutable } from '../mutable.ts';
import type { Strategy } from '../strategy.ts';
import { validatePod } from '../validation/pod.ts';
import { validatePodUpdate } from '../validation/pod-update.ts';
import { podWarnings } from '../validation/pod-warnings.ts';

export const podStrategy: Strategy<Pod> = {
  nameRule: dns1123Subdomain,
  generation: true,
  applyDefaults: defaultPod,
  validate: validatePod,
  validateUpdate: validatePodUpdate,
  warnings: newPodWarnings,
  prepareForCreate(draft) {
    draft.status = { phase: 'Pending', qosClass: qosClassOf(draft) };
    if (draft.spec.schedulingGates?.length) {
      draft.status.conditions = [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'SchedulingGated',
          message: 'Scheduling is blocked due to non-empty scheduling gates',
          lastProbeTime: null as never,
          lastTransitionTime: draft.metadata.creationTimestamp!,
        },
      ];
    }
  },
};

/** Binding says in the same write that the pod is scheduled, and forgets where it might have gone (assignPod, pkg/registry/core/pod/storage). */
export function markScheduled(draft: Mutable<Pod>, now: string): void {
  const { nominatedNodeName: _, ...status } = draft.status ?? {};
  const conditions = status.conditions ?? [];
  const scheduled = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null as never,
    lastTransitionTime: now,
  } as const;
  const place = conditions.findIndex(({ type }) => type === scheduled.type);
  draft.status = {
    ...status,
    conditions: place < 0 ? [...conditions, scheduled] : conditions.with(place, scheduled),
  };
}

/** Changes are not looked at: hardly ever does a person make one. */
function newPodWarnings({ metadata, spec }: Pod, old: Pod | undefined): string[] {
  if (old) return [];
  const complaints = dns1123Label(metadata.name);
  const hostname =
    "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior";
  return [
    ...(complaints.length > 0 ? [`${hostname}; a DNS label is recommended: [${complaints.join(' ')}]`] : []),
    ...podWarnings(spec, metadata),
  ];
}

/** Guaranteed: cpu and memory limits everywhere, equal to the requests. BestEffort: none at all (pkg/apis/core/helper/qos). */
export function qosClassOf(pod: Pick<Pod, 'spec'>): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  if (pod.spec.resources) return qosOf([{ resources: pod.spec.resources }]);
  return qosOf([...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])]);
}

function qosOf(
  containers: readonly Pick<Container, 'resources'>[],
): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const amounts = (map: Readonly<Record<string, string>> | undefined) =>
    Object.entries(map ?? {}).filter(
      ([name, text]) => (name === 'cpu' || name === 'memory') && quantityOf(text).nanos > 0n,
    );
  if (
    containers.every(
      ({ resources }) => amounts(resources?.limits).length + amounts(resources?.requests).length === 0,
    )
  ) {
    return 'BestEffort';
  }
  const guaranteed = containers.every(({ resources }) => {
    const limits = amounts(resources?.limits);
    return (
      limits.length === 2 &&
      limits.every(
        ([name, text]) =>
          compareQuantities(quantityOf(text), quantityOf(resources?.requests?.[name] ?? text)) === 0,
      )
    );
  });
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
