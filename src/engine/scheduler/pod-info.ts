import type { Pod } from '../api/index.ts';
import { type AffinityTerm, affinityTerm } from './affinity-term.ts';
import { type Amounts, podRequests, podRequestsForScore } from './resources.ts';

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

/** A pod with all that the plugins ask of it again and again (framework.PodInfo). */
export interface PodInfo {
  readonly pod: Pod;
  readonly key: string;
  readonly priority: number;
  readonly requests: Amounts;
  readonly forScore: { readonly milliCpu: number; readonly memory: number };
  readonly hostPorts: readonly HostPort[];
  readonly requiredAffinity: readonly AffinityTerm[];
  readonly requiredAntiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly AffinityTerm[];
  readonly preferredAntiAffinity: readonly AffinityTerm[];
}

export function podInfo(pod: Pod): PodInfo {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  const required = (of: typeof podAffinity) =>
    (of?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) => affinityTerm(pod, term));
  const preferred = (of: typeof podAffinity) =>
    (of?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm, weight }) =>
      affinityTerm(pod, podAffinityTerm, weight),
    );
  return {
    pod,
    key: podKey(pod),
    priority: pod.spec.priority ?? 0,
    requests: podRequests(pod),
    forScore: podRequestsForScore(pod),
    hostPorts: hostPortsOf(pod),
    requiredAffinity: required(podAffinity),
    requiredAntiAffinity: required(podAntiAffinity),
    preferredAffinity: preferred(podAffinity),
    preferredAntiAffinity: preferred(podAntiAffinity),
  };
}

export function podKey({ metadata }: Pod): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`;
}

function hostPortsOf(pod: Pod): readonly HostPort[] {
  const sidecars = (pod.spec.initContainers ?? []).filter(
    (container) => container.restartPolicy === 'Always',
  );
  return [...pod.spec.containers, ...sidecars]
    .flatMap((container) => container.ports ?? [])
    .flatMap(({ hostPort, hostIP, protocol }) =>
      hostPort ? { ip: hostIP || '0.0.0.0', protocol: protocol ?? 'TCP', port: hostPort } : [],
    );
}
