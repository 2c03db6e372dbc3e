import type { ConntrackEntryView, Tuple } from '../../engine/index.ts';
import { parseFlags } from '../flags.ts';
import { type Command, type Flag, Interrupted, type Process } from '../process.ts';
import { mayConfigure, netnsOf } from './netns.ts';

const FLAGS: readonly Flag[] = [
  { name: 'dump', short: 'L', help: 'List the connections' },
  { name: 'delete', short: 'D', help: 'Forget connections' },
  { name: 'event', short: 'E', help: 'Show what changes, until Ctrl-C' },
  { name: 'flush', short: 'F', help: 'Forget all connections' },
  { name: 'count', short: 'C', help: 'How many there are' },
  { name: 'proto', short: 'p', value: 'PROTOCOL', help: 'tcp, udp or icmp' },
  { name: 'orig-src', short: 's', value: 'ADDRESS', help: 'Whose client has this address' },
  { name: 'orig-dst', short: 'd', value: 'ADDRESS', help: 'Whose client asked for this address' },
  { name: 'reply-src', short: 'r', value: 'ADDRESS', help: 'Whose server has this address' },
  { name: 'reply-dst', short: 'q', value: 'ADDRESS', help: 'To whom the server answers' },
  { name: 'sport', value: 'PORT', help: 'The client’s port' },
  { name: 'dport', value: 'PORT', help: 'The port that the client asked for' },
  { name: 'src', value: 'ADDRESS', help: 'The same as --orig-src' },
  { name: 'dst', value: 'ADDRESS', help: 'The same as --orig-dst' },
  { name: 'orig-port-src', value: 'PORT', help: 'The same as --sport' },
  { name: 'orig-port-dst', value: 'PORT', help: 'The same as --dport' },
  { name: 'reply-port-src', value: 'PORT', help: 'The server’s port' },
  { name: 'reply-port-dst', value: 'PORT', help: 'The port that the server answers to' },
  { name: 'state', value: 'STATE', help: 'TCP connections in this state' },
  { name: 'src-nat', short: 'n', value: 'ADDRESS', alone: '', help: 'With a changed source' },
  { name: 'dst-nat', short: 'g', value: 'ADDRESS', alone: '', help: 'With a changed destination' },
  { name: 'output', short: 'o', value: 'FORMAT', help: 'extended' },
  { name: 'family', short: 'f', value: 'FAMILY', help: 'ipv4' },
];

/** Other names of the same filters. */
const ALIASES: Readonly<Record<string, string>> = {
  'orig-src': 'src',
  'orig-dst': 'dst',
  sport: 'orig-port-src',
  dport: 'orig-port-dst',
};

const NUMBERS = { tcp: 6, udp: 17, icmp: 1 } as const;
const TRAILER = 'conntrack v1.4.7 (conntrack-tools): ';

