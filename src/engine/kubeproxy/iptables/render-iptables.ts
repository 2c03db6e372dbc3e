import type { EndpointSlice, Service } from '../../api/index.ts';
import { serviceOfSlice } from '../endpoint.ts';
import type { ProxyConfig } from '../proxy-config.ts';
import type { RuleOwner } from '../rule.ts';
import { createIptablesRenderer } from './renderer.ts';

export interface ProxyState {
  readonly services: readonly Service[];
  readonly endpointSlices: readonly EndpointSlice[];
  /** The node's label topology.kubernetes.io/zone. */
  readonly zone?: string;
}

/** What kube-proxy hands to `iptables-restore`, and whom each of its rule lines serves. */
export interface RenderedIptables {
  readonly text: string;
  /** By the whole line, `-A KUBE-SERVICES …`; the lines that stand whatever the Services are have none. */
  readonly owners: { get(line: string): readonly RuleOwner[] | undefined };
}

/**
 * The complete `iptables-restore --noflush` text of one node's kube-proxy in iptables mode: a full sync from nothing.
 * Models syncProxyRules (pkg/proxy/iptables/proxier.go, v1.36) on a kernel without nfacct counters.
 */
export function renderIptables(state: ProxyState, config: ProxyConfig): RenderedIptables {
  const renderer = createIptablesRenderer(config);
  renderer.setZone(state.zone ?? '');
  const slices = new Map<string, EndpointSlice[]>();
  for (const slice of state.endpointSlices) {
    const service = serviceOfSlice(slice);
    if (service) slices.set(service, [...(slices.get(service) ?? []), slice]);
  }
  for (const service of state.services) {
    const key = `${service.metadata.namespace}/${service.metadata.name}`;
    renderer.update(key, { service, slices: slices.get(key) ?? [] });
  }
  return {
    text: renderer.render({ full: true }).join('\n'),
    owners: { get: (line) => renderer.ownersOf(line) },
  };
}
