import type { Packet } from '../../../engine/index.ts';

/** The numbers in a packet's headers that the engine does not keep: each end's own, and counted on from there. */
export interface Numbers {
  /** Of the IP header. */
  readonly id: number;
  /** Absolute TCP numbers. */
  readonly sequence: number;
  readonly acknowledged: number;
  /** Where each side began; undefined in the first packet of a connection. */
  readonly sequenceBase: number;
  readonly acknowledgedBase: number | undefined;
  readonly window: number;
  /** TCP timestamps: the sender's clock, and the other one's as last heard. */
  readonly time: number;
  readonly echo: number;
}

interface Side {
  readonly base: number;
  next: number;
  /** The other side's timestamp that came last. */
  heard: number;
  readonly clockOffset: number;
}

/** Linux's receive windows on a card of 1500 bytes, scaled by 7 after the handshake. */
const WINDOWS = { first: 64_240, answer: 65_160, client: 502, server: 509 };

/** Numbers the packets of every connection, in the order in which one place sees them. */
export function createFlows(): (place: string, packet: Packet, at: number) => Numbers {
  const sides = new Map<string, Side>();
  let ids = 0;
  return (place, { ip, transport, payload }, at) => {
    const id = hash(`${ip.source} ${++ids}`) & 0xffff;
    if (transport.protocol !== 'tcp')
      return {
        id,
        sequence: 0,
        acknowledged: 0,
        sequenceBase: 0,
        acknowledgedBase: undefined,
        window: 0,
        time: 0,
        echo: 0,
      };
    const { sourcePort, destinationPort, flags } = transport;
    const mine = `${place} ${ip.source}:${sourcePort} ${ip.destination}:${destinationPort}`;
    const theirs = `${place} ${ip.destination}:${destinationPort} ${ip.source}:${sourcePort}`;
    const syn = flags.includes('SYN');
    const first = syn && !flags.includes('ACK');
    const known = sides.get(mine);
    // A port that is used again begins a new connection; a SYN that nobody answered is the same one once more.
    const again = syn && known && (!first || !sides.has(theirs));
    const side = known && (!syn || again) ? known : begin(first, first ? sourcePort : destinationPort, at);
    if (syn) side.next = side.base;
    if (first && !again) sides.delete(theirs);
    sides.set(mine, side);
    const peer = sides.get(theirs);
    const time = (side.clockOffset + Math.floor(at)) >>> 0;
    const numbers: Numbers = {
      id,
      sequence: flags.includes('RST') && !peer ? 0 : side.next,
      acknowledged: peer?.next ?? 0,
      sequenceBase: side.base,
      acknowledgedBase: syn ? undefined : peer?.base,
      window: flags.includes('RST')
        ? 0
        : syn
          ? flags.includes('ACK')
            ? WINDOWS.answer
            : WINDOWS.first
          : sourcePort >= destinationPort
            ? WINDOWS.client
            : WINDOWS.server,
      time,
      echo: side.heard,
    };
    const length = (payload?.bytes ?? 0) + (syn || flags.includes('FIN') ? 1 : 0);
    side.next = (side.next + length) >>> 0;
    if (peer) peer.heard = time;
    return numbers;
  };
}

function begin(isClient: boolean, clientPort: number, at: number): Side {
  const who = `${isClient ? 'client' : 'server'} ${clientPort}`;
  const base = hash(`${who} ${Math.floor(at / 1000)}`);
  return { base, next: base, heard: 0, clockOffset: hash(`clock of ${who}`) };
}

/** FNV-1a: the same number for the same words, at every replay. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
