import { absolute, type DnsRecord } from '../../libc/index.ts';
import type { Query, Reply } from '../plugin.ts';
import { replyTo } from '../plugin.ts';
import {
  type Finding,
  type Found,
  findServices,
  isAddress,
  type KubernetesOptions,
} from './find-services.ts';
import { reverseNames } from './reverse.ts';

export interface AnswerOptions extends KubernetesOptions {
  /** Lower case, absolute; the reverse zones too. */
  readonly zones: readonly string[];
  readonly ttl: number;
  /** This server's own addresses: it names the Service that it stands behind in NS records. */
  readonly localAddresses: readonly string[];
}

/** The version of the DNS specification of Kubernetes that the names follow (github.com/kubernetes/dns). */
const SCHEMA_VERSION = '1.1.0';
const SCHEMA_TTL = 28_800;
const MAX_CNAMES = 7;
/** The most that an SOA record's own TTL may be (plugin.SOA). */
const MAX_SOA_TTL = 300;

interface Records {
  readonly answer: readonly DnsRecord[];
  readonly additional?: readonly DnsRecord[];
}

/**
 * Answers a name of the cluster (coredns plugin/kubernetes/handler.go and plugin/backend_lookup.go, v1.14).
 * undefined: the name does not exist, and a `fallthrough` may hand it on.
 */
export function answerFromCluster(query: Query, zone: string, options: AnswerOptions): Reply | undefined {
  // The answers keep the case of the question, also in the zone's part of it.
  const shownZone = zone === '.' ? '.' : query.name.slice(-zone.length);
  const found = recordsOf(query, zone, shownZone, options);
  if (found === undefined) return undefined;
  if (found.answer.length === 0) return replyTo(query, { authority: [soa(shownZone, options)] });
  return replyTo(query, { answer: unique(found.answer), additional: unique(found.additional ?? []) });
}

/** NXDOMAIN with the zone's SOA; SERVFAIL while the API server has not told everything. */
export function noSuchName(query: Query, zone: string, options: AnswerOptions): Reply {
  const shownZone = zone === '.' ? '.' : query.name.slice(-zone.length);
  return replyTo(query, {
    rcode: options.data.synced() ? 'NXDOMAIN' : 'SERVFAIL',
    authority: [soa(shownZone, options)],
  });
}

/** undefined: no such name. */
function recordsOf(
  query: Query,
  zone: string,
  shownZone: string,
  options: AnswerOptions,
): Records | undefined {
  const { name, type } = query;
  const atApex = name.toLowerCase() === zone;
  switch (type) {
    case 'A':
    case 'AAAA':
      return addressRecords(query, name, type, shownZone, options, []);
    case 'TXT': {
      if (name.toLowerCase() === `dns-version.${zone}`)
        return { answer: [{ name, ttl: SCHEMA_TTL, type: 'TXT', texts: [SCHEMA_VERSION] }] };
      const finding = findServices(name, shownZone, options);
      return finding.kind === 'nxdomain' ? undefined : { answer: [] };
    }
    case 'CNAME': {
      const finding = findServices(name, shownZone, options);
      if (finding.kind === 'nxdomain') return undefined;
      const [first] = finding.services;
      return { answer: first && !isAddress(first.host) ? [cname(name, first, options)] : [] };
    }
    case 'PTR': {
      const targets = reverseNames(name, options);
      if (targets === undefined)
        return findServices(name, shownZone, options).kind === 'nxdomain' ? undefined : { answer: [] };
      return targets.length === 0
        ? undefined
        : { answer: targets.map((target) => ({ name, ttl: options.ttl, type: 'PTR', target })) };
    }
    case 'SRV':
      return serviceRecords(query, shownZone, options);
    case 'SOA':
      if (atApex) return { answer: [soa(shownZone, options)] };
      break;
    case 'NS':
      if (atApex) return nameServerRecords(name, shownZone, options);
      break;
    default:
      break;
  }
  // Anything else has no records; a search for an address tells NODATA from NXDOMAIN.
  return addressRecords(query, name, 'A', shownZone, options, []) && { answer: [] };
}

