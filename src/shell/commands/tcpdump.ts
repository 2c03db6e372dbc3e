import { type CardOf, capture, type LinkView } from '../../engine/index.ts';
import { parseFlags } from '../flags.ts';
import { type Command, type Flag, Interrupted, type Process } from '../process.ts';
import { netnsOf } from './netns.ts';
import { createConversations } from './tcpdump/conversations.ts';
import { describeFrame, type Frame, type PrintOptions } from './tcpdump/describe.ts';
import { type Filter, parseFilter } from './tcpdump/filter.ts';
import { createFlows } from './tcpdump/flows.ts';
import { getoptMessage } from './unix-flags.ts';

const VERSION =
  'tcpdump version 4.99.3\nlibpcap version 1.10.3 (with TPACKET_V3)\nOpenSSL 3.0.19 27 Jan 2026\n';
/** How often, in virtual ms, what was seen is printed. */
const ROUND_MS = 100;

const FLAGS: readonly Flag[] = [
  { name: 'interface', short: 'i', value: 'DEVICE', help: 'Listen on this device; `any` for all' },
  { short: 'n', help: 'Numbers, not names (-nn: of ports too)' },
  { short: 'e', help: 'Show the link-level header' },
  { short: 'v', help: 'With more of the headers' },
  { short: 'c', value: 'COUNT', type: 'int', help: 'Stop after so many packets' },
  { short: 'A', help: 'Show each packet as text' },
  { short: 'x', help: 'Show each packet’s bytes' },
  { short: 'X', help: 'Show each packet’s bytes and text' },
  { short: 'q', help: 'Say less' },
  {
    name: 'absolute-tcp-sequence-numbers',
    short: 'S',
    help: 'TCP’s numbers as they are, not counted from the connection’s start',
  },
  { short: 't', help: 'Without times (-tt: seconds since 1970, -tttt: with the date)' },
  { name: 'direction', short: 'Q', value: 'in|out|inout', help: 'Only this direction' },
  { short: 'l', help: 'Print line by line (it always does)' },
  { name: 'packet-buffered', short: 'U', help: 'Print packet by packet (it always does)' },
  { name: 'no-promiscuous-mode', short: 'p', help: 'Not what is for others' },
  {
    name: 'snapshot-length',
    short: 's',
    value: 'BYTES',
    type: 'int',
    help: 'How much of each packet to take',
  },
  { name: 'list-interfaces', short: 'D', help: 'List the devices' },
  { short: 'w', value: 'FILE', help: 'Write the packets to a file (not simulated)' },
  { short: 'r', value: 'FILE', help: 'Read the packets from a file (not simulated)' },
  { name: 'version', help: 'The version' },
  { name: 'help', short: 'h', help: 'The usage' },
];

const USAGE = `Usage: tcpdump [-AbdDefhHIJKlLnNOpqStuUvxX#] [ -B size ] [ -c count ] [--count]
\t\t[ -C file_size ] [ -E algo:secret ] [ -F file ] [ -G seconds ]
\t\t[ -i interface ] [ --immediate-mode ] [ -j tstamptype ]
\t\t[ -M secret ] [ --number ] [ --print ] [ -Q in|out|inout ]
\t\t[ -r file ] [ -s snaplen ] [ -T type ] [ --version ]
\t\t[ -V file ] [ -w file ] [ -W filecount ] [ -y datalinktype ]
\t\t[ --time-stamp-precision precision ] [ --micro ] [ --nano ]
\t\t[ -z postrotate-command ] [ -Z user ] [ expression ]
`;

