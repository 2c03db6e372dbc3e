import type { Exchange } from '../linux/index.ts';
import { absolute, type DnsMessage, type DnsRecord, type DnsType } from './dns.ts';
import { dnsQuery } from './dns-client.ts';
import { parseHostsFile } from './hosts-file.ts';
import { parseResolvConf, type ResolverConfiguration } from './resolv-conf.ts';
import type { ResolverHost } from './resolver-host.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** getaddrinfo(3)'s error codes: the name does not exist, has no address, or nobody could say (try again later). */
export type ResolutionError = 'EAI_NONAME' | 'EAI_NODATA' | 'EAI_AGAIN';

export type Resolution = {
  /** Every query that was sent, in order. */
  readonly exchanges: readonly Exchange[];
  /** Virtual milliseconds that the caller waited. A and AAAA are asked at once, so their times do not add up. */
  readonly elapsedMs: number;
} & (
  | { readonly ok: true; readonly addresses: readonly ResolvedAddress[]; readonly canonicalName?: string }
  | { readonly ok: false; readonly error: ResolutionError }
);

/** What one name (after the search list) gave. */
type Lookup =
  | { readonly kind: 'found'; readonly addresses: readonly ResolvedAddress[]; readonly canonicalName: string }
  | { readonly kind: 'nxdomain' | 'nodata' | 'failed' };

/**
 * Resolves a name as the C library of the calling program does: literal addresses, /etc/hosts, then DNS with the
 * search list of /etc/resolv.conf.
 *
 *   name ─▶ literal? ─▶ /etc/hosts? ─▶ candidates: dots ≥ ndots ? [name, name.search…] : [name.search…, name]
 *                                         └─▶ each: A and AAAA to the nameservers ─▶ first with an address wins
 *
 * glibc (resolv/res_query.c, res_send.c) asks one nameserver after another and goes on along the list after NXDOMAIN,
 * NODATA and SERVFAIL; when nobody answers it skips the rest of the list and tries only the name itself.
 * musl (src/network/lookup_name.c, res_msend.c) asks all nameservers at once, goes on after NXDOMAIN alone, and
 * does not use the list at all for a name with `ndots` dots or more.
 * Both ask again over TCP when an answer was truncated.
 */
export function getaddrinfo(
  host: ResolverHost,
  name: string,
  options: { readonly family?: 4 | 6 } = {},
): Resolution {
  const literal = literalFamily(name);
  if (literal) {
    const wrongFamily = options.family !== undefined && options.family !== literal;
    return wrongFamily
      ? { ok: false, error: 'EAI_NONAME', exchanges: [], elapsedMs: 0 }
      : { ok: true, addresses: [{ address: name, family: literal }], exchanges: [], elapsedMs: 0 };
  }
  const listed = fromHostsFile(host, name, options.family);
  if (listed.length > 0) return { ok: true, addresses: listed, exchanges: [], elapsedMs: 0 };

  const configuration = parseResolvConf(host.readFile('/etc/resolv.conf') ?? '');
  const types = recordTypes(options.family, configuration);
  const exchanges: Exchange[] = [];
  const tried: { readonly name: string; readonly kind: Lookup['kind'] }[] = [];
  let elapsedMs = 0;
  let silence = false;
  for (const candidate of searchCandidates(name, configuration, host.libc)) {
    if (silence && candidate !== absolute(name)) continue;
    const { result, ...lookup } = lookUp(host, configuration, candidate, types);
    exchanges.push(...lookup.exchanges);
    elapsedMs += lookup.elapsedMs;
    if (result.kind === 'found') {
      return {
        ok: true,
        addresses: result.addresses,
        canonicalName: result.canonicalName,
        exchanges,
        elapsedMs,
      };
    }
    tried.push({ name: candidate, kind: result.kind });
    if (host.libc === 'musl' && result.kind !== 'nxdomain') break;
    silence ||= !lookup.heard;
  }
  return { ok: false, error: errorOf(tried, absolute(name), host.libc), exchanges, elapsedMs };
}

const ERRORS = {
  nxdomain: 'EAI_NONAME',
  nodata: 'EAI_NODATA',
  failed: 'EAI_AGAIN',
  found: 'EAI_NONAME',
} as const;

