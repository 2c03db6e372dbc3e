import { type Exchange, getaddrinfo } from '../../engine/index.ts';
import { parseFlags } from '../flags.ts';
import type { Command, Flag, Process } from '../process.ts';
import { Interrupted } from '../process.ts';
import { busyboxUsage, isBusybox } from './busybox.ts';
import { resolverHost } from './curl/transfer.ts';
import { BUSYBOX_USAGE, USAGE } from './ping/usage.ts';
import { getoptMessage } from './unix-flags.ts';

const FLAGS: readonly Flag[] = [
  { short: 'c', value: 'N', type: 'int', help: 'How many' },
  { short: 'i', value: 'SECONDS', help: 'Time between two' },
  { short: 'W', value: 'SECONDS', help: 'How long to wait for an answer' },
  { short: 'w', value: 'SECONDS', help: 'How long in all' },
  { short: 't', value: 'TTL', type: 'int', help: 'Time to live' },
  { short: 's', value: 'BYTES', type: 'int', help: 'Size of the data' },
  { short: 'M', value: 'do|want|dont', help: 'Path MTU: do not fragment' },
  { short: 'I', value: 'ADDRESS', help: 'Send from this address' },
  { short: 'n', help: 'Numbers, not names' },
  { short: 'q', help: 'Only the summary' },
  { short: '4', help: 'IPv4' },
];

/** Without -c, `ping` would go on for ever: it stops by itself after this many. */
const MAX_PINGS = 10_000;

/** iputils' `ping` (glibc images and nodes) or busybox's (musl): the layouts were recorded from both. */
export const pingCommand: Command = {
  name: 'ping',
  group: 'network',
  usage: 'ping [-c N] [-i SECONDS] [-W SECONDS] ADDRESS',
  flags: FLAGS,
  examples: ['ping -c 3 100.96.2.3', 'kubectl exec deploy/client -- ping -c 1 hello-service.hello-namespace'],
  arguments: ['address'],
  async run(process) {
    const busybox = isBusybox(process);
    const parsed = parseFlags(process.args, FLAGS);
    if (!parsed.ok) {
      process.stderr.write(`ping: ${getoptMessage(parsed.error)}\n`);
      if (busybox) return busyboxUsage(process, BUSYBOX_USAGE);
      process.stderr.write(USAGE);
      return 2;
    }
    const { flags } = parsed;
    const [target] = flags.rest;
    if (target === undefined) {
      if (busybox) return busyboxUsage(process, BUSYBOX_USAGE);
      process.stderr.write('ping: usage error: Destination address required\n');
      return 1;
    }
    const { network } = process.session.cluster;
    const resolution = getaddrinfo({ ...resolverHost(process), request: network.request }, target, {
      family: 4,
    });
    process.session.record(resolution.exchanges);
    await process.sleep(resolution.elapsedMs);
    if (!resolution.ok || !resolution.addresses[0]) {
      if (busybox) process.stderr.write(`ping: bad address '${target}'\n`);
      else
        process.stderr.write(
          `ping: ${target}: ${!resolution.ok && resolution.error === 'EAI_AGAIN' ? 'Temporary failure in name resolution' : 'Name or service not known'}\n`,
        );
      return busybox ? 1 : 2;
    }
    return (busybox ? pingBusybox : pingIputils)(process, {
      // iputils shows the name that the resolver ended at.
      target: busybox ? target : (resolution.canonicalName ?? target),
      address: resolution.addresses[0].address,
      count: flags.number('c') ?? Number.POSITIVE_INFINITY,
      intervalMs: Number(flags.text('i') ?? 1) * 1000,
      waitMs: Number(flags.text('W') ?? 10) * 1000,
      limitMs: flags.text('w') === undefined ? undefined : Number(flags.text('w')) * 1000,
      size: flags.number('s') ?? 56,
      ttl: flags.number('t'),
      source: flags.text('I'),
      quiet: flags.has('q'),
      dontFragment: flags.text('M') === 'do',
    });
  },
};

interface Pings {
  readonly target: string;
  readonly address: string;
  readonly count: number;
  readonly intervalMs: number;
  readonly waitMs: number;
  readonly limitMs: number | undefined;
  readonly size: number;
  readonly ttl: number | undefined;
  readonly source: string | undefined;
  readonly quiet: boolean;
  readonly dontFragment: boolean;
}

