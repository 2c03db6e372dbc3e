import type { Exchange } from '../linux/index.ts';
import { type DnsMessage, type DnsType, dnsMessageOf, dnsPayload, dnsQuestion } from './dns.ts';
import type { ResolverHost } from './resolver-host.ts';

export interface DnsQueryOptions {
  /** An address. */
  readonly server: string;
  /** Default 53. */
  readonly port?: number;
  readonly name: string;
  readonly type: DnsType;
  /** Default udp. */
  readonly protocol?: 'udp' | 'tcp';
  readonly timeoutMs?: number;
  readonly edns?: { readonly udpSize: number };
  readonly id?: number;
}

export interface DnsQueryResult {
  readonly exchange: Exchange;
  /** The answer; absent when none came, or none that is DNS. */
  readonly message?: DnsMessage;
}

/** One query and its answer, as a real exchange over the network. A truncated answer is returned as it is. */
export function dnsQuery(host: ResolverHost, options: DnsQueryOptions): DnsQueryResult {
  const question = dnsQuestion(options.id ?? queryId(options), options.name, options.type, options.edns);
  const timeoutMs = options.timeoutMs ?? 5000;
  const exchange = host.request({
    netns: host.netns,
    process: host.process,
    protocol: options.protocol ?? 'udp',
    destination: { address: options.server, port: options.port ?? 53 },
    payload: dnsPayload(question),
    connectTimeoutMs: timeoutMs,
    timeoutMs,
  });
  const message = exchange.outcome.kind === 'replied' ? dnsMessageOf(exchange.outcome.payload) : undefined;
  return { exchange, ...(message && { message }) };
}

/** A query's id: real resolvers draw it by chance; here it follows from the question, so that runs repeat. */
function queryId(options: DnsQueryOptions): number {
  let hash = 0x811c9dc5;
  for (const character of `${options.type} ${options.name} ${options.server}`) {
    hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  }
  return (hash >>> 8) & 0xffff;
}
