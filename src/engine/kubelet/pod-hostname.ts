import type { Pod } from '../api/index.ts';

const MAX_HOSTNAME = 63;

export interface PodHostname {
  /** What `hostname` prints in the pod. */
  readonly hostname: string;
  /** `hostname.subdomain.namespace.svc.domain`, when the pod has a subdomain. */
  readonly fqdn?: string;
}

/** Models GeneratePodHostNameAndDomain (pkg/kubelet/kubelet_pods.go, v1.36). A pod on the host's network has the node's name. */
export function podHostname(pod: Pod, nodeName: string, clusterDomain: string): PodHostname {
  if (pod.spec.hostNetwork) return { hostname: nodeName };
  const short = pod.spec.hostname || pod.metadata.name.slice(0, MAX_HOSTNAME).replace(/[-.]+$/, '');
  if (!pod.spec.subdomain) return { hostname: short };
  const fqdn = `${short}.${pod.spec.subdomain}.${pod.metadata.namespace}.svc.${clusterDomain}`;
  return { hostname: pod.spec.setHostnameAsFQDN ? fqdn : short, fqdn };
}