interface Tally {
  sent: number;
  errors: number;
  readonly times: number[];
  readonly startedAt: number;
  /** iputils counts the time up to here, without the wait for the last answer. */
  lastSentAt: number;
}

/** Sends pings until there are enough, or Ctrl-C; `say` prints each one's line. */
async function loop(
  process: Process,
  pings: Pings,
  say: (exchange: Exchange, sequence: number) => 'reply' | 'error' | 'nothing',
): Promise<Tally> {
  const { clock, network } = process.session.cluster;
  const startedAt = clock.now();
  const tally: Tally = { sent: 0, errors: 0, times: [], startedAt, lastSentAt: startedAt };
  try {
    for (
      let sequence = 1;
      sequence <= Math.min(pings.count, MAX_PINGS) && !process.stdout.closed;
      sequence++
    ) {
      const before = clock.now();
      const exchange = network.request({
        netns: process.machine.context.netns,
        process: 'ping',
        protocol: 'icmp',
        destination: { address: pings.address, port: sequence },
        payload: { bytes: pings.size, summary: 'echo request', data: undefined },
        timeoutMs: pings.waitMs,
        ...(pings.ttl !== undefined && { ttl: pings.ttl }),
        ...(pings.dontFragment && { dontFragment: true }),
        ...(pings.source && /^[\d.]+$/.test(pings.source) && { source: pings.source }),
      });
      process.session.record([exchange]);
      tally.sent++;
      tally.lastSentAt = before;
      const answered = exchange.outcome.kind !== 'timeout';
      // A lost ping does not hold the next one up; only the last is waited for.
      const last = sequence >= pings.count;
      await process.sleep(answered ? exchange.elapsedMs : last ? pings.waitMs : 0);
      const outcome = say(exchange, sequence);
      if (outcome === 'reply') tally.times.push(exchange.elapsedMs);
      if (outcome === 'error') tally.errors++;
      if (pings.limitMs !== undefined && clock.now() - tally.startedAt >= pings.limitMs) break;
      const pause = Math.max(0, pings.intervalMs - (clock.now() - before));
      // Without an end of its own it goes on for as long as somebody looks on.
      if (!last) await (Number.isFinite(pings.count) ? process.sleep(pause) : process.follow(pause));
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  }
  return tally;
}

/** The TTL that an answer arrives with. */
function arrivalTtl({ packets }: Exchange): number {
  const back = packets.findLast(({ direction }) => direction === 'back');
  return back?.trace.hops.at(-1)?.steps.at(-1)?.packet.ip.ttl ?? 64;
}

function answerText(exchange: Exchange): { readonly from: string; readonly text: string } | undefined {
  const { outcome, packets } = exchange;
  if (outcome.kind !== 'failed') return undefined;
  const icmp = packets.findLast(({ direction }) => direction === 'back')?.trace.packet.transport;
  const from = outcome.from ?? exchange.client.address;
  if (icmp?.protocol === 'icmp') {
    if (icmp.type === 11) return { from, text: 'Time to live exceeded' };
    if (icmp.type === 3)
      return {
        from,
        text: `${UNREACHABLE[icmp.code] ?? `Destination Unreachable, Bad Code: ${icmp.code}`}${icmp.code === 4 ? ` (mtu = ${icmp.mtu ?? 0})` : ''}`,
      };
  }
  return {
    from,
    text: outcome.errno === 'EHOSTUNREACH' ? 'Destination Host Unreachable' : 'Destination Net Unreachable',
  };
}

const UNREACHABLE: Readonly<Record<number, string>> = {
  0: 'Destination Net Unreachable',
  1: 'Destination Host Unreachable',
  2: 'Destination Protocol Unreachable',
  3: 'Destination Port Unreachable',
  4: 'Frag needed and DF set',
  9: 'Destination Net Prohibited',
  10: 'Destination Host Prohibited',
  13: 'Packet filtered',
};

function threeDigits(ms: number): string {
  return ms < 1 ? ms.toFixed(3) : ms < 10 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : ms.toFixed(0);
}

async function pingIputils(process: Process, pings: Pings): Promise<number> {
  const { target, address, size, quiet } = pings;
  const first = process.session.cluster.network.netns(process.machine.context.netns)?.routeGet(address);
  if (!first || /^(?:unreachable|prohibit|blackhole)/.test(first.route.text)) {
    process.stderr.write(
      `ping: connect: ${first ? (first.route.text.startsWith('blackhole') ? 'Invalid argument' : 'No route to host') : 'Network is unreachable'}\n`,
    );
    return 2;
  }
  const shown = target === address ? address : `${target} (${address})`;
  process.stdout.write(`PING ${target} (${address}) ${size}(${size + 28}) bytes of data.\n`);
  const tally = await loop(process, pings, (exchange, sequence) => {
    if (exchange.outcome.kind === 'replied') {
      if (!quiet)
        process.stdout.write(
          `${size + 8} bytes from ${shown}: icmp_seq=${sequence} ttl=${arrivalTtl(exchange)} time=${threeDigits(exchange.elapsedMs)} ms\n`,
        );
      return 'reply';
    }
    const answer = answerText(exchange);
    if (!answer) return 'nothing';
    if (
      exchange.outcome.kind === 'failed' &&
      exchange.outcome.errno === 'EMSGSIZE' &&
      !exchange.outcome.from
    ) {
      const link = process.session.cluster.network
        .netns(process.machine.context.netns)
        ?.links()
        .find(({ name }) => name === first.route.device);
      process.stderr.write(`ping: local error: message too long, mtu=${link?.mtu ?? 0}\n`);
      return 'error';
    }
    if (!quiet) process.stdout.write(`From ${answer.from} icmp_seq=${sequence} ${answer.text}\n`);
    return 'error';
  });
  const { sent, times, errors } = tally;
  const loss = sent === 0 ? 0 : ((sent - times.length) / sent) * 100;
  const span = Math.round(tally.lastSentAt - tally.startedAt);
  process.stdout.write(
    `\n--- ${target} ping statistics ---\n${sent} packets transmitted, ${times.length} received, ${errors > 0 ? `+${errors} errors, ` : ''}${Number.isInteger(loss) ? loss : loss.toPrecision(6).replace(/\.?0+$/, '')}% packet loss, time ${span}ms\n`,
  );
  if (times.length > 0) {
    const average = times.reduce((sum, time) => sum + time, 0) / times.length;
    const deviation = Math.sqrt(
      Math.max(0, times.reduce((sum, time) => sum + time * time, 0) / times.length - average * average),
    );
    process.stdout.write(
      `rtt min/avg/max/mdev = ${Math.min(...times).toFixed(3)}/${average.toFixed(3)}/${Math.max(...times).toFixed(3)}/${deviation.toFixed(3)} ms\n`,
    );
  } else process.stdout.write('\n');
  return times.length > 0 ? 0 : 1;
}

async function pingBusybox(process: Process, pings: Pings): Promise<number> {
  const { target, address, size, quiet } = pings;
  process.stdout.write(`PING ${target} (${address}): ${size} data bytes\n`);
  const { sent, times } = await loop(process, pings, (exchange, sequence) => {
    if (exchange.outcome.kind !== 'replied') return 'nothing';
    if (!quiet)
      process.stdout.write(
        `${size + 8} bytes from ${address}: seq=${sequence - 1} ttl=${arrivalTtl(exchange)} time=${exchange.elapsedMs.toFixed(3)} ms\n`,
      );
    return 'reply';
  });
  process.stdout.write(
    `\n--- ${target} ping statistics ---\n${sent} packets transmitted, ${times.length} packets received, ${Math.floor(sent === 0 ? 0 : ((sent - times.length) * 100) / sent)}% packet loss\n`,
  );
  if (times.length > 0) {
    const average = times.reduce((sum, time) => sum + time, 0) / times.length;
    process.stdout.write(
      `round-trip min/avg/max = ${Math.min(...times).toFixed(3)}/${average.toFixed(3)}/${Math.max(...times).toFixed(3)} ms\n`,
    );
  }
  return times.length > 0 ? 0 : 1;
}