/** tcpdump 4.99: prints the packets that pass a device of this network namespace, until Ctrl-C. */
export const tcpdumpCommand: Command = {
  name: 'tcpdump',
  group: 'network',
  usage: 'tcpdump [-n] [-i DEVICE] [-c COUNT] [FILTER]',
  flags: FLAGS,
  examples: [
    'ssh node-1 tcpdump -n -i cni0 icmp',
    "ssh node-1 tcpdump -n -i any 'tcp port 80 or udp port 53'",
    'kubectl exec client -- tcpdump -n -i eth0 -c 4',
    'kubectl debug -it hello --image=nicolaka/netshoot -- tcpdump -n port 8080',
  ],
  async run(process) {
    // Several letters of the same flag count: -nn, -vvv, -tttt.
    const count = (letter: string) =>
      process.args.reduce(
        (sum, word) => sum + (/^-[A-Za-z]+$/.test(word) ? word.split(letter).length - 1 : 0),
        0,
      );
    const parsed = parseFlags(process.args, FLAGS);
    if (!parsed.ok) {
      process.stderr.write(`tcpdump: ${getoptMessage(parsed.error)}\n${VERSION}${USAGE}`);
      return 1;
    }
    const { flags } = parsed;
    if (flags.has('version') || flags.has('help')) {
      process.stdout.write(flags.has('version') ? VERSION : `${VERSION}${USAGE}`);
      return 0;
    }
    const links = netnsOf(process).links();
    if (flags.has('list-interfaces')) {
      process.stdout.write(interfaces(links));
      return 0;
    }
    for (const letter of ['w', 'r'])
      if (flags.has(letter)) {
        process.stderr.write(
          `${process.session.say({ id: 'shell.not-simulated', values: { command: `tcpdump -${letter}` } })}\n`,
        );
        return 1;
      }
    const device =
      flags.text('interface') ?? links.find(({ kind, up }) => kind !== 'loopback' && up)?.name ?? 'lo';
    if (device !== 'any' && !links.some(({ name }) => name === device)) {
      process.stderr.write(`tcpdump: ${device}: No such device exists\n(No such device exists)\n`);
      return 1;
    }
    const filter = parseFilter(flags.rest.join(' '));
    if (!filter.ok) {
      process.stderr.write(
        `${device === 'any' ? 'tcpdump: data link type LINUX_SLL2\n' : ''}tcpdump: ${filter.message}\n`,
      );
      return 1;
    }
    const limit = flags.number('c');
    if (limit !== undefined && limit < 1) {
      process.stderr.write(`tcpdump: invalid packet count ${flags.text('c')}\n`);
      return 1;
    }
    return listen(process, device, filter.filter, {
      limit: limit ?? Number.POSITIVE_INFINITY,
      direction: flags.text('direction'),
      print: {
        times: count('t'),
        numeric: count('n'),
        quick: flags.has('q'),
        verbose: count('v'),
        link: flags.has('e'),
        absolute: flags.has('absolute-tcp-sequence-numbers'),
        ascii: flags.has('A'),
        hex: flags.has('X') ? 2 : flags.has('x') ? 1 : 0,
        any: device === 'any',
      },
    });
  },
};

interface Listening {
  readonly limit: number;
  readonly direction: string | undefined;
  readonly print: PrintOptions;
}

async function listen(
  process: Process,
  device: string,
  filter: Filter,
  { limit, direction, print }: Listening,
): Promise<number> {
  const { cluster } = process.session;
  const { netns } = process.machine.context;
  process.stderr.write(
    `${device === 'any' ? 'tcpdump: data link type LINUX_SLL2\n' : ''}tcpdump: ${print.verbose > 0 ? '' : 'verbose output suppressed, use -v[v]... for full protocol decode\n'}listening on ${device}, link-type ${device === 'any' ? 'LINUX_SLL2 (Linux cooked v2)' : 'EN10MB (Ethernet)'}, snapshot length 262144 bytes\n`,
  );
  const epoch = Date.parse(cluster.timestamp()) - cluster.clock.now();
  const number = createFlows();
  const relative = createConversations();
  const frames: Frame[] = [];
  let received = 0;
  let printed = 0;
  const stop = cluster.network.observe((trace, at) => {
    const numbers = number(trace, at);
    for (const captured of capture(trace, netns, device, cardsOf(process))) {
      const link = netnsOf(process)
        .links()
        .find(({ name }) => name === captured.device);
      const frame: Frame = { captured, at: epoch + at + captured.after, numbers, link };
      const wanted =
        direction === 'in'
          ? captured.direction !== 'out'
          : direction !== 'out' || captured.direction === 'out';
      if (!wanted || !filter(frame)) continue;
      received++;
      frames.push(frame);
    }
  });
  const flush = () => {
    // Packets of several programs may have been sent at once: each stands where its time is.
    const ready = frames.splice(0).sort((a, b) => a.at - b.at);
    for (const frame of ready.slice(0, limit - printed))
      process.stdout.write(describeFrame(print.absolute ? frame : relative(frame), print));
    printed += Math.min(ready.length, limit - printed);
  };
  try {
    do flush();
    while (printed < limit && (await process.follow(ROUND_MS)));
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    flush();
    process.stdout.write('\n');
  } finally {
    stop();
  }
  process.stderr.write(
    `${packets(printed)} captured\n${packets(Math.max(received, printed))} received by filter\n0 packets dropped by kernel\n`,
  );
  return 0;
}

function packets(count: number): string {
  return `${count} packet${count === 1 ? '' : 's'}`;
}

function cardsOf(process: Process): CardOf {
  const { network } = process.session.cluster;
  return (netns, device) => {
    const face = network.netns(netns);
    const mac = face?.links().find(({ name }) => name === device)?.mac;
    const address = face?.addresses().find((each) => each.device === device)?.address;
    return mac !== undefined && address !== undefined ? { mac, address } : undefined;
  };
}

function interfaces(links: readonly LinkView[]): string {
  const up = links.filter((link) => link.kind !== 'loopback');
  const lines = [
    ...up.map(({ name, up: isUp }) => `${name} [${isUp ? 'Up, Running, Connected' : 'none'}]`),
    'any (Pseudo-device that captures on all interfaces) [Up, Running]',
    'lo [Up, Running, Loopback]',
  ];
  return lines.map((line, index) => `${index + 1}.${line}\n`).join('');
}
