import type { Pod, Service } from '../../api/index.ts';

/**
 * Remembers what follows from a version of a Service and a version of a pod: neither changes once it is stored, and a
 * Service is looked at again for each of its pods, so that only what did change is worked out.
 */
export function createPodFacts<T>(
  make: (service: Service, pod: Pod) => T,
): (service: Service, pod: Pod) => T {
  const known = new WeakMap<Service, WeakMap<Pod, { readonly fact: T }>>();
  return (service, pod) => {
    const ofService = known.get(service) ?? new WeakMap<Pod, { readonly fact: T }>();
    known.set(service, ofService);
    const found = ofService.get(pod) ?? { fact: make(service, pod) };
    ofService.set(pod, found);
    return found.fact;
  };
}
