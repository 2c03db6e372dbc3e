import type { Packet } from './packet.ts';
import type { Step, Trace } from './trace.ts';
import { tupleKey, tupleOf } from './tuple.ts';

/** Steps that may change a packet's addresses, ports, or the packet as a whole. */
const MAY_CHANGE_HEADERS: readonly Step['kind'][] = ['nat', 'encap', 'decap'];

/**
 * What a trace breaks of the rules that every trace keeps; none when all is well. One sentence each.
 *
 * - hops after the first begin with `receive`, hops before the last end with `transmit`, and the two are peers;
 * - addresses and ports change only in nat, encap and decap; the TTL only in a route that forwards; the frame's
 *   addresses only where a neighbour was found or the frame was taken off;
 * - the nat table and nftables' nat chains are visited only by a connection's first packet; what others change, the
 *   conntrack entry decides.
 */
export function checkTrace(trace: Trace): readonly string[] {
  const problems: string[] = [];
  const { hops } = trace;
  if (hops.length === 0) problems.push('there is no hop');
  for (const [place, hop] of hops.entries()) {
    const first = hop.steps[0];
    const last = hop.steps.at(-1);
    const name = `hop ${place + 1} (${hop.netns})`;
    if (!first || !last) {
      problems.push(`${name} has no steps`);
      continue;
    }
    if (place === 0 && first.kind !== 'originate')
      problems.push(`${name} begins with ${first.kind}, not originate`);
    if (place > 0) {
      const before = hops[place - 1]!.steps.at(-1)!;
      if (first.kind !== 'receive') problems.push(`${name} begins with ${first.kind}, not receive`);
      else if (before.kind !== 'transmit')
        problems.push(`the hop before ${name} ends with ${before.kind}, not transmit`);
      else if (
        before.peer.netns !== hop.netns ||
        before.peer.device !== first.device ||
        first.peer.device !== before.device ||
        first.peer.netns !== hops[place - 1]!.netns
      ) {
        problems.push(`${name} receives on ${first.device}, which is not the peer of what sent it`);
      }
    }
    problems.push(...natProblems(hop.steps, name));
  }

  let packet = trace.packet;
  for (const [place, hop] of hops.entries()) {
    for (const step of hop.steps) {
      problems.push(
        ...changeProblems(packet, step).map(
          (problem) => `hop ${place + 1} (${hop.netns}), ${step.kind}: ${problem}`,
        ),
      );
      packet = step.packet;
    }
  }
  return problems;
}

function changeProblems(before: Packet, step: Step): string[] {
  const { packet: after } = step;
  if (MAY_CHANGE_HEADERS.includes(step.kind)) return [];
  const problems: string[] = [];
  if (before.ip.source !== after.ip.source || before.ip.destination !== after.ip.destination)
    problems.push('an address changed');
  if (before.transport !== after.transport && tupleText(before) !== tupleText(after))
    problems.push('a port changed');
  if (before.payload !== after.payload) problems.push('the payload changed');
  const forwards = step.kind === 'route' && step.decision === 'forward';
  const mayLower = forwards && after.ip.ttl === before.ip.ttl - 1;
  if (before.ip.ttl !== after.ip.ttl && !mayLower)
    problems.push(`the TTL went from ${before.ip.ttl} to ${after.ip.ttl}`);
  const frame = (packet: Packet) => `${packet.ethernet?.source} ${packet.ethernet?.destination}`;
  const mayReframe = step.kind === 'neighbour' || step.kind === 'bridge' || !after.ethernet;
  if (frame(before) !== frame(after) && !mayReframe) problems.push('the frame changed');
  return problems;
}

function tupleText(packet: Packet): string | undefined {
  const tuple = tupleOf(packet);
  return tuple && tupleKey(tuple);
}

/** Per namespace visit: no nat rules for packets of a known connection, and no translation without a cause. */
function natProblems(steps: readonly Step[], name: string): string[] {
  const problems: string[] = [];
  let state: string | undefined;
  let created = false;
  for (const step of steps) {
    if (step.kind === 'encap' || step.kind === 'decap') [state, created] = [undefined, false];
    if (step.kind === 'conntrack') [state, created] = [step.state, step.created];
    if (step.kind === 'table' && (step.table === 'nat' || step.isNat) && !created)
      problems.push(`${name}: the nat table is visited by a packet that is ${state ?? 'not tracked'}`);
    if (step.kind === 'nat' && !created && step.rule)
      problems.push(`${name}: a nat rule decided for a packet that is ${state ?? 'not tracked'}`);
  }
  return problems;
}
