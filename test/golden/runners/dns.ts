import type { PodSpec } from '../../../src/engine/api/index.ts';
import {
  type AnswerOptions,
  type ClusterData,
  type EndpointsData,
  kubernetesHandler,
  NO_PORTS,
  type Query,
  type Reply,
  type ServiceData,
} from '../../../src/engine/coredns/index.ts';
import { podDns } from '../../../src/engine/kubelet/index.ts';
import { type DnsRecord, type DnsType, dnsQuestion, recordData } from '../../../src/engine/libc/index.ts';
import type { GoldenResult } from '../result.ts';

/**
 * Names and resolv.conf files: CoreDNS's own tests of its kubernetes plugin, the examples of the Kubernetes DNS
 * specification, and what the kubelet writes for a pod.
 */
export const file = 'dns.json';

interface RecordedAnswer {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly data: string;
}

interface RecordedQuery {
  readonly comment: string | null;
  readonly qname: string;
  readonly qtype: string;
  readonly rcode: string;
  readonly answer: readonly RecordedAnswer[];
  readonly authority: readonly RecordedAnswer[];
  readonly additional: readonly RecordedAnswer[];
}

interface RecordedService extends Omit<ServiceData, 'ports'> {
  readonly ports: readonly { readonly name: string; readonly protocol: string; readonly port: number }[];
}

interface Records {
  readonly data: {
    readonly zone: string;
    readonly exposedNamespaces: readonly string[];
    readonly namespacesThatExist: string;
    readonly services: readonly RecordedService[];
    readonly readyEndpoints: readonly {
      readonly service: string;
      readonly addresses: EndpointsData['addresses'];
      readonly ports: readonly { readonly name: string; readonly protocol: string; readonly port: number }[];
    }[];
    readonly upstream: Readonly<Record<string, string>>;
  };
  readonly suites: readonly { readonly suite: string; readonly queries: readonly RecordedQuery[] }[];
  readonly specExamples: readonly {
    readonly rule: string;
    readonly q: string;
    readonly a?: readonly string[];
    readonly rcode?: string;
  }[];
  readonly resolvConf: readonly {
    readonly id: string;
    readonly hostResolvConf: string;
    readonly clusterDNS: readonly string[];
    readonly clusterDomain: string;
    readonly pod: {
      readonly metadata: { readonly name: string; readonly namespace?: string };
      readonly spec: PodSpec;
    };
    readonly expect: {
      readonly nameservers?: readonly string[];
      readonly searches?: readonly string[];
      readonly options?: readonly string[];
      readonly resolvConf?: string;
    };
  }[];
}

export function run(records: unknown): GoldenResult[] {
  const all = records as Records;
  return [...runSuites(all), ...runSpecification(all), ...runResolvConf(all)];
}

/** The serial of CoreDNS's own tests. */
const SERIAL = 1_499_347_823;

function clusterData(
  services: readonly ServiceData[],
  endpoints: readonly EndpointsData[],
  missing: ReadonlySet<string>,
  synced = true,
): ClusterData {
  return {
    synced: () => synced,
    serial: () => SERIAL,
    namespaceExists: (name) => !missing.has(name),
    service: (namespace, name) =>
      services.find((service) => service.namespace === namespace && service.name === name),
    endpoints: (namespace, service) =>
      endpoints.filter((slice) => slice.namespace === namespace && slice.service === service),
    servicesByIP: (address) => services.filter(({ clusterIPs }) => clusterIPs.includes(address)),
    endpointsByIP: (address) =>
      endpoints.filter(({ addresses }) => addresses.some(({ ip }) => ip === address)),
    // The one pod of CoreDNS's own tests (APIConnServeTest.PodIndex).
    podExists: (namespace, address) => namespace === 'podns' && address === '10.240.0.1',
  };
}

function recordedData({ data }: Records, synced = true, cluster?: string): ClusterData {
  const services = data.services.map(
    (service): ServiceData => ({ ...service, ports: service.ports.length > 0 ? service.ports : NO_PORTS }),
  );
  const endpoints = data.readyEndpoints.map((slice): EndpointsData => {
    const [service = '', namespace = ''] = slice.service.split('.');
    return {
      service,
      namespace,
      addresses: slice.addresses,
      ports: slice.ports.length > 0 ? slice.ports : NO_PORTS,
      ...(cluster && { cluster }),
    };
  });
  const missing = new Set(data.namespacesThatExist.match(/[a-z]+-nons|nsnoexist/g) ?? []);
  return clusterData(services, endpoints, missing, synced);
}

