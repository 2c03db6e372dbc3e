import type { Link } from '../link.ts';
import { bridgeTransmit } from './bridge.ts';
import { newSkb, type SocketBuffer } from './skb.ts';
import type { Next, Walk } from './walk.ts';

/** The frame leaves by a device, and arrives wherever that leads. */
export function transmit(walk: Walk, link: Link, skb: SocketBuffer): Next {
  if (link.kind === 'bridge') return bridgeTransmit(walk, link, skb);
  const peer = farEnd(link, skb.packet.ethernet?.destination);
  if (!peer || !link.up)
    return walk.end(link.netns, skb, {
      kind: 'DROPPED',
      netns: link.netns.name,
      reason: peer ? 'device-down' : 'nobody-there',
    });
  walk.note(
    { kind: 'transmit', device: link.name, peer: { netns: peer.netns.name, device: peer.name } },
    skb,
  );
  return receive(walk, peer, link, skb);
}

function farEnd(link: Link, mac: string | undefined): Link | undefined {
  if (link.kind === 'veth') return link.peer;
  if (link.kind !== 'ethernet') return undefined;
  return [...link.segment.members].find((member) => member !== link && member.mac === mac);
}

/** A frame comes in. The notes of the namespace that it left stay there (skb_scrub_packet). */
function receive(walk: Walk, link: Link, from: Link, sent: SocketBuffer): Next {
  const { netns } = link;
  const skb = newSkb(sent.packet);
  walk.enter(netns);
  walk.note({ kind: 'receive', device: link.name, peer: { netns: from.netns.name, device: from.name } }, skb);
  if (!link.up || netns.gone)
    return walk.end(netns, skb, { kind: 'DROPPED', netns: netns.name, reason: 'device-down' });
  if (link.master) return { kind: 'bridge', port: link, bridge: link.master, skb };
  if (skb.packet.ethernet?.destination !== link.mac)
    return walk.end(netns, skb, { kind: 'DROPPED', netns: netns.name, reason: 'other-host' });
  return { kind: 'ip-receive', netns, device: link, skb };
}
