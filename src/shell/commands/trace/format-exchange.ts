import type { Cluster, Disposition, Exchange, Message, Trace } from '../../../engine/index.ts';
import { errnoText } from '../curl/transfer.ts';
import { headerText, matchedRules, stepText } from './step-text.ts';

export interface TraceFormat {
  /** One line for each hop. */
  readonly quiet?: boolean;
  readonly colour?: boolean;
  /** Every way that chance allows is shown: no number was drawn. */
  readonly everyWay?: boolean;
  say(message: Message): string;
}

const BOLD = '\x1b[1m';
const DIM = '\x1b[2m';
const PLAIN = '\x1b[0m';

/** An exchange as a readable tree: each packet's way, hop by hop, with the route or rule that decided. */
export function formatExchange(exchange: Exchange, cluster: Cluster, format: TraceFormat, depth = 0): string {
  const indent = '  '.repeat(depth);
  const { client, destination, protocol, summary, outcome, elapsedMs } = exchange;
  const ends =
    protocol === 'icmp'
      ? `${client.address} → ${destination.address}`
      : `${client.address}:${client.port} → ${destination.address}:${destination.port}`;
  const lines: string[] = [
    `${indent}${strong(summary, format)}  ${protocol} ${ends}  ${outcomeText(outcome)} in ${milliseconds(elapsedMs)}`,
  ];
  let before: { readonly label: string; readonly way: string } | undefined;
  for (const packet of exchange.packets) {
    const arrow = packet.direction === 'out' ? '→' : '←';
    lines.push(
      `${indent}${arrow} ${strong(packet.label, format)}  ${headerText(packet.trace.packet)}  ${faint(`at ${milliseconds(packet.at)}`, format)}`,
    );
    const way = traceLines(packet.trace, cluster, format).map((line) => `${indent}  ${line}`);
    // What is sent again for want of an answer, and meets the same, need not be read again.
    const same = before?.label === packet.label && before.way === way.join('\n');
    lines.push(...(same ? [`${indent}  ${format.say({ id: 'shell.trace.same-way', values: {} })}`] : way));
    before = { label: packet.label, way: way.join('\n') };
  }
  const caused = exchange.caused.map((each) => formatExchange(each, cluster, format, depth + 1));
  return `${lines.join('\n')}\n${caused.length > 0 ? `\n${caused.join('\n')}` : ''}`;
}

/** One packet's way. */
export function traceLines(trace: Trace, cluster: Cluster, format: TraceFormat): readonly string[] {
  const observations = cluster.explain(trace);
  const lines: string[] = [];
  for (const [index, hop] of trace.hops.entries()) {
    const said = observations.filter((one) => one.hop === index);
    const first = hop.steps[0]?.packet;
    const last = hop.steps.at(-1)?.packet;
    const changed = first && last && headerText(first) !== headerText(last);
    if (format.quiet) {
      const detail = changed
        ? `${headerText(first)} becomes ${headerText(last)}`
        : last
          ? headerText(last)
          : '';
      lines.push(`${String(index + 1).padStart(2)}  ${hop.netns}  ${detail}`);
      continue;
    }
    lines.push(`${index + 1}. ${strong(hop.netns, format)}`);
    for (const [at, step] of hop.steps.entries()) {
      const text = stepText(step);
      if (!text) continue;
      lines.push(`   ${text.kind.padEnd(10)} ${text.text}`);
      if (step.kind === 'table')
        lines.push(
          ...matchedRules(step.visited, !format.everyWay).map((rule) =>
            faint(`              ${rule}`, format),
          ),
        );
      // That a packet was sent by somebody is said by the line above.
      for (const { message } of said.filter((one) => one.step === at && step.kind !== 'originate'))
        lines.push(`              ${format.say(message)}`);
    }
  }
  lines.push(`${format.quiet ? '    ' : '   '}${dispositionText(trace.disposition)}`);
  return lines;
}

export function dispositionText(disposition: Disposition): string {
  switch (disposition.kind) {
    case 'ACCEPTED':
      return `ACCEPTED by ${disposition.socket.process} (${end(disposition.socket)}) in ${disposition.netns}`;
    case 'NO_SOCKET':
      return `NO_SOCKET in ${disposition.netns}: answers ${disposition.answer}`;
    case 'REJECTED':
      return `REJECTED in ${disposition.netns} by ${disposition.rule.chain} rule ${disposition.rule.number}: ${disposition.rule.text}`;
    case 'DROPPED':
      return `DROPPED in ${disposition.netns}${disposition.rule ? ` by ${disposition.rule.chain} rule ${disposition.rule.number}: ${disposition.rule.text}` : ''}${disposition.reason ? ` (${disposition.reason})` : ''}`;
    case 'NO_ROUTE':
      return `NO_ROUTE in ${disposition.netns} to ${disposition.destination}`;
    case 'NEIGHBOUR_UNREACHABLE':
      return `NEIGHBOUR_UNREACHABLE in ${disposition.netns}: nobody has ${disposition.address} on ${disposition.device}`;
    case 'TTL_EXCEEDED':
      return `TTL_EXCEEDED in ${disposition.netns}`;
    case 'EXITS_CLUSTER':
      return `EXITS_CLUSTER at ${disposition.netns} to ${disposition.destination}`;
  }
}

function outcomeText(outcome: Exchange['outcome']): string {
  if (outcome.kind === 'replied') return `replied by ${outcome.server.netns} ${end(outcome.server.socket)}`;
  if (outcome.kind === 'timeout') return 'no answer';
  return `${errnoText(outcome.errno)}${outcome.from ? ` (from ${outcome.from})` : ''}`;
}

/** A ping has no port. */
function end({ address, port }: { readonly address: string; readonly port: number }): string {
  return port === 0 ? address : `${address}:${port}`;
}

function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(2) : Math.round(ms)} ms`;
}

function strong(text: string, { colour }: TraceFormat): string {
  return colour ? `${BOLD}${text}${PLAIN}` : text;
}

function faint(text: string, { colour }: TraceFormat): string {
  return colour ? `${DIM}${text}${PLAIN}` : text;
}
