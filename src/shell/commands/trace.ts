import { type Exchange, getaddrinfo, type Packet, type Trace } from '../../engine/index.ts';
import { parseFlags } from '../flags.ts';
import type { Command, Process } from '../process.ts';
import { goJson } from '../text/go-json.ts';
import { resolverHost } from './curl/transfer.ts';
import { commandHelp } from './help.ts';
import { formatExchange, type TraceFormat, traceLines } from './trace/format-exchange.ts';
import { getoptMessage } from './unix-flags.ts';

const EPHEMERAL_PORT = 40_000;

/** The tracer's own command: the way of a packet that was sent, or of one that might be. */
export const traceCommand: Command = {
  name: 'trace',
  where: 'workstation',
  group: 'network',
  usage: 'trace [flags] FROM TO[:PORT] | trace --last [flags]',
  flags: [
    { name: 'last', help: 'What the last command sent' },
    { name: 'all', help: 'Every way that chance allows, with its probability' },
    { name: 'quiet', short: 'q', help: 'One line for each hop' },
    { name: 'json', help: 'As JSON' },
    { name: 'udp', short: 'u', help: 'A UDP packet instead of a TCP one' },
    { name: 'icmp', help: 'A ping instead of a TCP packet' },
    { name: 'namespace', short: 'n', value: 'NAMESPACE', help: 'Namespace of FROM' },
    { name: 'help', short: 'h', help: 'This help' },
  ],
  examples: [
    'trace --last',
    'trace deploy/client hello-service.hello-namespace',
    'trace node-1 100.96.2.2:8080',
    'trace --all client 10.0.0.11:30080',
  ],
  arguments: ['place', 'place'],
  run(process) {
    const parsed = parseFlags(process.args, traceCommand.flags);
    if (!parsed.ok) {
      process.stderr.write(`trace: ${getoptMessage(parsed.error)}\nusage: ${traceCommand.usage}\n`);
      return 2;
    }
    const { flags } = parsed;
    const { session } = process;
    if (flags.has('help')) {
      process.stdout.write(commandHelp(traceCommand, ''));
      return 0;
    }
    const format: TraceFormat = {
      quiet: flags.has('quiet'),
      colour: process.stdout.colours ?? false,
      everyWay: flags.has('all'),
      say: session.say,
    };
    if (flags.has('last')) {
      if (session.lastExchanges.length === 0) {
        process.stderr.write(`${session.say({ id: 'shell.trace.nothing', values: {} })}\n`);
        return 1;
      }
      if (flags.has('json'))
        process.stdout.write(`${goJson(session.lastExchanges.map(withoutEffects), 2)}\n`);
      else
        process.stdout.write(
          session.lastExchanges
            .map((exchange) => formatExchange(exchange, session.cluster, format))
            .join('\n'),
        );
      return 0;
    }
    const [from, to] = flags.rest;
    if (from === undefined || to === undefined) {
      process.stderr.write(`usage: ${traceCommand.usage}\n`);
      return 2;
    }
    const namespace = flags.text('namespace') ?? session.namespace;
    const start = startOf(process, from, namespace);
    if (!start) {
      process.stderr.write(
        `trace: ${session.say({ id: 'shell.trace.no-such-place', values: { place: from } })}\n`,
      );
      return 1;
    }
    const protocol = flags.has('udp') ? 'udp' : flags.has('icmp') ? 'icmp' : 'tcp';
    const target = targetOf(process, to, namespace, start, protocol);
    if (typeof target === 'string') {
      process.stderr.write(`trace: ${target}\n`);
      return 1;
    }
    const { network } = session.cluster;
    const source = network.netns(start.netns)?.routeGet(target.address)?.source ?? '0.0.0.0';
    const packet: Packet = {
      ip: { source, destination: target.address, ttl: 64 },
      transport:
        protocol === 'icmp'
          ? { protocol: 'icmp', type: 8, code: 0, identifier: 1, sequence: 1 }
          : protocol === 'udp'
            ? { protocol: 'udp', sourcePort: EPHEMERAL_PORT, destinationPort: target.port }
            : { protocol: 'tcp', sourcePort: EPHEMERAL_PORT, destinationPort: target.port, flags: ['SYN'] },
    };
    const branches = flags.has('all')
      ? network.traceAll(start.netns, packet)
      : [{ probability: 1, trace: network.trace(start.netns, packet) }];
    if (flags.has('json')) {
      process.stdout.write(
        `${goJson(
          branches.map(({ probability, trace }) => ({ probability, trace: plain(trace) })),
          2,
        )}\n`,
      );
      return 0;
    }
    const texts = branches.map(
      ({ probability, trace }) =>
        `${flags.has('all') ? `${(probability * 100).toFixed(1)} %\n` : ''}${traceLines(trace, session.cluster, format).join('\n')}\n`,
    );
    process.stdout.write(texts.join('\n'));
    return 0;
  },
};