/** The data of CoreDNS's reverse tests, which the records tell in words. */
function reverseData(): ClusterData {
  const http = [{ name: 'http', protocol: 'TCP', port: 80 }];
  const service = (name: string, clusterIP: string): ServiceData => ({
    name,
    namespace: 'testns',
    type: 'ClusterIP',
    clusterIPs: [clusterIP],
    ports: http,
  });
  const slice = (name: string, addresses: EndpointsData['addresses']): EndpointsData => ({
    service: name,
    namespace: 'testns',
    addresses,
    ports: http,
  });
  const first = [
    { ip: '10.0.0.100', hostname: 'ep1a' },
    { ip: '1234:abcd::1', hostname: 'ep1b' },
    { ip: 'fd00:77:30::a', hostname: 'ip6svc1ex' },
    { ip: 'fd00:77:30::2:9ba6', hostname: 'ip6svc1in' },
    { ip: '10.0.0.99', hostname: 'double-ep' },
  ];
  return clusterData(
    [service('svc1', '192.168.1.100'), service('svc2', '192.168.1.101')],
    [slice('svc1', first), slice('svc2', [{ ip: '10.0.0.99', hostname: 'double-ep' }])],
    new Set(),
  );
}

const REVERSE_ZONES = [
  'cluster.local.',
  '0.10.in-addr.arpa.',
  '168.192.in-addr.arpa.',
  ipv6Zone('1234abcd'),
  ipv6Zone('fd000077003'),
];

function ipv6Zone(digits: string): string {
  return `${[...digits].reverse().join('.')}.ip6.arpa.`;
}

/** How the server of each suite is set up, by what the suite is about. */
function setupOf(suite: string, records: Records): AnswerOptions {
  const base: AnswerOptions = {
    data: recordedData(records),
    zones: [records.data.zone],
    pods: 'disabled',
    namespaces: records.data.exposedNamespaces,
    endpointPodNames: false,
    ignoreEmptyService: false,
    multiclusterZones: [],
    ttl: 5,
    localAddresses: ['127.0.0.1'],
  };
  if (suite.startsWith('reverse'))
    return { ...base, data: reverseData(), zones: REVERSE_ZONES, namespaces: [] };
  if (suite.includes('not synced')) return { ...base, data: recordedData(records, false) };
  if (suite.startsWith('pods insecure')) return { ...base, pods: 'insecure', namespaces: [] };
  if (suite.startsWith('pods verified')) return { ...base, pods: 'verified', namespaces: [] };
  if (suite.startsWith('ignore empty_service')) return { ...base, ignoreEmptyService: true };
  if (suite.startsWith('multicluster'))
    return { ...base, data: recordedData(records, true, 'cluster1'), multiclusterZones: [records.data.zone] };
  return base;
}

/** What a server outside the cluster would say: the records' own upstream. */
function upstream(records: Records): (name: string, type: DnsType) => Reply {
  return (name, type) => {
    const address = records.data.upstream[`${name} ${type}`];
    const answer: DnsRecord[] =
      address === undefined ? [] : [{ name, ttl: 5, type: type === 'AAAA' ? 'AAAA' : 'A', address }];
    return { message: { ...dnsQuestion(0, name, type), response: true, answer } };
  };
}

function ask(options: AnswerOptions, name: string, type: DnsType, lookup: Query['lookup']) {
  const message = dnsQuestion(1, name, type);
  const query: Query = {
    message,
    name: message.question.name,
    type,
    transport: 'udp',
    waitedMs: () => 0,
    client: { address: '10.240.0.1', port: 40_212 },
    ask: () => {
      throw new Error('the kubernetes plugin asks nobody itself');
    },
    lookup,
  };
  const reply = kubernetesHandler(options, [])(query, () => ({ rcode: 'REFUSED' }));
  return {
    rcode: reply.message?.rcode ?? reply.rcode,
    answer: reply.message?.answer ?? [],
    authority: reply.message?.authority ?? [],
    additional: reply.message?.additional ?? [],
  };
}

function runSuites(records: Records): GoldenResult[] {
  return records.suites.flatMap(({ suite, queries }) => {
    const options = setupOf(suite, records);
    return queries.map((recorded, index) => {
      const came = ask(options, recorded.qname, recorded.qtype as DnsType, upstream(records));
      const expected = {
        rcode: recorded.rcode,
        answer: recorded.answer.map(recordedLine).sort(),
        authority: recorded.authority.map(recordedLine).sort(),
        additional: recorded.additional.map(recordedLine).sort(),
      };
      const actual = {
        rcode: came.rcode,
        answer: came.answer.map(line).sort(),
        authority: came.authority.map(line).sort(),
        additional: came.additional.map(line).sort(),
      };
      const id = `${suite}: ${recorded.qname} ${recorded.qtype} #${index}`;
      if (!aliasesFirst(came.answer))
        return { id, passed: false, difference: 'a CNAME comes after its target' };
      return compare(id, expected, actual);
    });
  });
}

/**
 * A record as one line. SOA records in the authority section are compared by zone alone when the record says that the
 * rest varies: CoreDNS's own tests do not agree on their TTL (5 or the cap of 300), and one of them does not look.
 */
function line(record: DnsRecord): string {
  const name = record.name.replace(/\.$/, '');
  if (record.type === 'SOA') return `${name} SOA`;
  return `${name} ${record.ttl} ${record.type} ${recordData(record).replaceAll('"', '')}`;
}

