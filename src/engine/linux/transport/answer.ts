import { sourceFor } from '../address-selection.ts';
import type { Errno } from '../exchange.ts';
import { parseIpv4 } from '../ipv4.ts';
import type { Packet, TcpFlag } from '../packet.ts';
import type { SkbConnection } from '../path/skb.ts';
import type { Ending } from '../path/walk.ts';
import type { Conversation, Sent } from './conversation.ts';

const ICMP_LABELS: Readonly<Record<string, string>> = {
  '3/0': 'ICMP network unreachable',
  '3/1': 'ICMP host unreachable',
  '3/2': 'ICMP protocol unreachable',
  '3/3': 'ICMP port unreachable',
  '3/4': 'ICMP fragmentation needed',
  '3/9': 'ICMP network prohibited',
  '3/10': 'ICMP host prohibited',
  '3/13': 'ICMP administratively prohibited',
  '11/0': 'ICMP time exceeded',
};

/**
 * What the machine where a packet's way ended sends back by itself: a TCP reset or an ICMP error (tcp_v4_send_reset,
 * icmp_send). Sent at once, or after the three seconds that ARP takes to give up. undefined: it keeps silent.
 */
export function sendAnswer(
  conversation: Conversation,
  ending: Ending | undefined,
  direction: 'out' | 'back' = 'back',
): Sent | undefined {
  if (!ending?.answer) return undefined;
  const { netns, packet, connection, answer } = ending;
  conversation.elapsed += ending.delayMs;
  const attach: SkbConnection | undefined = connection?.entry && {
    state: answer.kind === 'icmp' ? 'RELATED' : 'ESTABLISHED',
    direction: connection.direction === 'original' ? 'reply' : 'original',
    entry: connection.entry,
    unconfirmed: false,
  };
  if (answer.kind === 'tcp-reset') {
    if (packet.transport.protocol !== 'tcp') return undefined;
    const { sourcePort, destinationPort, flags } = packet.transport;
    const back: readonly TcpFlag[] = flags.includes('ACK') ? ['RST'] : ['RST', 'ACK'];
    const reset: Packet = {
      ip: { source: packet.ip.destination, destination: packet.ip.source, ttl: 64, dontFragment: true },
      transport: { protocol: 'tcp', sourcePort: destinationPort, destinationPort: sourcePort, flags: back },
    };
    return conversation.send(
      netns,
      reset,
      back.join(','),
      direction,
      attach && answer.attached ? { attach } : {},
    );
  }
  if (packet.transport.protocol === 'icmp' && packet.transport.about) return undefined;
  const route = netns.fib.find(parseIpv4(packet.ip.source)!);
  const source = answer.local ? packet.ip.destination : route && sourceFor(netns, route, packet.ip.source);
  if (!source) return undefined;
  const { ethernet: _frame, ...about } = packet;
  const error: Packet = {
    ip: { source, destination: packet.ip.source, ttl: 64 },
    transport: {
      protocol: 'icmp',
      type: answer.type,
      code: answer.code,
      ...(answer.mtu && { mtu: answer.mtu }),
      about,
    },
  };
  return conversation.send(
    netns,
    error,
    ICMP_LABELS[`${answer.type}/${answer.code}`] ?? 'ICMP error',
    direction,
    attach && { attach },
  );
}

/** What a client's system call makes of an answer; `hard`: a connected UDP socket hears of it too (icmp_err_convert). */
export interface Refusal {
  readonly errno: Errno;
  readonly from: string;
  readonly hard: boolean;
  /** The path's MTU, when the packet was too big. */
  readonly mtu?: number;
}

export function readAnswer(packet: Packet): Refusal | undefined {
  const { transport, ip } = packet;
  if (transport.protocol === 'tcp')
    return transport.flags.includes('RST')
      ? { errno: 'ECONNREFUSED', from: ip.source, hard: true }
      : undefined;
  if (transport.protocol !== 'icmp' || !transport.about) return undefined;
  if (transport.type === 11) return { errno: 'EHOSTUNREACH', from: ip.source, hard: false };
  switch (transport.code) {
    case 0:
      return { errno: 'ENETUNREACH', from: ip.source, hard: false };
    case 2:
      return { errno: 'ENOPROTOOPT', from: ip.source, hard: true };
    case 9:
      return { errno: 'ENETUNREACH', from: ip.source, hard: true };
    case 1:
      return { errno: 'EHOSTUNREACH', from: ip.source, hard: false };
    case 10:
    case 13:
      return { errno: 'EHOSTUNREACH', from: ip.source, hard: true };
    case 4:
      return {
        errno: 'EMSGSIZE',
        from: ip.source,
        hard: false,
        ...(transport.mtu && { mtu: transport.mtu }),
      };
    default:
      return { errno: 'ECONNREFUSED', from: ip.source, hard: true };
  }
}
