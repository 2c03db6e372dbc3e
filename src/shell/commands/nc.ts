import { getaddrinfo, textOf, textPayload } from '../../engine/index.ts';
import { parseFlags } from '../flags.ts';
import type { Command, Flag, Process } from '../process.ts';
import { readAll } from '../streams.ts';
import { busyboxUsage, isBusybox } from './busybox.ts';
import { errnoText, resolverHost } from './curl/transfer.ts';
import { SERVICE_NAMES } from './service-names.ts';
import { getoptMessage } from './unix-flags.ts';

const USAGE = `usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]
\t  [-m minttl] [-O length] [-P proxy_username] [-p source_port]
\t  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]
\t  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]
\t  [destination] [port]
`;

const BUSYBOX_USAGE = `Usage: nc [-iN] [-wN] [-l] [-p PORT] [-f FILE|IPADDR PORT] [-e PROG]

Open a pipe to IP:PORT or FILE

\t-l\tListen mode, for inbound connects
\t\t(use -ll with -e for persistent server)
\t-p PORT\tLocal port
\t-w SEC\tConnect timeout
\t-i SEC\tDelay interval for lines sent
\t-f FILE\tUse file (ala /dev/ttyS0) instead of network
\t-e PROG\tRun PROG after connect
`;

/** Alpine and the busybox image build their `nc` without the rest. */
const BUSYBOX_FLAGS: readonly Flag[] = [
  { short: 'l', help: 'Listen for one connection' },
  { short: 'p', value: 'PORT', type: 'int', help: 'Port to listen on or send from' },
  { short: 'w', value: 'SECONDS', help: 'How long to wait' },
  { short: 'i', value: 'SECONDS', help: 'Between lines' },
  { short: 'e', value: 'PROGRAM', help: 'Program to run (not simulated)' },
  { short: 'f', value: 'FILE', help: 'File instead of a network (not simulated)' },
];

