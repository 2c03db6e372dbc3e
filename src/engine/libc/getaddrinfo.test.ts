import { describe, expect, test } from 'vitest';
import type { Exchange, RequestOptions } from '../linux/index.ts';
import { type DnsMessage, type DnsRecord, dnsMessageOf, dnsPayload } from './dns.ts';
import { getaddrinfo } from './getaddrinfo.ts';
import type { ResolverHost } from './resolver-host.ts';

const POD_RESOLV_CONF =
  'search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 100.64.0.10\noptions ndots:5\n';

type Said = DnsMessage['rcode'] | 'silence' | 'refused' | readonly string[];

/** A host whose name server says what the table tells, and NXDOMAIN for the rest. */
function createHost(
  libc: 'glibc' | 'musl',
  says: Readonly<Record<string, Said>>,
  files: Readonly<Record<string, string>> = {},
) {
  const asked: string[] = [];
  const host: ResolverHost = {
    netns: 'shop/client',
    process: 'curl',
    libc,
    readFile: (path) => ({ '/etc/resolv.conf': POD_RESOLV_CONF, ...files })[path],
    request(options: RequestOptions): Exchange {
      const query = dnsMessageOf(options.payload)!;
      const { name, type } = query.question;
      asked.push(`${options.protocol === 'tcp' ? 'tcp ' : ''}${name} ${type}`);
      const said =
        says[`${name} ${type}`] ??
        says[`${options.destination.address} ${name} ${type}`] ??
        says[name] ??
        'NXDOMAIN';
      return exchange(options, query, said);
    },
  };
  return { host, asked };
}

function exchange(options: RequestOptions, query: DnsMessage, said: Said): Exchange {
  const base = {
    id: 1,
    protocol: 'udp' as const,
    summary: '',
    client: { address: '100.96.1.2', port: 40_000, netns: options.netns, process: options.process },
    destination: options.destination,
    packets: [],
    caused: [],
    startedAt: 0,
  };
  if (said === 'silence')
    return { ...base, elapsedMs: options.timeoutMs ?? 5000, outcome: { kind: 'timeout' } };
  if (said === 'refused')
    return { ...base, elapsedMs: 1, outcome: { kind: 'failed', errno: 'ECONNREFUSED' } };
  const addresses = typeof said === 'string' ? [] : said;
  const { name, type } = query.question;
  const truncated = addresses.includes('truncated') && options.protocol === 'udp';
  const answer = addresses
    .filter((address) => address !== 'truncated')
    .map((address): DnsRecord => ({ name, ttl: 5, type: type === 'AAAA' ? 'AAAA' : 'A', address }));
  const message: DnsMessage = {
    ...query,
    response: true,
    truncated,
    rcode: typeof said === 'string' ? said : 'NOERROR',
    answer: truncated ? [] : answer,
  };
  const socket = options.destination;
  return {
    ...base,
    elapsedMs: 2,
    outcome: {
      kind: 'replied',
      payload: dnsPayload(message),
      server: { netns: 'dns', socket },
      seenAs: base.client,
    },
  };
}

