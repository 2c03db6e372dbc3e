import { sourceFor } from '../address-selection.ts';
import type { SocketAddress } from '../exchange.ts';
import { parseIpv4 } from '../ipv4.ts';
import { type NetnsState, ownsAddress } from '../netns-state.ts';
import type { RequestOptions } from '../network.ts';
import type { SocketReference, Tuple } from '../trace.ts';
import { invertTuple } from '../tuple.ts';

/** net.ipv4.ip_local_port_range */
const EPHEMERAL = { first: 32768, last: 60999 };

export interface ClientSocket {
  readonly address: SocketAddress;
  /** The tuple of what it sends. */
  readonly tuple: Tuple;
  readonly reference: SocketReference;
  close(): void;
}

/** Binds a client's socket: a source address by the route, a free port by chance. Or why not. */
export function openClient(
  netns: NetnsState,
  options: RequestOptions,
  random: () => number,
): ClientSocket | 'ENETUNREACH' | 'EADDRNOTAVAIL' {
  const { protocol, destination } = options;
  const target = parseIpv4(destination.address);
  const route = target === undefined ? undefined : netns.fib.find(target);
  if (!route || ['unreachable', 'prohibit', 'blackhole'].includes(route.type)) return 'ENETUNREACH';
  if (options.source !== undefined && !ownsAddress(netns, options.source)) return 'EADDRNOTAVAIL';
  const source = options.source ?? sourceFor(netns, route, destination.address);
  if (!source) return 'ENETUNREACH';
  const port = options.sourcePort ?? freePort(netns, protocol, source, random);
  const ports = { sourcePort: port, destinationPort: protocol === 'icmp' ? port : destination.port };
  const tuple: Tuple = {
    protocol,
    source,
    destination: destination.address,
    ...ports,
    ...(protocol === 'icmp' && { icmpType: 8 }),
  };
  const reference: SocketReference = { protocol, address: source, port, process: options.process };
  const close = netns.sockets.connect(invertTuple(tuple), reference);
  return { address: { address: source, port: protocol === 'icmp' ? 0 : port }, tuple, reference, close };
}

function freePort(
  netns: NetnsState,
  protocol: RequestOptions['protocol'],
  source: string,
  random: () => number,
): number {
  const size = EPHEMERAL.last - EPHEMERAL.first + 1;
  const start = Math.floor(random() * size);
  for (let step = 0; step < size; step++) {
    const port = EPHEMERAL.first + ((start + step) % size);
    if (!netns.sockets.portTaken(protocol, source, port)) return port;
  }
  return EPHEMERAL.first + start;
}
