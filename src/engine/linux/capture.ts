import type { Packet } from './packet.ts';
import type { Step, Trace } from './trace.ts';

/** What crossing one cable takes, in virtual ms: enough to give an order to things. */
export const CROSSING_MS = 0.05;
/** Asking who has an address, and the answer. */
export const ARP_MS = 0.1;
/** How often, and in what distance, a host asks for an address that nobody has (mcast_solicit, retrans_time_ms). */
const ARP_TRIES = 3;
const ARP_RETRY_MS = 1000;

/** One Ethernet frame that carries ARP (RFC 826). */
export interface ArpPacket {
  readonly operation: 'request' | 'reply';
  readonly sender: { readonly mac: string; readonly address: string };
  readonly target: { readonly mac?: string; readonly address: string };
}

export interface CapturedPacket {
  readonly device: string;
  /** `other`: taken by a bridge's port for somebody else (PACKET_OTHERHOST). */
  readonly direction: 'in' | 'out' | 'other';
  /** Virtual ms since the packet left its sender. */
  readonly after: number;
  readonly content:
    | { readonly kind: 'ip'; readonly packet: Packet }
    | { readonly kind: 'arp'; readonly arp: ArpPacket };
}

/** A card's own addresses, as ARP tells them. */
export type CardOf = (
  netns: string,
  device: string,
) => { readonly mac: string; readonly address: string } | undefined;

/**
 * What a packet socket on the device sees of a trace, in order: on the way in before any rule, on the way out after
 * all of them. `any` is every device of the namespace. A bridge sees what goes up to the node and what the node sends;
 * its port sees the frame first, as one that is not for itself. With `cardOf`, ARP on the way is seen too.
 */
export function capture(
  trace: Trace,
  netns: string,
  device: string,
  cardOf?: CardOf,
): readonly CapturedPacket[] {
  const seen: CapturedPacket[] = [];
  let after = 0;
  const add = (
    name: string,
    direction: CapturedPacket['direction'],
    content: CapturedPacket['content'],
    at = after,
  ) => {
    if (device === 'any' || device === name) seen.push({ device: name, direction, after: at, content });
  };
  for (const [index, hop] of trace.hops.entries()) {
    const here = hop.netns === netns;
    for (const [at, step] of hop.steps.entries()) {
      if (step.kind === 'neighbour' && cardOf) {
        for (const frame of askedAround(trace, index, step, netns, cardOf))
          add(frame.device, frame.direction, frame.content, after + frame.after);
      }
      if (step.kind === 'neighbour' && step.state === 'resolved') after += ARP_MS;
      if (here) {
        const content = { kind: 'ip', packet: step.packet } as const;
        if (step.kind === 'receive')
          add(step.device, isBridged(hop.steps, at, step.device) ? 'other' : 'in', content);
        else if (step.kind === 'transmit') add(step.device, 'out', content);
        else if (step.kind === 'bridge' && step.to === step.bridge) add(step.bridge, 'in', content);
        else if (step.kind === 'bridge' && step.from === step.bridge) add(step.bridge, 'out', content);
        else if (step.kind === 'decap') add(step.device, 'in', content);
        else if (step.kind === 'encap') add(step.device, 'out', { kind: 'ip', packet: inside(step.packet) });
      }
      if (step.kind === 'transmit' && step.device !== 'lo') after += CROSSING_MS;
    }
  }
  return seen;
}

function inside(packet: Packet): Packet {
  return packet.inner?.packet ?? packet;
}

/** A frame that came in by a bridge's port is the bridge's, not the port's. */
function isBridged(steps: readonly Step[], received: number, port: string): boolean {
  return steps.slice(received + 1).some((step) => step.kind === 'bridge' && step.from === port);
}

/** The questions and the answer behind a neighbour step, as the asker, the bridge between, and the asked one see them. */
function askedAround(
  trace: Trace,
  index: number,
  step: Extract<Step, { kind: 'neighbour' }>,
  netns: string,
  cardOf: CardOf,
): readonly CapturedPacket[] {
  if (step.state === 'cached') return [];
  const hop = trace.hops[index]!;
  const asker = cardOf(hop.netns, step.device);
  if (!asker) return [];
  const request: CapturedPacket['content'] = {
    kind: 'arp',
    arp: { operation: 'request', sender: asker, target: { address: step.address } },
  };
  if (step.state === 'failed') {
    if (hop.netns !== netns) return [];
    return Array.from({ length: ARP_TRIES }, (_, attempt) => ({
      device: step.device,
      direction: 'out' as const,
      after: attempt * ARP_RETRY_MS,
      content: request,
    }));
  }
  const reply: CapturedPacket['content'] = {
    kind: 'arp',
    arp: { operation: 'reply', sender: { mac: step.mac!, address: step.address }, target: asker },
  };
  const frames: CapturedPacket[] = [];
  const both = (device: string, asked: 'in' | 'out', first: number, last: number) => {
    frames.push({ device, direction: asked, after: first, content: request });
    frames.push({ device, direction: asked === 'in' ? 'out' : 'in', after: last, content: reply });
  };
  if (hop.netns === netns) {
    both(step.device, 'out', 0, ARP_MS);
    // By way of a bridge, the frame leaves by one of its ports.
    const port = hop.steps.find((each) => each.kind === 'bridge' && each.from === step.device);
    if (port?.kind === 'bridge') both(port.to, 'out', 0, ARP_MS);
  }
  const next = trace.hops[index + 1];
  const received = next?.steps[0];
  if (next?.netns === netns && received?.kind === 'receive') {
    both(received.device, 'in', ARP_MS / 2, ARP_MS / 2);
    const bridge = next.steps.find((each) => each.kind === 'bridge');
    if (bridge?.kind === 'bridge') both(bridge.bridge, 'in', ARP_MS / 2, ARP_MS / 2);
  }
  return frames.sort((a, b) => a.after - b.after);
}
