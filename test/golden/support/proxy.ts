import type { EndpointSlice, Service } from '../../../src/engine/api/index.ts';
import { type ProxyConfig, renderIptables } from '../../../src/engine/kubeproxy/index.ts';

/** The `proxy` part of a record: kube-proxy's flags, in the words of the records. */
export interface ProxyRecord {
  readonly mode?: string;
  readonly nodeName: string;
  readonly nodeIP: string;
  readonly nodeLocalIPs: readonly string[];
  readonly podCIDR: string;
  readonly podCIDRv6?: string;
  readonly localDetector: string | null;
  readonly masqueradeAll: boolean;
  readonly masqueradeBit?: number;
  readonly localhostNodePorts?: boolean;
  readonly nodePortAddresses: readonly string[] | null;
  readonly serviceCIDRs?: readonly string[];
  readonly ipFamily?: 'IPv4' | 'IPv6';
}

export function proxyConfig(record: ProxyRecord): ProxyConfig {
  const detectors: Readonly<Record<string, ProxyConfig['localDetector']>> = {
    ClusterCIDR: { mode: 'CIDR', cidr: record.podCIDR },
    NodeCIDR: { mode: 'CIDR', cidr: record.podCIDR },
  };
  return {
    nodeName: record.nodeName,
    nodeIP: record.nodeIP,
    nodeLocalIPs: record.nodeLocalIPs,
    ...(record.localDetector ? { localDetector: detectors[record.localDetector] } : {}),
    masqueradeAll: record.masqueradeAll,
    masqueradeBit: record.masqueradeBit ?? 14,
    localhostNodePorts: record.localhostNodePorts ?? true,
    ...(record.nodePortAddresses ? { nodePortAddresses: record.nodePortAddresses } : {}),
    ipFamily: record.ipFamily ?? 'IPv4',
  };
}

/** The lines of the text that kube-proxy hands to iptables-restore. */
export function restoreLines(
  services: readonly Service[],
  endpointSlices: readonly EndpointSlice[],
  proxy: ProxyRecord,
): string[] {
  return renderIptables({ services, endpointSlices }, proxyConfig(proxy))
    .text.split('\n')
    .filter((line) => line !== '');
}