describe('getaddrinfo', () => {
  test('a name with fewer dots than ndots goes through the search list first, A and AAAA each time', () => {
    const { host, asked } = createHost('glibc', {
      'example.com. A': ['203.0.113.10'],
      'example.com. AAAA': [],
    });
    const result = getaddrinfo(host, 'example.com');
    expect(asked).toEqual([
      'example.com.shop.svc.cluster.local. A',
      'example.com.shop.svc.cluster.local. AAAA',
      'example.com.svc.cluster.local. A',
      'example.com.svc.cluster.local. AAAA',
      'example.com.cluster.local. A',
      'example.com.cluster.local. AAAA',
      'example.com. A',
      'example.com. AAAA',
    ]);
    expect(result).toMatchObject({
      ok: true,
      addresses: [{ address: '203.0.113.10', family: 4 }],
      canonicalName: 'example.com',
      elapsedMs: 8,
    });
  });

  test('a dot at the end leaves the search list out', () => {
    const { host, asked } = createHost('glibc', { 'example.com. A': ['203.0.113.10'] });
    getaddrinfo(host, 'example.com.', { family: 4 });
    expect(asked).toEqual(['example.com. A']);
  });

  test('the first name with an address wins', () => {
    const { host, asked } = createHost('musl', {
      'hello.shop.svc.cluster.local. A': ['100.64.1.1'],
      'hello.shop.svc.cluster.local. AAAA': [],
    });
    expect(getaddrinfo(host, 'hello').ok).toBe(true);
    expect(asked).toHaveLength(2);
  });

  test.each([
    ['glibc', 7],
    ['musl', 2],
  ] as const)('after NODATA %s sends %i queries: only glibc goes on along the list', (libc, count) => {
    const { host, asked } = createHost(libc, {
      'hello.shop.svc.cluster.local. A': [],
      'hello.shop.svc.cluster.local. AAAA': [],
      'hello. A': ['192.0.2.1'],
      'hello.svc.cluster.local. AAAA': [],
    });
    getaddrinfo(host, 'hello');
    expect(asked.length).toBeGreaterThanOrEqual(count);
    expect(asked.some((query) => query === 'hello. A')).toBe(libc === 'glibc');
  });

  test('musl does not use the list for a name with as many dots as ndots', () => {
    const files = {
      '/etc/resolv.conf': 'search svc.cluster.local\nnameserver 100.64.0.10\noptions ndots:1\n',
    };
    const { host, asked } = createHost('musl', {}, files);
    expect(getaddrinfo(host, 'hello.shop', { family: 4 })).toMatchObject({ ok: false, error: 'EAI_NONAME' });
    expect(asked).toEqual(['hello.shop. A']);
  });

  test('/etc/hosts comes before DNS, literals before both', () => {
    const { host, asked } = createHost(
      'glibc',
      {},
      { '/etc/hosts': '127.0.0.1\tlocalhost\n192.0.2.7\tdb db.local # the old one\n' },
    );
    expect(getaddrinfo(host, 'DB')).toMatchObject({
      ok: true,
      addresses: [{ address: '192.0.2.7', family: 4 }],
    });
    expect(getaddrinfo(host, '10.0.0.1')).toMatchObject({
      ok: true,
      addresses: [{ address: '10.0.0.1', family: 4 }],
    });
    expect(asked).toEqual([]);
  });

  test('a truncated answer is asked for again over TCP', () => {
    const { host, asked } = createHost('glibc', { 'big. A': ['truncated', '192.0.2.1'] });
    expect(getaddrinfo(host, 'big.', { family: 4 })).toMatchObject({
      ok: true,
      addresses: [{ address: '192.0.2.1' }],
    });
    expect(asked).toEqual(['big. A', 'tcp big. A']);
  });

  test.each([
    ['NXDOMAIN everywhere', {}, 'EAI_NONAME'],
    ['SERVFAIL', { 'x. A': 'SERVFAIL' }, 'EAI_AGAIN'],
    ['no answer', { 'x. A': 'silence' }, 'EAI_AGAIN'],
    ['ECONNREFUSED', { 'x. A': 'refused' }, 'EAI_AGAIN'],
    ['NODATA', { 'x. A': [] }, 'EAI_NODATA'],
  ] as const)('%s is told as the C library tells it', (_, says, error) => {
    const { host } = createHost('glibc', says as Readonly<Record<string, Said>>);
    expect(getaddrinfo(host, 'x.', { family: 4 })).toMatchObject({ ok: false, error });
  });

  test('when nobody answers, glibc waits two rounds of 5 s for the first name and two for the name itself', () => {
    const silent = { 'hello.shop.svc.cluster.local.': 'silence', 'hello.': 'silence' } as const;
    const { host } = createHost('glibc', silent);
    const result = getaddrinfo(host, 'hello');
    expect(result).toMatchObject({ ok: false, error: 'EAI_AGAIN', elapsedMs: 20_000 });
    const alpine = createHost('musl', silent);
    expect(getaddrinfo(alpine.host, 'hello')).toMatchObject({
      ok: false,
      error: 'EAI_AGAIN',
      elapsedMs: 5000,
    });
  });

  test('the second nameserver is asked when the first is silent', () => {
    const files = { '/etc/resolv.conf': 'nameserver 192.0.2.1\nnameserver 192.0.2.2\noptions timeout:1\n' };
    const { host, asked } = createHost(
      'glibc',
      { '192.0.2.1 x. A': 'silence', '192.0.2.2 x. A': ['203.0.113.1'] },
      files,
    );
    expect(getaddrinfo(host, 'x.', { family: 4 })).toMatchObject({ ok: true, elapsedMs: 1002 });
    expect(asked).toHaveLength(2);
  });
});