interface Start {
  readonly netns: string;
  readonly readFile: (path: string) => string | undefined;
  readonly libc: 'glibc' | 'musl';
}

/** A pod (`client`, `namespace/client`, `deploy/client`), a node, or the outside client. */
function startOf(process: Process, word: string, namespace: string): Start | undefined {
  const { cluster } = process.session;
  const machine = cluster.machine(word);
  if (machine && !cluster.api.get('pods', namespace, word).ok) return machine;
  const [first = '', second] = word.replace(/^pods?\//, '').split('/');
  const workload =
    second !== undefined && /^(?:deploy(?:ment)?s?|sts|ds|rs|svc|services?)$/.test(first)
      ? second
      : undefined;
  const pods = cluster.api.list('pods', { namespace: second !== undefined && !workload ? first : namespace });
  const name = workload ?? second ?? first;
  const pod =
    pods.find(({ metadata }) => metadata.name === name) ??
    pods.find(({ metadata, status }) => metadata.name.startsWith(`${name}-`) && status?.phase === 'Running');
  if (!pod) return undefined;
  const entered = cluster.exec(pod.metadata.namespace!, pod.metadata.name);
  return entered.ok ? entered.context : undefined;
}

/** An address, or a name as the start's own resolver finds it. */
function targetOf(
  process: Process,
  word: string,
  namespace: string,
  start: Start,
  protocol: string,
): { readonly address: string; readonly port: number } | string {
  const { cluster, say } = process.session;
  const match = /^(?:https?:\/\/)?([^:/]+(?:\/[^:/]+)?)(?::(\d+))?\/?$/.exec(word);
  if (!match) return say({ id: 'shell.trace.no-such-place', values: { place: word } });
  const [, name = '', port] = match;
  if (protocol !== 'icmp' && port === undefined) {
    const service = cluster.api
      .list('services')
      .find(
        ({ metadata, spec }) =>
          [
            metadata.name,
            `${metadata.name}.${metadata.namespace}`,
            `${metadata.namespace}/${metadata.name}`,
          ].includes(name.replace(/\.svc.*$/, '')) || spec.clusterIP === name,
      );
    const first = service?.spec.ports?.[0]?.port;
    if (first !== undefined) return targetOf(process, `${name}:${first}`, namespace, start, protocol);
  }
  const pod = cluster.api.list('pods', { namespace }).find(({ metadata }) => metadata.name === name);
  if (pod?.status?.podIP) return { address: pod.status.podIP, port: Number(port ?? 80) };
  const host = {
    ...resolverHost(process),
    netns: start.netns,
    libc: start.libc,
    readFile: start.readFile,
    request: cluster.network.request,
  };
  const resolution = getaddrinfo(host, name.replace('/', '.'), { family: 4 });
  if (!resolution.ok || !resolution.addresses[0])
    return say({ id: 'shell.trace.no-such-place', values: { place: name } });
  return { address: resolution.addresses[0].address, port: Number(port ?? 80) };
}

function plain(trace: Trace): Trace {
  const { effects: _, ...rest } = trace;
  return rest;
}

function withoutEffects(exchange: Exchange): Exchange {
  return {
    ...exchange,
    packets: exchange.packets.map((packet) => ({ ...packet, trace: plain(packet.trace) })),
    caused: exchange.caused.map(withoutEffects),
  };
}
