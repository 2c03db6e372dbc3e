import type { AddressView, LinkView } from '../../../engine/index.ts';

/** `eth0@if4`: a veth names its peer's index, since the peer lives elsewhere. */
export function linkName(link: LinkView): string {
  return link.peer ? `${link.name}@if${link.peer.index}` : link.name;
}

export function linkFlags(link: LinkView): string {
  const carrier = link.up && hasCarrier(link);
  const flags =
    link.kind === 'loopback'
      ? ['LOOPBACK']
      : link.kind === 'uplink'
        ? ['POINTOPOINT', 'MULTICAST', 'NOARP']
        : ['BROADCAST', 'MULTICAST'];
  if (link.up && !carrier) flags.unshift('NO-CARRIER');
  if (link.up) flags.push('UP');
  if (carrier) flags.push('LOWER_UP');
  return `<${flags.join(',')}>`;
}

export function linkState(link: LinkView): string {
  if (link.kind === 'loopback' || link.kind === 'vxlan' || link.kind === 'dummy' || link.kind === 'uplink')
    return link.up ? 'UNKNOWN' : 'DOWN';
  return link.up && hasCarrier(link) ? 'UP' : 'DOWN';
}

function hasCarrier(_: LinkView): boolean {
  return true;
}

/** The first two lines of `ip link`; `ip addr` has the same but for `mode`. Recorded from iproute2 6.1. */
export function linkLines(
  link: LinkView,
  options: { readonly mode: boolean; readonly details: boolean },
): string {
  const master = link.master ? ` master ${link.master}` : '';
  const qdisc = link.kind === 'ethernet' ? 'fq_codel' : 'noqueue';
  const first = `${link.index}: ${linkName(link)}: ${linkFlags(link)} mtu ${link.mtu} qdisc ${qdisc}${master} state ${linkState(link)}${options.mode ? ' mode DEFAULT' : ''} group default qlen 1000`;
  const type = link.kind === 'loopback' ? 'loopback' : link.kind === 'uplink' ? 'none' : 'ether';
  const peer = link.peer ? ` link-netns ${netnsId(link.peer.netns)}` : '';
  const second =
    type === 'none'
      ? '    link/none '
      : `    link/${type} ${link.mac} brd ${type === 'loopback' ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff'}${peer}`;
  return `${first}\n${second}${options.details ? detailText(link) : ''}\n`;
}

/** Container runtimes give pods' namespaces names such as cni-<uuid>; here they are named after the pod. */
function netnsId(netns: string): string {
  return netns.includes('/') ? `cni-${netns.split('/')[1]}` : netns;
}

function detailText(link: LinkView): string {
  const common = ' promiscuity 0  allmulti 0 minmtu 68 maxmtu 65535 ';
  const kind =
    link.kind === 'vxlan' && link.vxlan
      ? `vxlan id ${link.vxlan.vni} local ${link.vxlan.local} dev eth0 srcport 0 0 dstport ${link.vxlan.port} nolearning ttl auto ageing 300 udpcsum noudp6zerocsumtx noudp6zerocsumrx `
      : link.kind === 'veth' || link.kind === 'bridge' || link.kind === 'dummy'
        ? `${link.kind} `
        : '';
  const port = link.master
    ? `\n    bridge_slave state forwarding priority 32 cost 2 hairpin ${link.hairpin ? 'on' : 'off'} guard off root_block off fastleave off learning on flood on `
    : '';
  return `${common}${kind === '' ? '' : `\n    ${kind}`}${port}`;
}

export function addressLines(address: AddressView): string {
  return `    inet ${address.address}/${address.length} scope ${address.scope} ${address.device}\n       valid_lft forever preferred_lft forever\n`;
}