/** conntrack-tools' `conntrack`. */
export const conntrackCommand: Command = {
  name: 'conntrack',
  group: 'network',
  usage: 'conntrack (-L | -D | -E | -F | -C) [filters]',
  flags: FLAGS,
  examples: ['ssh node-1 conntrack -L', 'ssh node-1 conntrack -L -d 100.64.0.10', 'ssh node-1 conntrack -E'],
  async run(process) {
    const parsed = parseFlags(process.args, FLAGS);
    if (!parsed.ok) {
      const { kind, flag } = parsed.error;
      const said =
        kind === 'missing-value' ? `option \`${flag}' requires an argument` : `unknown option \`${flag}'`;
      process.stderr.write(
        `${TRAILER.replace(/ $/, '')} ${said}\nTry \`conntrack -h' or 'conntrack --help' for more information.\n`,
      );
      return 2;
    }
    const { flags } = parsed;
    if (!mayConfigure(process)) {
      process.stderr.write(
        `${TRAILER}Operation failed: sorry, you must be root or get CAP_NET_ADMIN capability to do this\n`,
      );
      return 1;
    }
    const netns = netnsOf(process);
    const value = (name: string) => flags.text(name) ?? flags.text(ALIASES[name] ?? name);
    const fits = ({ original, reply, snat, dnat, tcpState }: ConntrackEntryView) =>
      (value('proto') === undefined || original.protocol === value('proto')) &&
      (value('orig-src') === undefined || original.source === value('orig-src')) &&
      (value('orig-dst') === undefined || original.destination === value('orig-dst')) &&
      (value('reply-src') === undefined || reply.source === value('reply-src')) &&
      (value('reply-dst') === undefined || reply.destination === value('reply-dst')) &&
      (value('sport') === undefined || original.sourcePort === Number(value('sport'))) &&
      (value('dport') === undefined || original.destinationPort === Number(value('dport'))) &&
      (value('reply-port-src') === undefined || reply.sourcePort === Number(value('reply-port-src'))) &&
      (value('reply-port-dst') === undefined || reply.destinationPort === Number(value('reply-port-dst'))) &&
      (value('state') === undefined || tcpState === value('state')?.toUpperCase()) &&
      (value('src-nat') === undefined || snat) &&
      (value('dst-nat') === undefined || dnat);
    const line = (entry: ConntrackEntryView) =>
      `${value('output')?.includes('extended') ? 'ipv4     2 ' : ''}${entryText(entry)}\n`;
    if (flags.has('dump')) {
      const entries = netns.conntrack().filter(fits);
      process.stdout.write(entries.map(line).join(''));
      process.stderr.write(`${TRAILER}${entries.length} flow entries have been shown.\n`);
      return 0;
    }
    if (flags.has('count')) {
      process.stdout.write(`${netns.conntrack().length}\n`);
      return 0;
    }
    if (flags.has('flush')) {
      netns.conntrackDelete(() => true);
      process.stderr.write(`${TRAILER}connection tracking table has been emptied.\n`);
      return 0;
    }
    if (flags.has('delete')) {
      const entries = netns.conntrack().filter(fits);
      netns.conntrackDelete(fits);
      process.stdout.write(entries.map(line).join(''));
      process.stderr.write(
        entries.length === 0
          ? `${TRAILER}0 flow entries have been deleted.\n`
          : `${TRAILER}${entries.length} flow entries have been deleted.\n`,
      );
      return entries.length === 0 ? 1 : 0;
    }
    if (flags.has('event')) return events(process, fits);
    process.stderr.write(
      `${TRAILER}You need to supply a command\nTry \`conntrack -h' or 'conntrack --help' for more information.\n`,
    );
    return 2;
  },
};

/** One line of `conntrack -L`; what is gone has no time left. */
export function entryText(entry: ConntrackEntryView, timed = true): string {
  const { original, reply, tcpState, unreplied, assured, expiresInMs } = entry;
  const seconds = Math.max(0, Math.floor((expiresInMs ?? 0) / 1000));
  const state = tcpState ? `${tcpState} ` : '';
  const mark = unreplied ? '[UNREPLIED] ' : '';
  return `${original.protocol.padEnd(8)} ${NUMBERS[original.protocol]} ${timed ? `${seconds} ` : ''}${state}${tupleText(original)} ${mark}${tupleText(reply)} ${assured ? '[ASSURED] ' : ''}mark=0 use=1`;
}

function tupleText({ protocol, source, destination, sourcePort, destinationPort, icmpType }: Tuple): string {
  const place = `src=${source} dst=${destination}`;
  return protocol === 'icmp'
    ? `${place} type=${icmpType ?? 8} code=0 id=${sourcePort}`
    : `${place} sport=${sourcePort} dport=${destinationPort}`;
}

/** Looks at the table after every packet and says what is new, changed or gone. */
async function events(process: Process, fits: (entry: ConntrackEntryView) => boolean): Promise<number> {
  const netns = netnsOf(process);
  const entries = () =>
    new Map(
      netns
        .conntrack()
        .filter(fits)
        .map((entry) => [entry.id, entry]),
    );
  let known = entries();
  const pending: string[] = [];
  const compare = () => {
    const now = entries();
    for (const [id, entry] of now) {
      const before = known.get(id);
      const text = entryText(entry).replace(/ mark=0 use=1$/, '');
      if (!before) pending.push(`    [NEW] ${text}`);
      else if (
        before.tcpState !== entry.tcpState ||
        before.assured !== entry.assured ||
        before.unreplied !== entry.unreplied
      )
        pending.push(` [UPDATE] ${text}`);
    }
    for (const [id, entry] of known)
      if (!now.has(id)) pending.push(`[DESTROY] ${entryText(entry, false).replace(/ mark=0 use=1$/, '')}`);
    known = now;
  };
  const stop = process.session.cluster.network.observe(compare);
  let shown = 0;
  const flush = () => {
    compare();
    for (const text of pending.splice(0)) {
      process.stdout.write(`${text}\n`);
      shown++;
    }
  };
  try {
    do flush();
    while (await process.follow(200));
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    flush();
  } finally {
    stop();
    process.stderr.write(`${TRAILER}${shown} flow events have been shown.\n`);
  }
  return 0;
}