/** A or AAAA records; a name that stands for another becomes a CNAME and what that one leads to. */
function addressRecords(
  query: Query,
  name: string,
  type: 'A' | 'AAAA',
  zone: string,
  options: AnswerOptions,
  before: readonly DnsRecord[],
): Records | undefined {
  if (name.toLowerCase() === `ns.dns.${zone.toLowerCase()}`) {
    const addresses = ownNames(zone, options).filter(
      ({ address }) => address.includes(':') === (type === 'AAAA'),
    );
    return { answer: addresses.map(({ address }) => ({ name, ttl: options.ttl, type, address })) };
  }
  const finding: Finding = findServices(name, zone, options);
  if (finding.kind === 'nxdomain') return undefined;
  const answer: DnsRecord[] = [];
  for (const found of finding.services) {
    if (isAddress(found.host)) {
      if (found.host.includes(':') === (type === 'AAAA'))
        answer.push({ name, ttl: options.ttl, type, address: found.host });
      continue;
    }
    const alias = cname(name, found, options);
    const loops =
      alias.target.toLowerCase() === name.toLowerCase() ||
      before.some((record) => record.type === 'CNAME' && record.target === alias.target);
    if (loops || before.length > MAX_CNAMES) continue;
    if (alias.target.toLowerCase().endsWith(`.${zone.toLowerCase()}`)) {
      const rest = addressRecords(query, alias.target, type, zone, options, [...before, alias]);
      if (rest && rest.answer.length > 0) answer.push(alias, ...rest.answer);
      continue;
    }
    const outside = query.lookup(alias.target, type);
    if (outside.message) answer.push(alias, ...outside.message.answer);
  }
  return { answer };
}

function cname(name: string, found: Found, { ttl }: AnswerOptions) {
  return { name, ttl, type: 'CNAME' as const, target: absolute(found.host) };
}

/** One SRV record for each named port and target, and the targets' addresses beside them. */
function serviceRecords(query: Query, zone: string, options: AnswerOptions): Records | undefined {
  const finding = findServices(query.name, zone, options);
  if (finding.kind === 'nxdomain') return undefined;
  const services = finding.services.filter(({ host }) => isAddress(host));
  const weight = Math.max(1, Math.floor(100 / Math.max(1, services.length)));
  const listed = services.filter(({ port }) => port !== -1);
  return {
    answer: listed.map(({ port, key }) => ({
      name: query.name,
      ttl: options.ttl,
      type: 'SRV',
      priority: 0,
      weight,
      port,
      target: key,
    })),
    additional: listed.map(
      ({ host, key }): DnsRecord => ({
        name: key,
        ttl: options.ttl,
        type: host.includes(':') ? 'AAAA' : 'A',
        address: host,
      }),
    ),
  };
}

function nameServerRecords(name: string, zone: string, options: AnswerOptions): Records {
  const own = ownNames(zone, options);
  return {
    answer: own.map((each) => ({ name, ttl: options.ttl, type: 'NS', target: each.name })),
    additional: own.map(
      (each): DnsRecord => ({
        name: each.name,
        ttl: options.ttl,
        type: each.address.includes(':') ? 'AAAA' : 'A',
        address: each.address,
      }),
    ),
  };
}

/** The Service that this server is an endpoint of; without one, `ns.dns` and its own addresses (plugin/kubernetes/ns.go). */
function ownNames(
  zone: string,
  { data, localAddresses }: AnswerOptions,
): readonly { readonly name: string; readonly address: string }[] {
  const services = localAddresses
    .flatMap((address) => data.endpointsByIP(address))
    .flatMap(({ namespace, service }) => data.service(namespace, service) ?? []);
  if (services.length === 0) return localAddresses.map((address) => ({ name: `ns.dns.${zone}`, address }));
  return services.flatMap(({ name, namespace, clusterIPs }) =>
    clusterIPs.filter(isAddress).map((address) => ({ name: `${name}.${namespace}.svc.${zone}`, address })),
  );
}

/** The start of authority that every answer without records carries: its minimum is how long "no" may be remembered. */
export function soa(zone: string, { ttl, data }: AnswerOptions): DnsRecord {
  const below = zone === '.' ? '' : zone;
  return {
    name: zone,
    ttl: Math.min(ttl, MAX_SOA_TTL),
    type: 'SOA',
    mname: `ns.dns.${below}`,
    rname: `hostmaster.${below}`,
    serial: data.serial(),
    refresh: 7200,
    retry: 1800,
    expire: 86_400,
    minimum: ttl,
  };
}

function unique(records: readonly DnsRecord[]): readonly DnsRecord[] {
  const seen = new Set<string>();
  return records.filter((record) => {
    const key = JSON.stringify(record);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
