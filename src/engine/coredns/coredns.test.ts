import { describe, expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';
import { type DnsMessage, type DnsType, dnsQuery, type ResolverHost, recordData } from '../libc/index.ts';

const DNS = '100.64.0.10';

function createShop() {
  const cluster = createCluster();
  const create: typeof cluster.api.create = (resource, object) => {
    const result = cluster.api.create(resource, object);
    if (!result.ok) throw new Error(result.status.message);
    return result;
  };
  create('pods', {
    metadata: { name: 'client', namespace: 'default' },
    spec: { containers: [{ name: 'c', image: 'nicolaka/netshoot', command: ['sleep', 'infinity'] }] },
  });
  cluster.settle();
  const entered = cluster.exec('default', 'client');
  if (!entered.ok) throw new Error(entered.message);
  const host: ResolverHost = {
    ...entered.context,
    process: 'dig',
    request: (options) => cluster.network.request(options),
  };
  const ask = (
    name: string,
    type: DnsType = 'A',
    more: { readonly protocol?: 'udp' | 'tcp'; readonly server?: string } = {},
  ) => dnsQuery(host, { server: DNS, name, type, ...more });
  const data = (message: DnsMessage | undefined) =>
    message?.answer.map((record) => `${record.type} ${recordData(record)}`);
  /** Replaces the Corefile, and waits for the kubelet's sync and the reload plugin. */
  const reload = (corefile: string) => {
    const stored = cluster.api.get('configmaps', 'kube-system', 'coredns');
    if (!stored.ok) throw new Error(stored.status.message);
    cluster.api.update('configmaps', { ...stored.object, data: { Corefile: corefile } });
    cluster.clock.advance(120_000);
  };
  return { cluster, create, ask, data, reload, host };
}

describe('CoreDNS in the cluster', () => {
  test('is asked through its Service, and answers for Services with the Corefile’s TTL', () => {
    const { ask, data } = createShop();
    const { exchange, message } = ask('kubernetes.default.svc.cluster.local');
    expect(data(message)).toEqual(['A 100.64.0.1']);
    expect(message?.answer[0]?.ttl).toBe(30);
    expect(message).toMatchObject({ rcode: 'NOERROR', authoritative: true, recursionAvailable: false });
    expect(exchange.outcome).toMatchObject({ kind: 'replied', server: { socket: { port: 53 } } });
    expect(exchange.outcome.kind === 'replied' && exchange.outcome.server.netns).toMatch(
      /^kube-system\/coredns-/,
    );
  });

  test('tells NXDOMAIN from NODATA', () => {
    const { ask } = createShop();
    expect(ask('nope.default.svc.cluster.local').message).toMatchObject({
      rcode: 'NXDOMAIN',
      authority: [{ type: 'SOA', name: 'cluster.local.' }],
    });
    expect(ask('kubernetes.default.svc.cluster.local', 'AAAA').message).toMatchObject({
      rcode: 'NOERROR',
      answer: [],
      authority: [{ type: 'SOA' }],
    });
  });

  test('answers over TCP too', () => {
    const { ask, data } = createShop();
    expect(data(ask('kubernetes.default.svc.cluster.local', 'A', { protocol: 'tcp' }).message)).toEqual([
      'A 100.64.0.1',
    ]);
  });

  test('a headless Service has its pods’ addresses, by the pods’ own names too, only while they are ready', () => {
    const { cluster, create, ask, data } = createShop();
    create('services', {
      metadata: { name: 'db', namespace: 'default' },
      spec: { clusterIP: 'None', selector: { app: 'db' }, ports: [{ name: 'redis', port: 6379 }] },
    });
    for (const name of ['db-0', 'db-1']) {
      create('pods', {
        metadata: { name, namespace: 'default', labels: { app: 'db' } },
        spec: {
          hostname: name,
          subdomain: 'db',
          containers: [{ name: 'redis', image: 'redis:7', ports: [{ containerPort: 6379 }] }],
        },
      });
    }
    expect(ask('db.default.svc.cluster.local').message?.rcode).toBe('NXDOMAIN');
    cluster.settle();
    const addressOf = (name: string) => {
      const pod = cluster.api.get('pods', 'default', name);
      return pod.ok ? pod.object.status?.podIP : undefined;
    };
    expect(data(ask('db.default.svc.cluster.local').message)?.sort()).toEqual(
      [`A ${addressOf('db-0')}`, `A ${addressOf('db-1')}`].sort(),
    );
    expect(data(ask('db-1.db.default.svc.cluster.local').message)).toEqual([`A ${addressOf('db-1')}`]);
    expect(data(ask('_redis._tcp.db.default.svc.cluster.local', 'SRV').message)?.sort()).toEqual([
      'SRV 0 50 6379 db-0.db.default.svc.cluster.local.',
      'SRV 0 50 6379 db-1.db.default.svc.cluster.local.',
    ]);
    const reverse = `${addressOf('db-0')!.split('.').reverse().join('.')}.in-addr.arpa`;
    expect(data(ask(reverse, 'PTR').message)).toEqual(['PTR db-0.db.default.svc.cluster.local.']);
  });

  test('an answer too big for UDP is cut, and whole over TCP', () => {
    const { cluster, create, ask } = createShop();
    create('services', {
      metadata: { name: 'many', namespace: 'default' },
      spec: { clusterIP: 'None', ports: [{ port: 80 }] },
    });
    create('endpointslices', {
      metadata: { name: 'many-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'many' } },
      addressType: 'IPv4',
      endpoints: Array.from({ length: 60 }, (_, index) => ({ addresses: [`192.0.2.${index + 1}`] })),
      ports: [{ name: '', port: 80, protocol: 'TCP' }],
    });
    cluster.settle();
    const udp = ask('many.default.svc.cluster.local').message;
    expect(udp?.truncated).toBe(true);
    // 12 bytes of header, 36 of question, 16 for each address: 29 of them fit into 512.
    expect(udp?.answer.length).toBe(29);
    const tcp = ask('many.default.svc.cluster.local', 'A', { protocol: 'tcp' }).message;
    expect(tcp?.truncated).toBe(false);
    expect(tcp?.answer.length).toBe(60);
  });

  test('pod names by address, whether the pod is there or not: `pods insecure`', () => {
    const { ask, data } = createShop();
    expect(data(ask('10-1-2-3.default.pod.cluster.local').message)).toEqual(['A 10.1.2.3']);
    expect(ask('10-1-2-3.nowhere.pod.cluster.local').message?.rcode).toBe('NXDOMAIN');
  });

  test('the loss of every CoreDNS pod is the loss of every name', () => {
    const { cluster, ask } = createShop();
    const stored = cluster.api.get('deployments', 'kube-system', 'coredns');
    if (!stored.ok) throw new Error(stored.status.message);
    cluster.api.update('deployments', { ...stored.object, spec: { ...stored.object.spec, replicas: 0 } });
    cluster.settle();
    cluster.clock.advance(40_000);
    const { exchange, message } = ask('kubernetes.default.svc.cluster.local');
    expect(message).toBeUndefined();
    expect(exchange.outcome).toMatchObject({ kind: 'failed', errno: 'ECONNREFUSED' });
  });

  test('a changed Corefile is taken after a while: hosts and rewrite', () => {
    const { ask, data, reload } = createShop();
    reload(`.:53 {
    errors
    health
    ready
    rewrite name api.shop.test kubernetes.default.svc.cluster.local
    hosts {
        192.0.2.80 www.shop.test
        fallthrough
    }
    kubernetes cluster.local
    reload
}`);
    const { message } = ask('api.shop.test');
    expect(data(message)).toEqual(['A 100.64.0.1']);
    expect(message?.answer[0]?.name).toBe('api.shop.test.');
    expect(data(ask('www.shop.test').message)).toEqual(['A 192.0.2.80']);
    expect(ask('other.shop.test').message?.rcode).toBe('REFUSED');
    expect(ask('kubernetes.default.svc.cluster.local').message?.answer[0]?.ttl).toBe(5);
  });

  test('a broken Corefile is refused, and the old one goes on', () => {
    const { cluster, ask, data, reload } = createShop();
    reload('.:53 {\n    kubernets cluster.local\n}');
    expect(data(ask('kubernetes.default.svc.cluster.local').message)).toEqual(['A 100.64.0.1']);
    const [pod] = cluster.api.list('pods', { namespace: 'kube-system', labelSelector: 'k8s-app=kube-dns' });
    expect(cluster.logs('kube-system', pod!.metadata.name, 'coredns')).toContain(
      "/etc/coredns/Corefile:2 - Error during parsing: Unknown directive 'kubernets'",
    );
  });

  test('forwarding to itself is found out, and ends the process', () => {
    const { cluster, reload } = createShop();
    reload('.:53 {\n    errors\n    forward . 127.0.0.1\n    loop\n}');
    for (const pod of cluster.api.list('pods', {
      namespace: 'kube-system',
      labelSelector: 'k8s-app=kube-dns',
    })) {
      cluster.api.delete('pods', 'kube-system', pod.metadata.name);
    }
    cluster.settle();
    cluster.clock.advance(60_000);
    const [pod] = cluster.api.list('pods', { namespace: 'kube-system', labelSelector: 'k8s-app=kube-dns' });
    expect(pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('CrashLoopBackOff');
    expect(cluster.logs('kube-system', pod!.metadata.name, 'coredns')).toMatch(
      /\[FATAL\] plugin\/loop: Loop \(127\.0\.0\.1:\d+ -> :53\) detected for zone "\."/,
    );
  });
});
