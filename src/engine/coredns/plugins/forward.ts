import { type DnsMessage, parseResolvConf } from '../../libc/index.ts';
import type { Outcome } from '../../linux/index.ts';
import { isInZone, zoneName } from '../corefile.ts';
import type { Plugin, Query, Reply } from '../plugin.ts';

/** How long one upstream is waited for, and all of them together (plugin/forward, plugin/pkg/proxy). */
const READ_TIMEOUT_MS = 2000;
const DEADLINE_MS = 5000;

/** `forward FROM TO… { except …; force_tcp; policy random|round_robin|sequential }`: asks other servers, or those of a resolv.conf. */
export const forward: Plugin = {
  name: 'forward',
  setup({ directive, process, random }) {
    const [from, ...to] = directive.arguments;
    if (from === undefined || to.length === 0)
      return "Wrong argument count or unexpected line ending after 'forward'";
    const upstreams: { readonly address: string; readonly port: number }[] = [];
    for (const word of to) {
      if (word.startsWith('/')) {
        const text = process.readFile(word);
        if (text === undefined) return `open ${word}: no such file or directory`;
        for (const address of parseResolvConf(text).nameservers) upstreams.push({ address, port: 53 });
      } else {
        const match = /^(?:dns:\/\/)?(\d+\.\d+\.\d+\.\d+)(?::(\d+))?$/.exec(word);
        if (!match) return `not an IP address or file: "${word}"`;
        upstreams.push({ address: match[1]!, port: Number(match[2] ?? 53) });
      }
    }
    if (upstreams.length === 0) return 'no valid upstream addresses found';
    const option = (name: string) => directive.block.find(([each]) => each === name)?.slice(1);
    const zone = zoneName(from);
    const except = (option('except') ?? []).map(zoneName);
    const policy = option('policy')?.[0] ?? 'random';
    const forceTcp = option('force_tcp') !== undefined;
    let turn = 0;

    function ordered() {
      const start =
        policy === 'sequential'
          ? 0
          : policy === 'round_robin'
            ? turn++ % upstreams.length
            : Math.floor(random() * upstreams.length);
      return [...upstreams.slice(start), ...upstreams.slice(0, start)];
    }

    return {
      handler(query, next) {
        if (!isInZone(query.name, zone) || except.some((each) => isInZone(query.name, each)))
          return next(query);
        return ask(query, ordered(), forceTcp);
      },
    };
  },
};

function ask(
  query: Query,
  upstreams: readonly { readonly address: string; readonly port: number }[],
  forceTcp: boolean,
): Reply {
  const startedAt = query.waitedMs();
  let error = 'no healthy proxies';
  for (let attempt = 0; attempt < 2 * upstreams.length + 1; attempt++) {
    if (query.waitedMs() >= startedAt + DEADLINE_MS) break;
    const upstream = upstreams[attempt % upstreams.length]!;
    const transport = forceTcp ? 'tcp' : query.transport;
    // The deadline is looked at before an attempt, so that the last one may end behind it.
    const asked = query.ask(upstream, query.message, transport, READ_TIMEOUT_MS);
    if (asked.message) return { message: relayed(query, asked.message) };
    const { client, outcome } = asked.exchange;
    const verb = outcome.kind === 'timeout' || transport === 'udp' ? 'read' : 'dial';
    error = `${verb} ${transport} ${client.address}:${client.port}->${upstream.address}:${upstream.port}: ${reason(verb, outcome)}`;
  }
  return { rcode: 'SERVFAIL', error };
}

function reason(verb: string, outcome: Outcome): string {
  if (outcome.kind !== 'failed') return 'i/o timeout';
  const call = verb === 'dial' ? 'connect' : verb;
  const words: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'connection refused',
    EHOSTUNREACH: 'no route to host',
    ENETUNREACH: 'network is unreachable',
    ECONNRESET: 'connection reset by peer',
  };
  return `${call}: ${words[outcome.errno] ?? outcome.errno}`;
}

/** The upstream's answer under the client's own id and question. */
function relayed(query: Query, answer: DnsMessage): DnsMessage {
  const { edns: _, ...rest } = answer;
  return {
    ...rest,
    id: query.message.id,
    question: query.message.question,
    recursionDesired: query.message.recursionDesired,
    ...(query.message.edns && { edns: { udpSize: query.message.edns.udpSize } }),
  };
}
