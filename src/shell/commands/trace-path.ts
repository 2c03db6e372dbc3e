import { type Exchange, getaddrinfo } from '../../engine/index.ts';
import type { Command, Process } from '../process.ts';
import { resolverHost } from './curl/transfer.ts';
import { readFlags } from './unix-flags.ts';

/** Both send UDP to ports where nobody is expected to listen. */
const FIRST_PORT = 44_445;
const WAIT_MS = 1000;

interface Answer {
  readonly from: string;
  readonly afterMs: number;
  readonly reached: boolean;
  /** A router's link that is too narrow. */
  readonly mtu?: number;
}

/** One packet with a small time to live, and who said something of it. */
async function probe(
  process: Process,
  address: string,
  options: {
    readonly ttl: number;
    readonly port: number;
    readonly bytes: number;
    readonly protocol: 'udp' | 'icmp';
    readonly waitMs: number;
  },
): Promise<Answer | undefined> {
  const exchange = process.session.cluster.network.request({
    netns: process.machine.context.netns,
    process: process.name,
    protocol: options.protocol,
    destination: { address, port: options.port },
    payload: { bytes: options.bytes, summary: 'probe', data: undefined },
    ttl: options.ttl,
    timeoutMs: options.waitMs,
    dontFragment: true,
  });
  process.session.record([exchange]);
  const answer = answerOf(exchange, address);
  await process.sleep(answer?.afterMs ?? options.waitMs);
  return answer;
}

function answerOf({ outcome, packets, elapsedMs }: Exchange, target: string): Answer | undefined {
  const back = packets.findLast(({ direction }) => direction === 'back');
  const icmp = back?.trace.packet.transport;
  const afterMs = elapsedMs < WAIT_MS ? elapsedMs : (back?.at ?? elapsedMs);
  if (outcome.kind === 'replied') return { from: target, afterMs, reached: true };
  if (!back || icmp?.protocol !== 'icmp') return undefined;
  const from = back.trace.packet.ip.source;
  if (icmp.type === 3 && icmp.code === 4) return { from, afterMs, reached: false, mtu: icmp.mtu ?? 0 };
  return { from, afterMs, reached: icmp.type === 3 && icmp.code === 3 };
}

async function resolve(process: Process, target: string): Promise<string | undefined> {
  const { network } = process.session.cluster;
  const resolution = getaddrinfo({ ...resolverHost(process), request: network.request }, target, {
    family: 4,
  });
  process.session.record(resolution.exchanges);
  await process.sleep(resolution.elapsedMs);
  return resolution.ok ? resolution.addresses[0]?.address : undefined;
}

/** iputils' `tracepath`: the routers on the way, and the largest packet that passes. */
export const tracepathCommand: Command = {
  name: 'tracepath',
  group: 'network',
  usage: 'tracepath [-n] [-m HOPS] ADDRESS',
  flags: [
    { short: 'n', help: 'Numbers, not names' },
    { short: 'b', help: 'Names and numbers' },
    { short: '4', help: 'IPv4' },
    { short: 'm', value: 'HOPS', type: 'int', help: 'At most so many hops (default 30)' },
    { short: 'l', value: 'BYTES', type: 'int', help: 'Size of the first packet' },
    { short: 'p', value: 'PORT', type: 'int', help: 'The first port' },
  ],
  examples: ['kubectl exec client -- tracepath -n 100.96.2.3'],
  arguments: ['address'],
  async run(process) {
    const flags = readFlags(process, tracepathCommand.flags, { status: 255 });
    if (typeof flags === 'number') return flags;
    const [target] = flags.rest;
    if (target === undefined) {
      process.stderr.write('\nUsage\n  tracepath [options] <destination>\n');
      return 255;
    }
    const address = await resolve(process, target);
    if (address === undefined) {
      process.stderr.write(`tracepath: ${target}: Name or service not known\n`);
      return 255;
    }
    const line = (ttl: number, who: string, rest: string) =>
      process.stdout.write(`${String(ttl).padStart(2)}:  ${`${who}`.padEnd(50)}${rest}\n`);
    let mtu =
      flags.number('l') ??
      process.session.cluster.network
        .netns(process.machine.context.netns)
        ?.links()
        .find(({ kind }) => kind !== 'loopback')?.mtu ??
      1500;
    process.stdout.write(` 1?: [LOCALHOST]                      pmtu ${mtu}\n`);
    const limit = flags.number('m') ?? 30;
    let port = flags.number('p') ?? FIRST_PORT;
    for (let ttl = 1; ttl <= limit && !process.stdout.closed; ttl++) {
      // The first hop answers twice: once the way is known to be clear.
      for (let turn = 0; turn < (ttl === 1 ? 2 : 1); turn++) {
        const answer = await probe(process, address, {
          ttl,
          port: port++,
          bytes: Math.max(0, mtu - 28),
          protocol: 'udp',
          waitMs: WAIT_MS,
        });
        if (!answer) {
          line(ttl, 'no reply', '');
          break;
        }
        if (answer.mtu !== undefined) {
          mtu = answer.mtu;
          line(ttl, answer.from, `${answer.afterMs.toFixed(3).padStart(9)}ms pmtu ${mtu}`);
          turn = -1;
          continue;
        }
        line(
          ttl,
          answer.from,
          `${answer.afterMs.toFixed(3).padStart(9)}ms ${answer.reached ? 'reached' : ''}`,
        );
        if (answer.reached) {
          process.stdout.write(`     Resume: pmtu ${mtu} hops ${ttl} back ${ttl} \n`);
          return 0;
        }
      }
    }
    process.stdout.write(`     Too many hops: pmtu ${mtu}\n     Resume: pmtu ${mtu} \n`);
    return 0;
  },
};