/** OpenBSD's `nc`: the texts were recorded from Debian's. */
export const ncCommand: Command = {
  name: 'nc',
  aliases: ['ncat', 'netcat'],
  group: 'network',
  usage: 'nc [-zvu] [-w SECONDS] HOST PORT',
  flags: [
    { short: 'z', help: 'Only see whether somebody listens' },
    { short: 'v', help: 'Say what happens' },
    { short: 'u', help: 'UDP' },
    { short: 'w', value: 'SECONDS', help: 'How long to wait' },
    { short: 'n', help: 'Numbers, not names' },
    { short: 'l', help: 'Listen for one connection' },
    { short: 'k', help: 'Go on listening after it' },
    { short: 'p', value: 'PORT', type: 'int', help: 'Port to listen on or send from' },
    { short: 's', value: 'ADDRESS', help: 'Send from this address' },
    { short: 'q', value: 'SECONDS', help: 'Wait so long after the end of the input' },
    { short: 'N', help: 'Close when the input ends' },
    { short: '4', help: 'IPv4' },
  ],
  examples: [
    'nc -zv hello-service.hello-namespace 80',
    'nc -zvw 2 100.96.2.3 8081',
    'echo hi | nc 100.96.2.3 9000',
  ],
  arguments: ['address'],
  async run(process) {
    const busybox = isBusybox(process);
    const parsed = parseFlags(process.args, busybox ? BUSYBOX_FLAGS : ncCommand.flags);
    if (!parsed.ok) {
      process.stderr.write(`nc: ${getoptMessage(parsed.error)}\n`);
      if (busybox) return busyboxUsage(process, BUSYBOX_USAGE);
      process.stderr.write(USAGE);
      return 1;
    }
    const { flags } = parsed;
    const protocol = flags.has('u') ? 'udp' : 'tcp';
    if (flags.has('l'))
      return listen(
        process,
        Number(flags.text('p') ?? flags.rest.at(-1)),
        protocol,
        flags.has('k'),
        flags.has('v'),
      );
    const [host, range] = flags.rest;
    if (host === undefined || range === undefined) {
      if (busybox) return busyboxUsage(process, BUSYBOX_USAGE);
      process.stderr.write(USAGE);
      return 1;
    }
    const [first = Number.NaN, last] = range.split('-').map(Number);
    if (!Number.isInteger(first) || first < 1 || first > 65535) {
      process.stderr.write(`nc: port number invalid: ${range}\n`);
      return 1;
    }
    const { network } = process.session.cluster;
    const resolution = getaddrinfo({ ...resolverHost(process), request: network.request }, host, {
      family: 4,
    });
    process.session.record(resolution.exchanges);
    await process.sleep(resolution.elapsedMs);
    if (!resolution.ok || !resolution.addresses[0]) {
      const why =
        !resolution.ok && resolution.error === 'EAI_AGAIN'
          ? 'Temporary failure in name resolution'
          : 'Name or service not known';
      if (busybox) {
        process.stderr.write(`nc: bad address '${host}'\n`);
        return 1;
      }
      process.stderr.write(`nc: getaddrinfo for host "${host}" port ${range}: ${why}\n`);
      return 1;
    }
    const { address } = resolution.addresses[0];
    const text = flags.has('z') || process.stdinIsTerminal ? '' : await readAll(process.stdin);
    // Without a word to say, nothing is sent.
    if (protocol === 'udp' && !flags.has('z') && text === '') return 0;
    const waitMs = flags.text('w') === undefined ? undefined : Number(flags.text('w')) * 1000;
    let status = 1;
    for (let port = first; port <= Math.min(last ?? first, first + 1000); port++) {
      const source = flags.text('s');
      const exchange = network.request({
        netns: process.machine.context.netns,
        process: 'nc',
        protocol,
        destination: { address, port },
        ...(text !== ''
          ? { payload: textPayload(text) }
          : protocol === 'udp'
            ? { payload: textPayload('X') }
            : {}),
        ...(waitMs !== undefined && { connectTimeoutMs: waitMs, timeoutMs: waitMs }),
        ...(protocol === 'udp' && waitMs === undefined && { timeoutMs: 2000 }),
        ...(source && { source }),
      });
      process.session.record([exchange]);
      await process.sleep(exchange.elapsedMs);
      const { outcome, packets } = exchange;
      const shown = host === address ? address : `${host} (${address})`;
      const connected =
        protocol === 'udp'
          ? outcome.kind !== 'failed'
          : outcome.kind === 'replied' ||
            packets.some(({ direction, label }) => direction === 'back' && /SYN/.test(label));
      if (connected) {
        if (flags.has('v'))
          process.stderr.write(
            `Connection to ${shown} ${port} port [${protocol}/${SERVICE_NAMES[port] ?? '*'}] succeeded!\n`,
          );
        if (outcome.kind === 'replied') process.stdout.write(textOf(outcome.payload) ?? '');
        status = 0;
      } else if (busybox) {
        const why = outcome.kind === 'failed' ? errnoText(outcome.errno) : 'Operation timed out';
        process.stderr.write(`nc: can't connect to remote host (${address}): ${why}\n`);
      } else if (flags.has('v') && protocol === 'tcp') {
        const why =
          outcome.kind === 'failed'
            ? `failed: ${errnoText(outcome.errno)}`
            : 'timed out: Operation now in progress';
        process.stderr.write(`nc: connect to ${shown} port ${port} (${protocol}) ${why}\n`);
      }
    }
    return status;
  },
};

/** Waits, in virtual time, for somebody to connect, and prints what comes. */
async function listen(
  process: Process,
  port: number,
  protocol: 'tcp' | 'udp',
  keep: boolean,
  verbose: boolean,
): Promise<number> {
  const { network } = process.session.cluster;
  const received: string[] = [];
  let served = 0;
  const listening = network.listen(process.machine.context.netns, {
    protocol,
    address: '0.0.0.0',
    port,
    process: 'nc',
    handler({ payload, peer }) {
      served++;
      if (verbose) received.push(`Connection received on ${peer.address} ${peer.port}\n`);
      received.push(textOf(payload) ?? payload?.summary ?? '');
      return {};
    },
  });
  if (!listening.ok) {
    process.stderr.write(
      `nc: ${listening.errno === 'EADDRINUSE' ? 'Address already in use' : 'Cannot assign requested address'}\n`,
    );
    return 1;
  }
  if (verbose) process.stderr.write(`Listening on 0.0.0.0 ${port}\n`);
  try {
    while (keep || served === 0) {
      await process.follow(500);
      process.stdout.write(received.splice(0).join(''));
    }
    process.stdout.write(received.splice(0).join(''));
    return 0;
  } finally {
    listening.close();
  }
}
