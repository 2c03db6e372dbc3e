import type { NetnsState } from '../netns-state.ts';
import type { Disposition, SocketReference } from '../trace.ts';
import { invertTuple, tupleOf } from '../tuple.ts';
import type { SocketBuffer } from './skb.ts';
import type { Answer, Walk } from './walk.ts';

/** Hands the packet to the socket that it is for; the kernel itself answers pings and reads ICMP errors. */
export function deliver(walk: Walk, netns: NetnsState, skb: SocketBuffer): Disposition {
  const { transport, ip } = skb.packet;
  const kernel: SocketReference = { protocol: 'icmp', address: ip.destination, port: 0, process: 'kernel' };
  if (transport.protocol === 'icmp') {
    if (transport.type === 8) return accept(kernel);
    const tuple = transport.about ? quoted() : tupleOf(skb.packet);
    return accept((tuple && netns.sockets.findConnected(tuple)) ?? kernel);
  }
  const connected = netns.sockets.findConnected(tupleOf(skb.packet)!);
  if (connected) return accept(connected);
  const listener = netns.sockets.findListener(transport.protocol, ip.destination, transport.destinationPort);
  const opens =
    transport.protocol === 'udp' || (transport.flags.includes('SYN') && !transport.flags.includes('ACK'));
  if (listener && opens) return accept(listener.reference);
  return refuse();

  function accept(socket: SocketReference): Disposition {
    walk.note({ kind: 'deliver', socket, process: socket.process }, skb);
    return walk.end(netns, skb, { kind: 'ACCEPTED', netns: netns.name, socket });
  }

  function refuse(): Disposition {
    walk.note({ kind: 'deliver' }, skb);
    const isReset = transport.protocol === 'tcp' && transport.flags.includes('RST');
    const answer = transport.protocol === 'udp' ? 'icmp-port-unreachable' : isReset ? 'none' : 'tcp-reset';
    const back: Answer | undefined =
      answer === 'none'
        ? undefined
        : answer === 'tcp-reset'
          ? { kind: 'tcp-reset', attached: false }
          : { kind: 'icmp', type: 3, code: 3, local: true };
    return walk.end(netns, skb, { kind: 'NO_SOCKET', netns: netns.name, answer }, back);
  }

  /** The tuple that packets to the sender of the quoted packet bear. */
  function quoted() {
    const tuple = transport.protocol === 'icmp' && transport.about ? tupleOf(transport.about) : undefined;
    return tuple && invertTuple(tuple);
  }
}
