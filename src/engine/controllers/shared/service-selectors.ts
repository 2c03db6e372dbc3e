import type { Labels, Pod, Service } from '../../api/index.ts';
import { deepEqual } from '../../apimachinery/index.ts';
import type { ControllerContext } from './context.ts';
import { createLabelIndex } from './label-index.ts';

/** Which pods a Service selects, and which Services a pod concerns. */
export interface ServiceSelectors {
  podsOf(service: Service): readonly Pod[];
}

/** Calls `wake` for every Service that a change of a pod may concern (GetServicesToUpdateOnPodChange). */
export function createServiceSelectors(
  { informers }: Pick<ControllerContext, 'informers'>,
  wake: (service: Service) => void,
): ServiceSelectors {
  // One pair of the selector is enough to find the Service; the others are compared then.
  const byPair = createLabelIndex<Service>(({ spec }) =>
    Object.fromEntries(Object.entries(spec.selector ?? {}).slice(0, 1)),
  );
  informers.of('services').subscribe({
    added: (service) => byPair.set(service),
    updated: (_, service) => byPair.set(service),
    deleted: (service) => byPair.remove(service),
  });

  function servicesOf(pod: Pod): readonly Service[] {
    const labels = pod.metadata.labels ?? {};
    return byPair
      .selectAny(pod.metadata.namespace ?? '', labels)
      .filter((service) => selects(service.spec.selector ?? {}, labels));
  }

  informers.pods.subscribe({
    added: (pod) => servicesOf(pod).forEach(wake),
    updated(before, pod) {
      if (samePodEndpoint(before, pod)) return;
      new Set([...servicesOf(before), ...servicesOf(pod)]).forEach(wake);
    },
    deleted: (pod) => servicesOf(pod).forEach(wake),
  });
  return {
    podsOf: (service) =>
      informers.pods.labelled(service.metadata.namespace ?? '', service.spec.selector ?? {}),
  };
}

function selects(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** What of a pod its endpoint shows: changes elsewhere need no look (podEndpointsChanged). */
function samePodEndpoint(before: Pod, now: Pod): boolean {
  const facts = ({ metadata, spec, status }: Pod) => ({
    uid: metadata.uid,
    labels: metadata.labels,
    deleting: metadata.deletionTimestamp !== undefined,
    node: spec.nodeName,
    hostname: spec.hostname,
    subdomain: spec.subdomain,
    phase: status?.phase,
    ips: status?.podIPs ?? status?.podIP,
    ready: status?.conditions?.find((condition) => condition.type === 'Ready')?.status,
  });
  return deepEqual(facts(before), facts(now));
}
