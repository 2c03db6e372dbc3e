import { type Exchange, getaddrinfo } from '../../engine/index.ts';
import type { Command } from '../process.ts';
import { isBusybox } from './busybox.ts';
import { resolverHost } from './curl/transfer.ts';
import { readFlags } from './unix-flags.ts';

const MAX_HOPS = 30;
const PROBES = 3;
/** UDP probes begin at this port, where nobody is expected to listen. */
const FIRST_PORT = 33434;

/** `traceroute` with UDP, ICMP (-I) or TCP (-T) probes: each hop is whoever said that the time to live was over. */
export const tracerouteCommand: Command = {
  name: 'traceroute',
  group: 'network',
  usage: 'traceroute [-n] [-I | -T] [-p PORT] [-m HOPS] ADDRESS',
  flags: [
    { short: 'n', help: 'Numbers, not names' },
    { name: 'icmp', short: 'I', help: 'With pings' },
    { name: 'tcp', short: 'T', help: 'With TCP SYNs' },
    { name: 'port', short: 'p', value: 'PORT', type: 'int', help: 'The port' },
    { short: 'm', value: 'HOPS', type: 'int', help: 'At most so many hops' },
    { short: 'q', value: 'N', type: 'int', help: 'Probes for each hop' },
    { short: 'w', value: 'SECONDS', help: 'How long to wait' },
  ],
  examples: ['kubectl exec client -- traceroute -n 100.96.2.3', 'ssh node-1 traceroute -n -I 198.51.100.10'],
  arguments: ['address'],
  async run(process) {
    const flags = readFlags(process, tracerouteCommand.flags, { status: 2 });
    if (typeof flags === 'number') return flags;
    const [target] = flags.rest;
    if (target === undefined) {
      process.stderr.write('Usage: traceroute [-n] [-I | -T] [-p port] [-m max_ttl] host\n');
      return 2;
    }
    const { network } = process.session.cluster;
    const resolution = getaddrinfo({ ...resolverHost(process), request: network.request }, target, {
      family: 4,
    });
    process.session.record(resolution.exchanges);
    await process.sleep(resolution.elapsedMs);
    const address = resolution.ok ? resolution.addresses[0]?.address : undefined;
    if (address === undefined) {
      process.stderr.write(
        isBusybox(process)
          ? `traceroute: bad address '${target}'\n`
          : `${target}: Name or service not known\nCannot handle "host" cmdline arg \`${target}' on position 1 (argc 1)\n`,
      );
      return isBusybox(process) ? 1 : 2;
    }
    const hops = flags.number('m') ?? MAX_HOPS;
    const probes = flags.number('q') ?? PROBES;
    const protocol = flags.has('icmp') ? 'icmp' : flags.has('tcp') ? 'tcp' : 'udp';
    const waitMs = Number(flags.text('w') ?? 5) * 1000;
    process.stdout.write(
      `traceroute to ${target} (${address}), ${hops} hops max, ${isBusybox(process) ? 46 : 60} byte packets\n`,
    );
    const own = new Set(
      network
        .netns(process.machine.context.netns)
        ?.addresses()
        .map((each) => each.address),
    );
    let port = flags.number('port') ?? (protocol === 'tcp' ? 80 : FIRST_PORT);
    for (let ttl = 1; ttl <= hops && !process.stdout.closed; ttl++) {
      let line = '';
      let last = '';
      let arrived = false;
      for (let probe = 0; probe < probes; probe++) {
        const exchange = network.request({
          netns: process.machine.context.netns,
          process: 'traceroute',
          protocol,
          destination: { address, port: protocol === 'icmp' ? ttl * probes + probe : port },
          payload: { bytes: 32, summary: 'probe', data: undefined },
          ttl,
          timeoutMs: waitMs,
          connectTimeoutMs: waitMs,
        });
        if (protocol === 'udp') port++;
        process.session.record([exchange]);
        // What the machine itself has to say of its own packet is no answer of a router.
        const heard = answerTo(exchange, address);
        const answer: typeof heard =
          heard && (heard.from === address || !own.has(heard.from)) ? heard : undefined;
        await process.sleep(answer?.afterMs ?? (probe === 0 ? waitMs : 0));
        if (!answer) line += probe === 0 ? '  *' : ' *';
        else {
          const from: string = answer.from;
          const { afterMs } = answer;
          line += `${from === last ? '' : `  ${flags.has('n') ? from : `${from} (${from})`}`}  ${afterMs.toFixed(3)} ms`;
          last = from;
          arrived ||= from === address || exchange.outcome.kind === 'replied';
        }
      }
      process.stdout.write(`${String(ttl).padStart(2)}${line}\n`);
      if (arrived) break;
    }
    return 0;
  },
};

/** Who answered a probe, and when: a router whose patience ended, or the target itself. A plain socket would not hear the former. */
function answerTo(
  { outcome, packets, elapsedMs }: Exchange,
  target: string,
): { readonly from: string; readonly afterMs: number } | undefined {
  const back = packets.find(({ direction }) => direction === 'back');
  if (outcome.kind === 'replied') return { from: target, afterMs: back?.at ?? elapsedMs };
  if (back) return { from: back.trace.packet.ip.source, afterMs: elapsedMs < 1000 ? elapsedMs : back.at };
  return outcome.kind === 'failed' && outcome.from ? { from: outcome.from, afterMs: elapsedMs } : undefined;
}
