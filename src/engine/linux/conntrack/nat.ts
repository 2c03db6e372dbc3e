import { formatIpv4, parseIpv4 } from '../ipv4.ts';
import type { NatRange } from '../netfilter/target.ts';
import type { Packet } from '../packet.ts';
import type { Tuple } from '../trace.ts';
import { invertTuple, withDestination, withSource } from '../tuple.ts';
import type { ConntrackEntry } from './entry.ts';

/** Which address a translation writes over. */
export type Manipulation = 'source' | 'destination';

export interface NatContext {
  /** Is this tuple taken, as a reply or as an original, by another connection? */
  isTaken(tuple: Tuple): boolean;
  /** In [0, 1). */
  random(): number;
}

/**
 * Decides a connection's translation (nf_nat_setup_info). `range` undefined: nothing is asked for, and a source port
 * still changes when another connection already uses the same tuple. Writes the reply tuple and the entry's flags.
 */
export function setUpNat(
  entry: ConntrackEntry,
  manipulation: Manipulation,
  range: NatRange | undefined,
  random: boolean,
  context: NatContext,
): void {
  // What the other end sees of the connection as it stands.
  const current = invertTuple(entry.reply);
  const wanted =
    manipulation === 'destination'
      ? newDestination(current, range, context)
      : newSource(current, range, random, context);
  const changed =
    wanted[manipulation] !== current[manipulation] ||
    portOf(wanted, manipulation) !== portOf(current, manipulation);
  if (changed) entry.reply = invertTuple(wanted);
  if (manipulation === 'source') {
    entry.sourceDecided = true;
    entry.sourceNat ||= changed;
  } else {
    entry.destinationDecided = true;
    entry.destinationNat ||= changed;
  }
}

function portOf(tuple: Tuple, manipulation: Manipulation): number {
  return manipulation === 'source' ? tuple.sourcePort : tuple.destinationPort;
}

function newDestination(current: Tuple, range: NatRange | undefined, context: NatContext): Tuple {
  if (!range) return current;
  const destination = range.addresses ? pickAddress(range.addresses, current) : current.destination;
  const { ports } = range;
  if (!ports || current.protocol === 'icmp') return { ...current, destination };
  const kept = current.destinationPort >= ports.first && current.destinationPort <= ports.last;
  const port = kept
    ? current.destinationPort
    : ports.first +
      Math.floor(context.random() * (ports.last - ports.first + 1)) * Number(ports.last > ports.first);
  return { ...current, destination, destinationPort: port };
}

function newSource(current: Tuple, range: NatRange | undefined, random: boolean, context: NatContext): Tuple {
  const source = range?.addresses ? pickAddress(range.addresses, current) : current.source;
  const moved = { ...current, source };
  const ports = range?.ports ?? portsLike(current.sourcePort);
  const allowed = !range?.ports || (current.sourcePort >= ports.first && current.sourcePort <= ports.last);
  const mayKeep = allowed && !(random && range);
  if (mayKeep && !context.isTaken(invertTuple(moved))) return moved;
  const size = ports.last - ports.first + 1;
  const start = Math.floor(context.random() * size);
  for (let step = 0; step < size; step++) {
    const port = ports.first + ((start + step) % size);
    const candidate = withSourcePort(moved, port);
    if (!context.isTaken(invertTuple(candidate))) return candidate;
  }
  return moved;
}

/** Echo requests have one identifier where others have two ports. */
function withSourcePort(tuple: Tuple, port: number): Tuple {
  return tuple.protocol === 'icmp'
    ? { ...tuple, sourcePort: port, destinationPort: port }
    : { ...tuple, sourcePort: port };
}

/** A privileged port stays privileged (nf_nat_l4proto_unique_tuple). */
function portsLike(port: number): { readonly first: number; readonly last: number } {
  if (port < 512) return { first: 1, last: 511 };
  if (port < 1024) return { first: 600, last: 1023 };
  return { first: 1024, last: 65535 };
}

/** One client always gets the same address of a range. */
function pickAddress(
  { first, last }: { readonly first: string; readonly last: string },
  tuple: Tuple,
): string {
  if (first === last) return first;
  const low = parseIpv4(first)!;
  const size = parseIpv4(last)! - low + 1;
  const hash =
    Math.imul(parseIpv4(tuple.source)! ^ Math.imul(parseIpv4(tuple.destination)!, 0x9e3779b1), 0x85ebca6b) >>>
    0;
  return formatIpv4(low + (hash % size));
}

/** Whether the entry asks for this manipulation on packets of this direction. */
export function isTranslated(
  entry: ConntrackEntry,
  manipulation: Manipulation,
  direction: 'original' | 'reply',
): boolean {
  const source = (manipulation === 'source') === (direction === 'original');
  return source ? entry.sourceNat : entry.destinationNat;
}

/** Writes over the packet what the entry says that packets of its direction are to bear. */
export function translate(
  packet: Packet,
  entry: ConntrackEntry,
  manipulation: Manipulation,
  direction: 'original' | 'reply',
): Packet {
  const target = invertTuple(direction === 'original' ? entry.reply : entry.original);
  return manipulation === 'source'
    ? withSource(packet, target.source, target.sourcePort)
    : withDestination(packet, target.destination, target.destinationPort);
}

/**
 * Translates an ICMP error: its own address, and the packet that it quotes, back to what the receiver knows
 * (nf_nat_icmp_reply_translation). `direction` is the error's.
 */
export function translateError(
  packet: Packet,
  entry: ConntrackEntry,
  manipulation: Manipulation,
  direction: 'original' | 'reply',
): Packet {
  const { transport } = packet;
  if (transport.protocol !== 'icmp' || !transport.about) return packet;
  const other = direction === 'original' ? entry.reply : entry.original;
  // The quoted packet travelled the other way: what is a source to the error is a destination to it.
  const about =
    manipulation === 'source'
      ? withDestination(transport.about, other.destination, other.destinationPort)
      : withSource(transport.about, other.source, other.sourcePort);
  const ip =
    manipulation === 'source'
      ? { ...packet.ip, source: other.destination }
      : { ...packet.ip, destination: other.source };
  return { ...packet, ip, transport: { ...transport, about } };
}
