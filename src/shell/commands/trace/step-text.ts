import type { Packet, RuleVisit, Step, Tuple } from '../../../engine/index.ts';

/** `100.96.1.2:41234 → 100.64.0.10:53`, as a packet's header has it now. */
export function headerText({ ip, transport, inner }: Packet): string {
  if (inner) return `${ip.source} → ${ip.destination} vxlan ${inner.vni} [${headerText(inner.packet)}]`;
  if (transport.protocol === 'icmp') return `${ip.source} → ${ip.destination}`;
  return `${ip.source}:${transport.sourcePort} → ${ip.destination}:${transport.destinationPort}`;
}

function tupleText({ protocol, source, sourcePort, destination, destinationPort }: Tuple): string {
  if (protocol === 'icmp') return `${source} → ${destination}${sourcePort ? ` (id ${sourcePort})` : ''}`;
  return `${source}:${sourcePort} → ${destination}:${destinationPort}`;
}

/** One step in the words of the tools: what it is, and with what evidence. Undefined: nothing worth a line. */
export function stepText(step: Step): { readonly kind: string; readonly text: string } | undefined {
  switch (step.kind) {
    case 'originate':
      return { kind: 'send', text: `${step.process ?? ''} ${headerText(step.packet)}`.trim() };
    case 'receive':
      return { kind: 'receive', text: `${step.device} ← ${step.peer.netns} ${step.peer.device}` };
    case 'bridge':
      return { kind: 'bridge', text: `${step.bridge}: ${step.from} → ${step.to} (${step.because})` };
    case 'conntrack':
      return {
        kind: 'conntrack',
        text: `${step.state}${step.created ? ', new entry' : ''}${step.isReply ? ', reply' : ''}${step.entry ? ` ${tupleText(step.entry.original)}` : ''}`,
      };
    case 'table':
      return {
        kind: 'table',
        text: `${step.table} ${step.hook}: ${step.verdict}${step.markAfter !== step.markBefore ? `, mark 0x${step.markAfter.toString(16)}` : ''}`,
      };
    case 'nat':
      return {
        kind: step.change,
        text: `${tupleText(step.from)} becomes ${tupleText(step.to)}${step.rule ? ` by ${step.rule.chain} rule ${step.rule.number}` : ' by conntrack'}`,
      };
    case 'route':
      return { kind: 'route', text: step.route ? `${step.decision}: ${step.route.text}` : step.decision };
    case 'neighbour':
      return {
        kind: 'neighbour',
        text: `${step.address} dev ${step.device} ${step.mac ? `lladdr ${step.mac} ` : ''}${step.state}`,
      };
    case 'encap':
      return { kind: 'encap', text: `${step.device}: vxlan ${step.vni} to ${step.remote}` };
    case 'decap':
      return { kind: 'decap', text: `${step.device}: vxlan ${step.vni}` };
    case 'transmit':
      return { kind: 'transmit', text: `${step.device} → ${step.peer.netns} ${step.peer.device}` };
    case 'deliver':
      return {
        kind: 'deliver',
        text: step.socket
          ? `${step.socket.process} on ${step.socket.address}${step.socket.port === 0 ? '' : `:${step.socket.port}`}`
          : (step.process ?? 'no socket'),
      };
  }
}

/** The rules of a table that matched, or that chance left out, in the order of the walk, indented by how deep they stand. */
export function matchedRules(visited: readonly RuleVisit[], drawn: boolean): readonly string[] {
  return visited
    .filter(({ matched, draw }) => matched || draw)
    .map(({ rule, matched, verdict, draw, depth }) => {
      const place = rule.number === 0 ? 'policy' : rule.number;
      const chance = draw
        ? ` (probability ${draw.probability.toFixed(2)}${drawn ? `, drew ${draw.number.toFixed(2)}` : ''})`
        : '';
      return `${'  '.repeat(depth)}${rule.chain} ${place}: ${matched ? (verdict ?? rule.text) : 'not this one'}${chance}`;
    });
}
