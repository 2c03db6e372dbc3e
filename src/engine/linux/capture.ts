import type { Packet } from './packet.ts';
import type { Trace } from './trace.ts';

export interface CapturedPacket {
  readonly packet: Packet;
  readonly device: string;
  readonly direction: 'in' | 'out';
}

/**
 * What a packet socket on the device sees of a trace, in order: on the way in before any rule, on the way out after
 * all of them. `any` is every device of the namespace. A bridge sees what goes up to the node and what the node sends.
 */
export function capture(trace: Trace, netns: string, device: string): readonly CapturedPacket[] {
  const seen: CapturedPacket[] = [];
  const add = (name: string, direction: CapturedPacket['direction'], packet: Packet) => {
    if (device === 'any' || device === name) seen.push({ packet, device: name, direction });
  };
  for (const hop of trace.hops) {
    if (hop.netns !== netns) continue;
    for (const step of hop.steps) {
      if (step.kind === 'receive') add(step.device, 'in', step.packet);
      else if (step.kind === 'transmit') add(step.device, 'out', step.packet);
      else if (step.kind === 'bridge' && step.to === step.bridge) add(step.bridge, 'in', step.packet);
      else if (step.kind === 'bridge' && step.from === step.bridge) add(step.bridge, 'out', step.packet);
      else if (step.kind === 'decap') add(step.device, 'in', step.packet);
    }
  }
  return seen;
}
