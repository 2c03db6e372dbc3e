import { type Connected, type PluginResult, subnetOf } from './attachment.ts';
import type { PtpConf } from './netconf.ts';

/**
 * Models the ptp plugin (plugins/main/ptp), as kindnet uses it: no bridge. Every veth's node end has the gateway's
 * address, the node has a route to each pod, and pods of one node reach each other through the node's routes.
 */
export function addPointToPoint(
  conf: PtpConf,
  { network, node, netns, ifName, vethName, lease }: Connected,
): PluginResult {
  const host = network.netns(node)!;
  const pod = network.netns(netns)!;
  const mtu = conf.mtu ?? 1500;
  const made = network.addVeth({ netns: node, name: vethName, mtu }, { netns, name: ifName, mtu });
  if (!made.ok) return { ok: false, message: `failed to make veth pair: ${made.message}` };
  const { address, prefixLength, gateway } = lease;
  const subnet = subnetOf(lease);
  pod.setLink(ifName, { up: true });
  pod.addAddress(ifName, `${address}/${prefixLength}`);
  // The pod's own network is not on its wire: what the address brought goes, and the gateway comes first.
  pod.deleteRoute({ destination: subnet, device: ifName });
  pod.addRoute({ destination: gateway, device: ifName, source: address, scope: 'link', owner: 'cni ptp' });
  pod.addRoute({ destination: subnet, via: gateway, device: ifName, source: address, owner: 'cni ptp' });
  for (const { dst, gw } of conf.ipam.routes ?? []) {
    pod.addRoute({
      destination: dst === '0.0.0.0/0' ? 'default' : dst,
      via: gw ?? gateway,
      device: ifName,
      owner: 'cni ptp',
    });
  }
  host.setLink(vethName, { up: true });
  host.addAddress(vethName, `${gateway}/32`);
  host.addRoute({ destination: address, device: vethName, scope: 'host', owner: 'cni ptp' });
  host.setSysctl('net.ipv4.ip_forward', '1');
  return { ok: true };
}
