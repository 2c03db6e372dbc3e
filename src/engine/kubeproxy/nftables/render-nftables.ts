import type { EndpointSlice } from '../../api/index.ts';
import { serviceOfSlice } from '../endpoint.ts';
import type { ProxyState } from '../iptables/render-iptables.ts';
import type { ProxyConfig } from '../proxy-config.ts';
import { createNftablesRenderer } from './renderer.ts';

/** The complete `nft -f -` text of one node's kube-proxy in nftables mode: a full sync from nothing. */
export function renderNftables(
  state: ProxyState,
  config: ProxyConfig,
  serviceCIDRs: readonly string[] = [],
): string {
  const renderer = createNftablesRenderer(config);
  renderer.setZone(state.zone ?? '');
  renderer.setServiceCIDRs(serviceCIDRs);
  const slices = new Map<string, EndpointSlice[]>();
  for (const slice of state.endpointSlices) {
    const service = serviceOfSlice(slice);
    if (service) slices.set(service, [...(slices.get(service) ?? []), slice]);
  }
  for (const service of state.services) {
    const key = `${service.metadata.namespace}/${service.metadata.name}`;
    renderer.update(key, { service, slices: slices.get(key) ?? [] });
  }
  return `${renderer.render(0).flat().join('\n')}\n`;
}