/** Which of the failures is told: the name's own if it came first, else a NODATA, else the last (res_query.c). */
function errorOf(
  tried: readonly { readonly name: string; readonly kind: Lookup['kind'] }[],
  itself: string,
  libc: 'glibc' | 'musl',
): ResolutionError {
  const last = tried.at(-1)?.kind ?? 'nxdomain';
  if (libc === 'musl') return ERRORS[last];
  if (tried[0]?.name === itself) return ERRORS[tried[0].kind];
  if (tried.some(({ kind }) => kind === 'nodata')) return 'EAI_NODATA';
  return tried.some(({ kind }) => kind === 'failed') ? 'EAI_AGAIN' : ERRORS[last];
}

/** The names to ask for, in order (resolv.conf(5), `ndots` and `search`). */
export function searchCandidates(
  name: string,
  configuration: ResolverConfiguration,
  libc: 'glibc' | 'musl',
): readonly string[] {
  if (name.endsWith('.')) return [name];
  const dots = name.split('.').length - 1;
  const listed = configuration.search.map((domain) =>
    domain === '.' ? `${name}.` : absolute(`${name}.${domain}`),
  );
  const itself = `${name}.`;
  const candidates =
    dots >= configuration.ndots
      ? // musl: enough dots and the list is not used at all (lookup_name.c, name_from_dns_search).
        libc === 'musl'
        ? [itself]
        : [itself, ...listed]
      : [...listed, itself];
  return [...new Set(candidates)];
}

function literalFamily(name: string): 4 | 6 | undefined {
  if (/^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(name)) return 4;
  return /^[0-9a-f:]*:[0-9a-f:.]*$/i.test(name) ? 6 : undefined;
}

function fromHostsFile(
  host: ResolverHost,
  name: string,
  family: 4 | 6 | undefined,
): readonly ResolvedAddress[] {
  const wanted = name.replace(/\.$/, '').toLowerCase();
  return parseHostsFile(host.readFile('/etc/hosts') ?? '')
    .filter((entry) => entry.names.some((each) => each.toLowerCase() === wanted))
    .map(({ address }) => ({ address, family: address.includes(':') ? (6 as const) : (4 as const) }))
    .filter((entry) => family === undefined || entry.family === family);
}

function recordTypes(
  family: 4 | 6 | undefined,
  configuration: ResolverConfiguration,
): readonly ('A' | 'AAAA')[] {
  if (family === 4 || configuration.options.includes('no-aaaa')) return ['A'];
  return family === 6 ? ['AAAA'] : ['A', 'AAAA'];
}

/** Asks for every record type of one name. The queries leave together: the slowest decides how long it took. */
function lookUp(
  host: ResolverHost,
  configuration: ResolverConfiguration,
  name: string,
  types: readonly ('A' | 'AAAA')[],
): Omit<Asked, 'message'> & { readonly result: Lookup } {
  const askOne = host.libc === 'musl' ? askAll : askInTurn;
  const answers = types.map((type) => askOne(host, configuration, name, type));
  return {
    exchanges: answers.flatMap(({ exchanges }) => exchanges),
    elapsedMs: Math.max(...answers.map(({ elapsedMs }) => elapsedMs)),
    heard: answers.some(({ heard }) => heard),
    result: judge(
      answers.flatMap(({ message }) => message ?? []),
      types.length,
      host.libc,
    ),
  };
}

function judge(messages: readonly DnsMessage[], expected: number, libc: 'glibc' | 'musl'): Lookup {
  const answered = messages.filter(({ rcode }) => rcode === 'NOERROR' || rcode === 'NXDOMAIN');
  const complete = answered.length === expected;
  const records = answered.flatMap((message) => message.answer);
  const addresses = records.flatMap(addressesOf);
  // glibc is content with the one family that was answered; musl is not.
  if (addresses.length > 0 && (complete || libc === 'glibc')) {
    const owner = records.find((record) => record.type === 'A' || record.type === 'AAAA')!.name;
    return { kind: 'found', addresses, canonicalName: owner.replace(/\.$/, '') };
  }
  if (!complete) return { kind: 'failed' };
  return { kind: answered.some(({ rcode }) => rcode === 'NXDOMAIN') ? 'nxdomain' : 'nodata' };
}

