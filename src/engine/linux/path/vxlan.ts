import type { VxlanLink } from '../link.ts';
import type { NetnsState } from '../netns-state.ts';
import type { Tuple } from '../trace.ts';
import { tupleOf } from '../tuple.ts';
import { newSkb, type SocketBuffer } from './skb.ts';
import type { Next, Walk } from './walk.ts';

/**
 * Puts the frame into a UDP packet to the remote end that its destination MAC stands for (vxlan_xmit). The outer
 * packet is one of our own: it goes through OUTPUT. The mark stays on it.
 */
export function encapsulate(walk: Walk, netns: NetnsState, link: VxlanLink, skb: SocketBuffer): Next {
  const remote = link.remotes.get(skb.packet.ethernet?.destination ?? '');
  if (!remote) return walk.end(netns, skb, { kind: 'DROPPED', netns: netns.name, reason: 'no-vxlan-remote' });
  const outer = newSkb({
    ip: { source: link.local, destination: remote, ttl: 64 },
    transport: { protocol: 'udp', sourcePort: sourcePort(tupleOf(skb.packet)), destinationPort: link.port },
    inner: { vni: link.vni, packet: skb.packet },
  });
  outer.mark = skb.mark;
  walk.note({ kind: 'encap', device: link.name, vni: link.vni, remote }, outer);
  return { kind: 'ip-output', netns, skb: outer };
}

/** One connection always leaves by the same port, so that its packets keep their order on the way. */
function sourcePort(tuple: Tuple | undefined): number {
  let hash = 0x811c9dc5;
  for (const char of tuple
    ? `${tuple.source}${tuple.sourcePort}${tuple.destination}${tuple.destinationPort}`
    : '') {
    hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  }
  return 32768 + (hash % 28232);
}

/** The vxlan device that an encapsulated packet is for. */
export function vxlanFor(netns: NetnsState, skb: SocketBuffer): VxlanLink | undefined {
  const { transport, inner } = skb.packet;
  if (transport.protocol !== 'udp' || !inner) return undefined;
  for (const link of netns.links.values()) {
    if (link.kind === 'vxlan' && link.up && link.port === transport.destinationPort && link.vni === inner.vni)
      return link;
  }
  return undefined;
}

/** Takes the inner packet out. Conntrack starts anew with it. */
export function decapsulate(walk: Walk, link: VxlanLink, skb: SocketBuffer): SocketBuffer {
  const inner = newSkb(skb.packet.inner!.packet);
  inner.mark = skb.mark;
  walk.note({ kind: 'decap', device: link.name, vni: link.vni }, inner);
  return inner;
}
