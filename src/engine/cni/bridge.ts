import type { Connected, PluginResult } from './attachment.ts';
import type { BridgeConf } from './netconf.ts';

/**
 * Models the bridge plugin (plugins/main/bridge): a veth pair between the pod and a port of the bridge. The bridge
 * comes with the first pod, and with `isGateway` has the gateway's address.
 */
export function addToBridge(
  conf: BridgeConf,
  { network, node, netns, ifName, vethName, lease }: Connected,
): PluginResult {
  const name = conf.bridge ?? 'cni0';
  const isGateway = (conf.isGateway ?? false) || (conf.isDefaultGateway ?? false);
  const host = network.netns(node)!;
  const pod = network.netns(netns)!;
  const mtu = conf.mtu ?? 1500;
  if (!host.links().some((link) => link.name === name)) host.addLink(name, { kind: 'bridge', mtu });
  host.setLink(name, { up: true });
  const made = network.addVeth({ netns: node, name: vethName, mtu }, { netns, name: ifName, mtu });
  if (!made.ok) return { ok: false, message: `failed to make veth pair: ${made.message}` };
  host.setLink(vethName, { up: true, master: name, hairpin: conf.hairpinMode ?? false });
  pod.setLink(ifName, { up: true });
  pod.addAddress(ifName, `${lease.address}/${lease.prefixLength}`);
  if (conf.isDefaultGateway)
    pod.addRoute({ destination: 'default', via: lease.gateway, owner: 'cni bridge' });
  for (const { dst, gw } of conf.ipam.routes ?? []) {
    pod.addRoute({
      destination: dst === '0.0.0.0/0' ? 'default' : dst,
      via: gw ?? lease.gateway,
      owner: 'cni bridge',
    });
  }
  if (isGateway) {
    host.addAddress(name, `${lease.gateway}/${lease.prefixLength}`);
    host.setSysctl('net.ipv4.ip_forward', '1');
  }
  return { ok: true };
}
