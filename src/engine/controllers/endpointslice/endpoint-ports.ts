import type { EndpointPort, Pod, Service, ServicePort } from '../../api/index.ts';

/**
 * The ports that a pod offers of a Service: a named targetPort that the pod does not have is left out
 * (endpointslice/util, getEndpointPorts).
 */
export function endpointPorts(service: Service, pod: Pod): readonly EndpointPort[] {
  return (service.spec.ports ?? []).flatMap((port) => {
    const number = findPort(pod, port);
    if (number === undefined) return [];
    return {
      name: port.name ?? '',
      port: number,
      protocol: port.protocol ?? 'TCP',
      ...(port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol }),
    };
  });
}

/** A number as it is; a name as the containers declare it, sidecars too, plain init containers not (podutil.FindPort). */
function findPort(pod: Pod, { targetPort, port, protocol = 'TCP' }: ServicePort): number | undefined {
  if (typeof targetPort !== 'string') return targetPort || port;
  const sidecars = (pod.spec.initContainers ?? []).filter(
    (container) => container.restartPolicy === 'Always',
  );
  return [...pod.spec.containers, ...sidecars]
    .flatMap((container) => container.ports ?? [])
    .find((declared) => declared.name === targetPort && (declared.protocol ?? 'TCP') === protocol)
    ?.containerPort;
}

/** Equal for the same set of ports, whatever their order. */
export function portsKey(ports: EndpointPort[] | readonly EndpointPort[]): string {
  return ports
    .map(({ name, port, protocol, appProtocol }) =>
      JSON.stringify([name ?? '', port ?? null, protocol ?? 'TCP', appProtocol ?? null]),
    )
    .sort()
    .join();
}
