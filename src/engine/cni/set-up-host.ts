import type { Netns, Network } from '../linux/index.ts';

/** A machine that is no node: the router, an outside client. */
export interface HostOptions {
  readonly name: string;
  readonly cards: readonly { readonly device: string; readonly segment: string; readonly address: string }[];
  readonly gateway?: string;
  /** Passes on what is not for itself. */
  readonly forwards?: boolean;
  /** Packets to anywhere else leave the simulated world here. */
  readonly uplink?: boolean;
  readonly routes?: readonly { readonly destination: string; readonly via: string }[];
}

export function setUpHost(network: Network, options: HostOptions): Netns {
  const host = network.addNetns(options.name);
  for (const { device, segment, address } of options.cards) {
    host.addLink(device, { kind: 'ethernet', segment });
    host.setLink(device, { up: true });
    host.addAddress(device, address);
  }
  if (options.forwards) host.setSysctl('net.ipv4.ip_forward', '1');
  for (const { destination, via } of options.routes ?? []) host.addRoute({ destination, via, owner: 'host' });
  if (options.gateway) host.addRoute({ destination: 'default', via: options.gateway, owner: 'host' });
  if (options.uplink) {
    host.addLink('uplink', { kind: 'uplink' });
    host.setLink('uplink', { up: true });
    host.addRoute({ destination: 'default', device: 'uplink', scope: 'global', owner: 'host' });
  }
  return host;
}
