import type { Packet } from './packet.ts';
import type { Tuple } from './trace.ts';

/**
 * What conntrack and sockets know a packet by. ICMP errors have none of their own: they belong to the packet that
 * they are about.
 */
export function tupleOf(packet: Packet): Tuple | undefined {
  const { source, destination } = packet.ip;
  const { transport } = packet;
  if (transport.protocol !== 'icmp') {
    const { protocol, sourcePort, destinationPort } = transport;
    return { protocol, source, destination, sourcePort, destinationPort };
  }
  if (transport.type !== 0 && transport.type !== 8) return undefined;
  const identifier = transport.identifier ?? 0;
  return {
    protocol: 'icmp',
    source,
    destination,
    sourcePort: identifier,
    destinationPort: identifier,
    icmpType: transport.type,
  };
}

/** The tuple that an answer to this one bears. */
export function invertTuple(tuple: Tuple): Tuple {
  const inverted = {
    protocol: tuple.protocol,
    source: tuple.destination,
    destination: tuple.source,
    sourcePort: tuple.destinationPort,
    destinationPort: tuple.sourcePort,
  };
  return tuple.icmpType === undefined ? inverted : { ...inverted, icmpType: tuple.icmpType === 8 ? 0 : 8 };
}

/** Equal for equal tuples: the key of the hash tables. */
export function tupleKey(tuple: Tuple): string {
  return `${tuple.protocol}${tuple.icmpType ?? ''} ${tuple.source} ${tuple.sourcePort} ${tuple.destination} ${tuple.destinationPort}`;
}

export function sameTuple(a: Tuple, b: Tuple): boolean {
  return tupleKey(a) === tupleKey(b);
}

/** Writes an address (and port, or echo identifier) over the packet's source. */
export function withSource(packet: Packet, address: string, port: number): Packet {
  const ip = { ...packet.ip, source: address };
  const { transport } = packet;
  if (transport.protocol !== 'icmp') return { ...packet, ip, transport: { ...transport, sourcePort: port } };
  if (transport.identifier === undefined) return { ...packet, ip };
  return { ...packet, ip, transport: { ...transport, identifier: port } };
}

/** Writes an address (and port, or echo identifier) over the packet's destination. */
export function withDestination(packet: Packet, address: string, port: number): Packet {
  const ip = { ...packet.ip, destination: address };
  const { transport } = packet;
  if (transport.protocol !== 'icmp')
    return { ...packet, ip, transport: { ...transport, destinationPort: port } };
  if (transport.identifier === undefined) return { ...packet, ip };
  return { ...packet, ip, transport: { ...transport, identifier: port } };
}
