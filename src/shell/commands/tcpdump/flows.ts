import type { Packet, Trace } from '../../../engine/index.ts';

/** The numbers in a packet's headers that the engine does not keep: each end's own, and counted on from there. */
export interface Numbers {
  /** Of the IP header. */
  readonly id: number;
  /** Absolute TCP numbers. */
  readonly sequence: number;
  readonly acknowledged: number;
  readonly window: number;
  /** TCP timestamps: the sender's clock, and the other one's as last heard. */
  readonly time: number;
  readonly echo: number;
}

/** One end of a connection. */
interface Side {
  readonly base: number;
  next: number;
  /** The other side's timestamp that came last. */
  heard: number;
  readonly clockOffset: number;
  readonly isClient: boolean;
  /** Whether it has begun: a SYN was sent. */
  begun: boolean;
}

/** Linux's receive windows on a card of 1500 bytes, scaled by 7 after the handshake. */
const WINDOWS = { first: 64_240, answer: 65_160, client: 502, server: 509 };

/**
 * Numbers the packets of every connection. On its way a packet's addresses may change, its numbers do not: a SYN's first
 * and last addresses both stand for the same connection.
 */
export function createFlows(): (trace: Trace, at: number) => Numbers {
  const sides = new Map<string, { readonly own: Side; readonly peer: Side }>();
  let ids = 0;
  return ({ packet, hops }, at) => {
    const id = hash(`${packet.ip.source} ${++ids}`) & 0xffff;
    const { transport } = packet;
    if (transport.protocol !== 'tcp')
      return {
        id,
        sequence: 0,
        acknowledged: 0,
        window: 0,
        time: 0,
        echo: 0,
      };
    const { flags } = transport;
    const syn = flags.includes('SYN');
    const first = syn && !flags.includes('ACK');
    let pair = sides.get(tuple(packet));
    // A port that is used again begins a new connection; a SYN that nobody answered is the same one once more.
    if (!pair || (first && pair.peer.begun)) {
      const own = begin(true, transport.sourcePort, at);
      pair = { own, peer: begin(false, transport.sourcePort, at) };
      sides.set(tuple(packet), pair);
    }
    const arrived = hops.at(-1)?.steps.at(-1)?.packet;
    if (arrived && (first || !sides.has(reversed(arrived))))
      sides.set(reversed(arrived), { own: pair.peer, peer: pair.own });
    const { own, peer } = pair;
    if (syn) {
      own.begun = true;
      own.next = own.base;
    }
    const time = (own.clockOffset + Math.floor(at)) >>> 0;
    const numbers: Numbers = {
      id,
      sequence: own.begun ? own.next : 0,
      acknowledged: peer.next,
      window: windowOf(own, flags.includes('RST'), syn),
      time,
      echo: own.heard,
    };
    own.next = (own.next + (packet.payload?.bytes ?? 0) + (syn || flags.includes('FIN') ? 1 : 0)) >>> 0;
    peer.heard = time;
    return numbers;
  };
}

function windowOf({ isClient }: Side, reset: boolean, syn: boolean): number {
  if (reset) return 0;
  if (syn) return isClient ? WINDOWS.first : WINDOWS.answer;
  return isClient ? WINDOWS.client : WINDOWS.server;
}

function begin(isClient: boolean, clientPort: number, at: number): Side {
  const who = `${isClient ? 'client' : 'server'} ${clientPort}`;
  const base = hash(`${who} ${Math.floor(at / 1000)}`);
  return { base, next: base, heard: 0, clockOffset: hash(`clock of ${who}`), isClient, begun: false };
}

function tuple({ ip, transport }: Packet): string {
  const [from, to] =
    transport.protocol === 'icmp' ? [0, 0] : [transport.sourcePort, transport.destinationPort];
  return `${ip.source}:${from} ${ip.destination}:${to}`;
}

function reversed({ ip, transport }: Packet): string {
  const [from, to] =
    transport.protocol === 'icmp' ? [0, 0] : [transport.sourcePort, transport.destinationPort];
  return `${ip.destination}:${to} ${ip.source}:${from}`;
}

/** FNV-1a: the same number for the same words, at every replay. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
