import { type ConntrackEntry, conntrackView } from '../conntrack/entry.ts';
import { nextTcpState, TCP_TIMEOUTS_MS, type TcpState } from '../conntrack/tcp-states.ts';
import { ICMP_TIMEOUT_MS, UDP_STREAM_TIMEOUT_MS, UDP_TIMEOUT_MS } from '../conntrack/timeouts.ts';
import type { NetnsState } from '../netns-state.ts';
import type { Packet } from '../packet.ts';
import { invertTuple, tupleOf } from '../tuple.ts';
import type { SkbConnection, SocketBuffer } from './skb.ts';
import type { Walk } from './walk.ts';

/** A UDP exchange that lasts longer than this is a stream. */
const UDP_STREAM_AFTER_MS = 2_000;

/**
 * Finds the connection that a packet belongs to, or makes one (nf_conntrack_in).
 *
 *     tuple known, original direction, no reply seen yet   NEW
 *     tuple known otherwise                                ESTABLISHED
 *     an ICMP error about a known connection               RELATED
 *     unknown, and it may open a connection                NEW, and an entry that is not confirmed yet
 *     unknown, and it may not (a SYN,ACK, a RST …)         INVALID
 */
export function trackConnection(walk: Walk, netns: NetnsState, skb: SocketBuffer): void {
  if (!netns.ruleset.tracksConnections() && !netns.nftables.tracksConnections()) return;
  // Seen already on its way through lo, or tied to the connection of the packet that it answers.
  if (skb.connection) return;
  skb.connection = skb.untracked
    ? { state: 'UNTRACKED', direction: 'original', entry: undefined, unconfirmed: false }
    : lookUp(walk, netns, skb.packet);
  const { state, entry, direction, unconfirmed } = skb.connection;
  walk.note(
    {
      kind: 'conntrack',
      state,
      ...(entry && { entry: conntrackView(entry, walk.effects.at) }),
      isReply: direction === 'reply',
      created: unconfirmed,
    },
    skb,
  );
}

const INVALID: SkbConnection = {
  state: 'INVALID',
  direction: 'original',
  entry: undefined,
  unconfirmed: false,
};

function lookUp(walk: Walk, netns: NetnsState, packet: Packet): SkbConnection {
  const { effects } = walk;
  const tuple = tupleOf(packet);
  if (!tuple) return lookUpError(walk, netns, packet);
  const found = effects.findConnection(netns, tuple);
  if (!found) return open(walk, packet);
  const { entry, direction } = found;
  const { transport } = packet;
  const change: Partial<ConntrackEntry> = {};
  if (transport.protocol === 'tcp') {
    const before = entry.tcp ?? 'NONE';
    const after = nextTcpState(before, transport.flags, direction);
    if (after === 'INVALID') return { ...INVALID };
    if (after === 'SYN_SENT' && (before === 'TIME_WAIT' || before === 'CLOSE')) {
      effects.removeConnection(netns, entry);
      return open(walk, packet);
    }
    if (!entry.seenReply && transport.flags.includes('RST')) {
      effects.removeConnection(netns, entry);
    } else if (after !== 'IGNORE') {
      change.tcp = after;
      change.expiresAt = effects.at + TCP_TIMEOUTS_MS[after];
      if (after === 'ESTABLISHED' && (before === 'SYN_RECV' || before === 'ESTABLISHED'))
        change.assured = true;
    }
  } else {
    const stream =
      transport.protocol === 'udp' &&
      entry.seenReply &&
      (entry.assured || effects.at - entry.createdAt > UDP_STREAM_AFTER_MS);
    if (stream) change.assured = true;
    change.expiresAt = effects.at + (stream ? UDP_STREAM_TIMEOUT_MS : shortTimeout(transport.protocol));
  }
  if (direction === 'reply') change.seenReply = true;
  effects.updateConnection(entry, change);
  const state = direction === 'reply' || entry.seenReply ? 'ESTABLISHED' : 'NEW';
  return { state, direction, entry, unconfirmed: false };
}

function shortTimeout(protocol: 'udp' | 'icmp'): number {
  return protocol === 'udp' ? UDP_TIMEOUT_MS : ICMP_TIMEOUT_MS;
}

/** The entry that a packet opens, not in the table yet. */
function open(walk: Walk, packet: Packet): SkbConnection {
  const { transport } = packet;
  let tcp: TcpState | undefined;
  if (transport.protocol === 'tcp') {
    const state = nextTcpState('NONE', transport.flags, 'original');
    if (state === 'INVALID' || state === 'IGNORE') return { ...INVALID };
    tcp = state;
  } else if (transport.protocol === 'icmp' && transport.type !== 8) {
    return { ...INVALID };
  }
  const original = tupleOf(packet)!;
  const { at } = walk.effects;
  const timeout = tcp ? TCP_TIMEOUTS_MS[tcp] : shortTimeout(original.protocol as 'udp' | 'icmp');
  const entry: ConntrackEntry = {
    id: walk.machinery.nextConnectionId() + walk.effects.connectionsAdded,
    original,
    reply: invertTuple(original),
    sourceDecided: false,
    destinationDecided: false,
    sourceNat: false,
    destinationNat: false,
    seenReply: false,
    assured: false,
    tcp,
    createdAt: at,
    expiresAt: at + timeout,
    mark: 0,
  };
  return { state: 'NEW', direction: 'original', entry, unconfirmed: true };
}

/** An ICMP error belongs to the connection of the packet that it quotes (nf_conntrack_icmp_error). */
function lookUpError(walk: Walk, netns: NetnsState, packet: Packet): SkbConnection {
  const { transport } = packet;
  const about = transport.protocol === 'icmp' ? transport.about : undefined;
  const quoted = about && tupleOf(about);
  const found = quoted && walk.effects.findConnection(netns, invertTuple(quoted));
  if (!found) return { ...INVALID };
  return { state: 'RELATED', direction: found.direction, entry: found.entry, unconfirmed: false };
}

/** The packet has come through: its connection is written in the table (nf_conntrack_confirm). */
export function confirmConnection(walk: Walk, netns: NetnsState, skb: SocketBuffer): void {
  const { connection } = skb;
  if (!connection?.unconfirmed || connection.direction !== 'original' || !connection.entry) return;
  connection.entry.sourceDecided = true;
  connection.entry.destinationDecided = true;
  walk.effects.addConnection(netns, connection.entry);
  connection.unconfirmed = false;
}