function recordedLine({ name, type, ttl, data }: RecordedAnswer): string {
  const owner = name.replace(/\.$/, '');
  return type === 'SOA' ? `${owner} SOA` : `${owner} ${ttl} ${type} ${data}`;
}

function aliasesFirst(records: readonly DnsRecord[]): boolean {
  return records.every(
    (record, index) =>
      record.type !== 'CNAME' || !records.slice(0, index).some(({ name }) => name === record.target),
  );
}

/** The examples of the specification, on a cluster that has just what they speak of. */
function runSpecification({ specExamples }: Records): GoldenResult[] {
  const https = [{ name: 'https', protocol: 'TCP', port: 443 }];
  const cluster = (name: string, extra: Partial<ServiceData>): ServiceData => ({
    name,
    namespace: 'default',
    type: 'ClusterIP',
    clusterIPs: ['None'],
    ports: https,
    ...extra,
  });
  return specExamples.map(({ rule, q, a = [], rcode = 'NOERROR' }) => {
    const [name = '', type = 'A'] = q.split(' ');
    const headless: readonly EndpointsData[] = rule.includes('without ready')
      ? []
      : [{ service: 'headless', namespace: 'default', ports: https, addresses: headlessAddresses(rule) }];
    const data = clusterData(
      [
        cluster('kubernetes', { clusterIPs: ['10.3.0.1', '2001:db8::1'] }),
        cluster('headless', {}),
        cluster('foo', { type: 'ExternalName', clusterIPs: [], externalName: 'www.example.com' }),
      ],
      headless,
      new Set(),
    );
    const options: AnswerOptions = {
      data,
      zones: ['cluster.local.', 'in-addr.arpa.', 'ip6.arpa.'],
      pods: 'disabled',
      namespaces: [],
      endpointPodNames: false,
      ignoreEmptyService: false,
      multiclusterZones: [],
      ttl: 5,
      localAddresses: ['127.0.0.1'],
    };
    const outside: Query['lookup'] = (other) => ({
      message: {
        ...dnsQuestion(0, other, 'A'),
        response: true,
        answer: [{ name: other, ttl: 5, type: 'A', address: '192.0.2.53' }],
      },
    });
    const came = ask(options, name, type as DnsType, outside);
    const answer = came.answer.map((record) => {
      if (rule.startsWith('ExternalName'))
        return record.type === 'CNAME'
          ? `CNAME ${record.target}`
          : `${record.name} ${record.type} ${recordData(record)}`;
      // The specification's SRV examples are of an older server: CoreDNS gives priority 0 and shares a weight of 100.
      if (record.type === 'SRV') return `10 100 ${record.port} ${record.target}`;
      return recordData(record).replaceAll('"', '');
    });
    return compare(
      `specification: ${rule}`,
      { rcode, answer: [...a].sort() },
      { rcode: came.rcode, answer: answer.sort() },
    );
  });
}

/** The endpoints that an example of a headless Service speaks of. The name of one without a hostname is up to the server. */
function headlessAddresses(rule: string): EndpointsData['addresses'] {
  if (rule.includes('SRV')) {
    return [
      { ip: '10.3.0.100', hostname: 'my-pet' },
      { ip: '10.3.0.101', hostname: 'my-pet-2' },
      { ip: '10.3.0.102', hostname: '438934893' },
    ];
  }
  if (rule.includes('hostname') || rule.includes('PTR')) return [{ ip: '10.3.0.100', hostname: 'my-pet' }];
  return [{ ip: '10.3.0.1' }, { ip: '10.3.0.2' }, { ip: '10.3.0.3' }];
}

function runResolvConf({ resolvConf }: Records): GoldenResult[] {
  return resolvConf.map(({ id, pod, expect, ...options }) => {
    const dns = podDns(pod, options);
    const actual = {
      nameservers: dns.nameservers,
      searches: dns.searches,
      options: [...dns.options].sort(),
      resolvConf: sortedOptions(dns.resolvConf),
    };
    const expected = {
      nameservers: expect.nameservers ?? [],
      searches: expect.searches ?? [],
      options: [...(expect.options ?? [])].sort(),
      resolvConf: expect.resolvConf === undefined ? actual.resolvConf : sortedOptions(expect.resolvConf),
    };
    return compare(`resolv.conf: ${id}`, expected, actual);
  });
}

/** The order of options is that of a Go map: none. */
function sortedOptions(text: string): string {
  return text.replace(
    /^options (.*)$/m,
    (_, words: string) => `options ${words.split(' ').sort().join(' ')}`,
  );
}

function compare(id: string, expected: unknown, actual: unknown): GoldenResult {
  const [wanted, came] = [JSON.stringify(expected), JSON.stringify(actual)];
  return wanted === came
    ? { id, passed: true }
    : { id, passed: false, difference: `expected ${wanted}, came ${came}` };
}