function addressesOf(record: DnsRecord): readonly ResolvedAddress[] {
  if (record.type === 'A') return [{ address: record.address, family: 4 }];
  return record.type === 'AAAA' ? [{ address: record.address, family: 6 }] : [];
}

interface Asked {
  readonly exchanges: readonly Exchange[];
  readonly elapsedMs: number;
  readonly message?: DnsMessage;
  /** Some nameserver said something. */
  readonly heard: boolean;
}

const MAX_NAMESERVERS = 3;

function serversOf(configuration: ResolverConfiguration): readonly string[] {
  const servers = configuration.nameservers.slice(0, MAX_NAMESERVERS);
  return servers.length > 0 ? servers : ['127.0.0.1'];
}

/** glibc's res_send: every nameserver in turn, `attempts` rounds; SERVFAIL, REFUSED and NOTIMP go on to the next. */
function askInTurn(
  host: ResolverHost,
  configuration: ResolverConfiguration,
  name: string,
  type: DnsType,
): Asked {
  const exchanges: Exchange[] = [];
  const servers = serversOf(configuration);
  let elapsedMs = 0;
  let heard = false;
  let last: DnsMessage | undefined;
  for (let attempt = 0; attempt < configuration.attempts; attempt++) {
    for (const [index, server] of servers.entries()) {
      // The further down the list, the longer the wait, shared among the servers (res_send.c, `seconds`).
      const seconds = Math.max(
        1,
        Math.floor((configuration.timeout << index) / (index > 0 ? servers.length : 1)),
      );
      const asked = ask(host, server, name, type, seconds * 1000, configuration);
      exchanges.push(...asked.exchanges);
      elapsedMs += asked.elapsedMs;
      if (!asked.message) continue;
      heard = true;
      last = asked.message;
      if (last.rcode === 'NOERROR' || last.rcode === 'NXDOMAIN')
        return { exchanges, elapsedMs, message: last, heard };
    }
    // An answer that says no is not asked for again in another round.
    if (last) break;
  }
  return { exchanges, elapsedMs, heard, ...(last && { message: last }) };
}

/** musl's res_msend: all nameservers at once, again after timeout/attempts; the first usable answer wins. */
function askAll(
  host: ResolverHost,
  configuration: ResolverConfiguration,
  name: string,
  type: DnsType,
): Asked {
  const exchanges: Exchange[] = [];
  const interval = (configuration.timeout * 1000) / Math.max(1, configuration.attempts);
  let waited = 0;
  let heard = false;
  for (let attempt = 0; attempt < configuration.attempts; attempt++) {
    const round = serversOf(configuration).map((server) =>
      ask(host, server, name, type, interval, configuration),
    );
    exchanges.push(...round.flatMap((asked) => asked.exchanges));
    heard ||= round.some((asked) => asked.message);
    const usable = round
      .filter(({ message }) => message?.rcode === 'NOERROR' || message?.rcode === 'NXDOMAIN')
      .sort((a, b) => a.elapsedMs - b.elapsedMs)[0];
    if (usable?.message)
      return { exchanges, elapsedMs: waited + usable.elapsedMs, message: usable.message, heard };
    waited += interval;
  }
  return { exchanges, elapsedMs: waited, heard };
}

/** One nameserver: over UDP, and over TCP when the answer was cut (or `use-vc` asks for it). */
function ask(
  host: ResolverHost,
  server: string,
  name: string,
  type: DnsType,
  timeoutMs: number,
  configuration: ResolverConfiguration,
): Asked {
  const edns = configuration.options.includes('edns0') ? { edns: { udpSize: 1232 } } : {};
  const options = { server, name, type, timeoutMs, ...edns };
  const first = dnsQuery(host, {
    ...options,
    protocol: configuration.options.includes('use-vc') ? 'tcp' : 'udp',
  });
  if (!first.message?.truncated) return asked([first]);
  return asked([first, dnsQuery(host, { ...options, protocol: 'tcp' })]);
}

function asked(results: readonly ReturnType<typeof dnsQuery>[]): Asked {
  const { message } = results.at(-1)!;
  return {
    exchanges: results.map(({ exchange }) => exchange),
    elapsedMs: results.reduce((sum, { exchange }) => sum + exchange.elapsedMs, 0),
    heard: message !== undefined,
    ...(message && { message }),
  };
}
