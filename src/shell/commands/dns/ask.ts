import {
  type DnsMessage,
  type DnsType,
  dnsMessageSize,
  dnsQuery,
  type Exchange,
  getaddrinfo,
  parseResolvConf,
} from '../../../engine/index.ts';
import type { Process } from '../../process.ts';
import { resolverHost } from '../curl/transfer.ts';

export interface Ask {
  readonly server: string;
  readonly port?: number;
  readonly name: string;
  readonly type: DnsType;
  readonly timeoutMs: number;
  readonly tcp?: boolean;
  readonly edns?: boolean;
  /** What it says of each time that nobody answered. */
  readonly failed?: (why: string) => void;
}

export interface Asked {
  readonly message?: DnsMessage;
  readonly exchange: Exchange;
  readonly elapsedMs: number;
  readonly size: number;
  /** Why there is no message: `timed out`, `connection refused`, `host unreachable` … */
  readonly why?: string;
}

export const DNS_TYPES: readonly string[] = [
  'A',
  'AAAA',
  'CNAME',
  'MX',
  'NS',
  'PTR',
  'SOA',
  'SRV',
  'TXT',
  'ANY',
];

/** One query, in its own virtual time; a truncated answer is asked for again over TCP. */
export async function ask(
  process: Process,
  { server, port, name, type, timeoutMs, tcp, edns }: Ask,
): Promise<Asked> {
  const { cluster } = process.session;
  const host = { ...resolverHost(process), request: cluster.network.request };
  const query = (protocol: 'udp' | 'tcp') =>
    dnsQuery(host, {
      server,
      name,
      type,
      timeoutMs,
      protocol,
      ...(port !== undefined && { port }),
      ...(edns && { edns: { udpSize: 1232 } }),
    });
  let { exchange, message } = query(tcp ? 'tcp' : 'udp');
  process.session.record([exchange]);
  await process.sleep(exchange.elapsedMs);
  if (message?.truncated && !tcp) {
    ({ exchange, message } = query('tcp'));
    process.session.record([exchange]);
    await process.sleep(exchange.elapsedMs);
  }
  const { outcome, elapsedMs } = exchange;
  const why =
    outcome.kind === 'failed'
      ? (WHY[outcome.errno] ?? 'network unreachable')
      : outcome.kind === 'timeout'
        ? 'timed out'
        : 'end of file';
  return {
    exchange,
    elapsedMs,
    size: message ? dnsMessageSize(message) : 0,
    ...(message ? { message } : { why }),
  };
}

const WHY: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'timed out',
  ECONNRESET: 'connection reset',
};

export function resolverOf(process: Process) {
  const parsed = parseResolvConf(process.machine.context.readFile('/etc/resolv.conf') ?? '');
  return { ...parsed, nameservers: parsed.nameservers.length > 0 ? parsed.nameservers : ['127.0.0.1'] };
}

/** The names to try for one that was typed: with the search list when it has too few dots (ndots). */
export function searchNames(process: Process, name: string): readonly string[] {
  if (name.endsWith('.')) return [name];
  const { search, ndots } = resolverOf(process);
  const listed = search.map((domain) => `${name}.${domain.replace(/\.$/, '')}.`);
  return name.split('.').length - 1 >= ndots ? [`${name}.`, ...listed] : [...listed, `${name}.`];
}

/** A server given by name, as its address; undefined: there is none. */
export async function serverAddress(process: Process, word: string): Promise<string | undefined> {
  const resolution = getaddrinfo(
    { ...resolverHost(process), request: process.session.cluster.network.request },
    word,
    { family: 4 },
  );
  process.session.record(resolution.exchanges);
  await process.sleep(resolution.elapsedMs);
  return resolution.ok ? resolution.addresses[0]?.address : undefined;
}