/** mtr's report: the routers on the way, asked again and again. */
export const mtrCommand: Command = {
  name: 'mtr',
  group: 'network',
  usage: 'mtr -r [-n] [-c COUNT] ADDRESS',
  flags: [
    { name: 'report', short: 'r', help: 'A report at the end (the screen that changes is not simulated)' },
    { name: 'report-wide', short: 'w', help: 'A report with whole names' },
    { name: 'no-dns', short: 'n', help: 'Numbers, not names' },
    { name: 'show-ips', short: 'b', help: 'Names and numbers' },
    { name: 'report-cycles', short: 'c', value: 'COUNT', type: 'int', help: 'How often (default 10)' },
    { name: 'udp', short: 'u', help: 'With UDP' },
    { name: 'max-ttl', short: 'm', value: 'HOPS', type: 'int', help: 'At most so many hops' },
    { name: 'interval', short: 'i', value: 'SECONDS', help: 'Time between two rounds' },
    { short: '4', help: 'IPv4' },
  ],
  examples: ['kubectl exec client -- mtr -r -n -c 5 100.96.2.3'],
  arguments: ['address'],
  async run(process) {
    const flags = readFlags(process, mtrCommand.flags);
    if (typeof flags === 'number') return flags;
    const [target] = flags.rest;
    if (target === undefined) {
      process.stderr.write('Usage:\n mtr [options] hostname\n');
      return 1;
    }
    if (!flags.has('report') && !flags.has('report-wide')) {
      process.stderr.write(
        `${process.session.say({ id: 'shell.not-simulated', values: { command: 'mtr' } })}\nmtr -r ${target}\n`,
      );
      return 1;
    }
    const address = await resolve(process, target);
    if (address === undefined) {
      process.stderr.write(`mtr: Failed to resolve host: ${target}: Name or service not known\n`);
      return 1;
    }
    const start = process.session.cluster.timestamp().replace(/Z$/, '+0000');
    const rounds = flags.number('report-cycles') ?? 10;
    const interval = Number(flags.text('interval') ?? 1) * 1000;
    const limit = flags.number('max-ttl') ?? 30;
    const hops: { from: string | undefined; times: number[]; sent: number }[] = [];
    let last = limit;
    for (let round = 0; round < rounds; round++) {
      for (let ttl = 1, silent = 0; ttl <= last && silent < 5; ttl++) {
        hops[ttl - 1] ??= { from: undefined, times: [], sent: 0 };
        const hop = hops[ttl - 1]!;
        hop.sent++;
        const answer = await probe(process, address, {
          ttl,
          port: 33_000 + round * 40 + ttl,
          bytes: 36,
          protocol: flags.has('udp') ? 'udp' : 'icmp',
          waitMs: interval / 10,
        });
        if (!answer) {
          silent++;
          continue;
        }
        silent = 0;
        hop.from = answer.from;
        hop.times.push(answer.afterMs);
        if (answer.from === address) last = ttl;
      }
      if (round < rounds - 1) await process.sleep(interval);
    }
    const width = Math.max(28, ...hops.map(({ from }) => (from ?? '').length + 3));
    process.stdout.write(
      `Start: ${start}\n${`HOST: ${process.machine.context.hostname}`.padEnd(width + 6)}Loss%   Snt   Last   Avg  Best  Wrst StDev\n`,
    );
    for (const [index, { from, times, sent }] of hops.slice(0, last).entries()) {
      const loss = ((sent - times.length) / sent) * 100;
      const average = times.reduce((sum, time) => sum + time, 0) / Math.max(1, times.length);
      const deviation = Math.sqrt(
        times.reduce((sum, time) => sum + (time - average) ** 2, 0) / Math.max(1, times.length - 1),
      );
      const cells = [
        times.at(-1) ?? 0,
        average,
        times.length > 0 ? Math.min(...times) : 0,
        times.length > 0 ? Math.max(...times) : 0,
        deviation,
      ];
      process.stdout.write(
        `${String(index + 1).padStart(3)}.|-- ${(from ?? '???').padEnd(width - 3)}${loss.toFixed(1).padStart(5)}%${String(sent).padStart(6)}  ${cells.map((cell) => cell.toFixed(1).padStart(5)).join(' ')}\n`,
      );
    }
    return 0;
  },
};
