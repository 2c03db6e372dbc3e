import type { ConntrackEntryView } from '../linux/index.ts';
import type { ProxyEndpoint } from './endpoint.ts';
import type { ServicePort } from './service-port.ts';

/**
 * Which UDP conntrack entries lead to endpoints that are gone: UDP has no end of connection, so the kernel would keep
 * sending a busy client's packets to a pod that no longer exists. Models conntrack.CleanStaleEntries
 * (pkg/proxy/conntrack/cleanup.go, v1.36): a Service that has no endpoint at all keeps its entries.
 */
export function staleUdpEntries(
  ports: Iterable<{ readonly port: ServicePort; readonly endpoints: readonly ProxyEndpoint[] }>,
): (entry: ConntrackEntryView) => boolean {
  const byAddress = new Map<string, ReadonlySet<string>>();
  const byNodePort = new Map<number, ReadonlySet<string>>();
  for (const { port, endpoints } of ports) {
    if (port.protocol !== 'UDP') continue;
    const serving = new Set(endpoints.filter((endpoint) => endpoint.serving).map((endpoint) => endpoint.ip));
    if (serving.size === 0) continue;
    for (const address of [port.clusterIP, ...port.externalIPs, ...port.loadBalancerVIPs])
      byAddress.set(`${address} ${port.port}`, serving);
    if (port.nodePort !== 0) byNodePort.set(port.nodePort, serving);
  }
  return ({ original, reply }) => {
    if (original.protocol !== 'udp') return false;
    const serving =
      byAddress.get(`${original.destination} ${original.destinationPort}`) ??
      byNodePort.get(original.destinationPort);
    return serving !== undefined && !serving.has(reply.source);
  };
}
