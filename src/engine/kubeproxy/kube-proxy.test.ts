import { describe, expect, test } from 'vitest';
import type { Endpoint } from '../api/index.ts';
import { createRandom, createVirtualClock } from '../apimachinery/index.ts';
import { createApiServer } from '../apiserver/index.ts';
import { type KubeProxyOptions, startKubeProxy } from './kube-proxy.ts';

function createNode(options: Partial<KubeProxyOptions> = {}) {
  const clock = createVirtualClock();
  const api = createApiServer({ clock, random: createRandom(1), serviceCIDR: '100.64.0.0/13' });
  const texts: { readonly at: number; readonly text: string }[] = [];
  const proxy = startKubeProxy({
    api,
    clock,
    nodeName: 'node-1',
    nodeIP: '10.0.0.11',
    localDetector: { mode: 'CIDR', cidr: '100.96.0.0/11' },
    nft: () => undefined,
    restore: (pieces) => texts.push({ at: clock.now(), text: pieces.join('\n') }),
    ...options,
  });
  const settle = () => clock.settle(60_000);
  return {
    api,
    clock,
    proxy,
    texts,
    settle,
    lastLines: () => texts.at(-1)?.text.split('\n') ?? [],
    createService: (name: string, clusterIP: string, spec: object = {}) => {
      const result = api.create('services', {
        metadata: { name, namespace: 'default' },
        spec: { clusterIP, ports: [{ port: 80, targetPort: 8080 }], ...spec },
      });
      if (!result.ok) throw new Error(result.status.message);
    },
    createSlice: (service: string, endpoints: readonly Endpoint[], protocol: 'TCP' | 'UDP' = 'TCP') => {
      const result = api.create('endpointslices', {
        metadata: {
          name: `${service}-1`,
          namespace: 'default',
          labels: { 'kubernetes.io/service-name': service },
        },
        addressType: 'IPv4',
        endpoints,
        ports: [{ name: '', port: 8080, protocol }],
      });
      if (!result.ok) throw new Error(result.status.message);
    },
  };
}

const endpoint = (address: string, nodeName = 'node-1'): Endpoint => ({
  addresses: [address],
  nodeName,
  conditions: { ready: true },
});

describe('kube-proxy on a node', () => {
  test('first ensures its jumps, each on top of the last', () => {
    const node = createNode();
    node.settle();
    const [first] = node.texts;
    expect(first?.text).toContain(
      '-I INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES',
    );
    expect(first?.text.split('\n').filter((line) => line.startsWith('-I'))).toHaveLength(14);
  });

  test('writes what changed at most once a second', () => {
    const node = createNode();
    node.settle();
    node.texts.length = 0;
    for (const number of [1, 2, 3]) {
      node.createService(`web-${number}`, `100.64.1.${number}`);
      node.clock.advance(300);
    }
    node.settle();
    expect(node.texts.map(({ at }) => at)).toEqual([1000]);
    node.createService('web-4', '100.64.1.4');
    node.settle();
    expect(node.texts.map(({ at }) => at)).toEqual([1000, 2000]);
  });

  test('leaves the chains of Services that did not change out of its text', () => {
    const node = createNode();
    node.createService('web', '100.64.1.1');
    node.createService('shop', '100.64.1.2');
    node.createSlice('web', [endpoint('100.96.1.2')]);
    node.createSlice('shop', [endpoint('100.96.1.3')]);
    node.settle();
    node.clock.advance(2000);
    const slice = node.api.get('endpointslices', 'default', 'web-1');
    if (!slice.ok) throw new Error(slice.status.message);
    node.api.update('endpointslices', { ...slice.object, endpoints: [endpoint('100.96.1.9')] });
    node.settle();
    const lines = node.lastLines();
    expect(
      lines.filter((line) => line.includes('cluster IP') && line.startsWith('-A KUBE-SERVICES')),
    ).toHaveLength(3);
    expect(lines.some((line) => line.includes('--to-destination 100.96.1.9:8080'))).toBe(true);
    expect(lines.some((line) => line.includes('--to-destination 100.96.1.3:8080'))).toBe(false);
    const gone = lines.filter((line) => line.startsWith('-X KUBE-SEP-'));
    expect(gone).toHaveLength(1);
    expect(lines).toContain(`:${gone[0]?.slice(3)} - [0:0]`);
  });

  test('takes the chains of a Service away with it', () => {
    const node = createNode();
    node.createService('web', '100.64.1.1');
    node.createSlice('web', [endpoint('100.96.1.2')]);
    node.settle();
    node.api.delete('services', 'default', 'web');
    node.settle();
    expect(node.lastLines().filter((line) => line.startsWith('-X'))).toHaveLength(2);
    expect(node.lastLines().some((line) => line.includes('default/web'))).toBe(false);
  });

  test('knows for every rule the object and the field that it came from', () => {
    const node = createNode();
    node.createService('web', '100.64.1.1', {
      type: 'NodePort',
      ports: [{ name: 'http', port: 80, targetPort: 8080, nodePort: 30080 }],
    });
    node.api.create('endpointslices', {
      metadata: { name: 'web-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      endpoints: [
        { ...endpoint('100.96.1.2'), targetRef: { kind: 'Pod', namespace: 'default', name: 'web-abcde' } },
      ],
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    });
    node.settle();
    const lines = node.lastLines();
    const ownersOf = (part: string) => node.proxy.ownersOf(lines.find((line) => line.includes(part)) ?? '');
    const service = { apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 'web' };
    expect(ownersOf('--dport 30080')).toEqual([
      { object: service, field: 'spec.ports[0].nodePort', purpose: 'node-port' },
    ]);
    expect(ownersOf('-d 100.64.1.1 --dport 80 -j')).toEqual([
      { object: service, field: 'spec.ports[0].port', purpose: 'cluster-ip' },
    ]);
    expect(ownersOf('--to-destination 100.96.1.2')).toEqual([
      { object: service, field: 'spec.ports[0].targetPort', purpose: 'dnat' },
      {
        object: {
          apiVersion: 'discovery.k8s.io/v1',
          kind: 'EndpointSlice',
          namespace: 'default',
          name: 'web-1',
        },
        field: 'endpoints[0]',
      },
      {
        object: { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'web-abcde' },
        field: 'status.podIP',
      },
      {
        object: {
          apiVersion: 'discovery.k8s.io/v1',
          kind: 'EndpointSlice',
          namespace: 'default',
          name: 'web-1',
        },
        field: 'ports[0].port',
      },
    ]);
    expect(ownersOf('MASQUERADE')).toBeUndefined();
  });

  test('drops the comments that repeat for each endpoint in a cluster of more than 1,000', () => {
    const node = createNode();
    const many = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) =>
        endpoint(`100.96.${(from + index) >> 8}.${(from + index) & 255}`),
      );
    for (const [index, part] of [many(0, 500), many(500, 500), many(1000, 1)].entries()) {
      node.createService(`web-${index}`, `100.64.1.${index + 1}`);
      node.createSlice(`web-${index}`, part);
    }
    node.settle();
    const lines = node.lastLines();
    expect(lines.some((line) => line.includes('->'))).toBe(false);
    expect(lines.some((line) => line.includes('"default/web-0 cluster IP"'))).toBe(true);
  });

  test('says which UDP entries lead to endpoints that are gone', () => {
    const stale: string[] = [];
    const entry = (pod: string, destination: string) => ({
      id: 1,
      original: {
        protocol: 'udp' as const,
        source: '100.96.2.2',
        destination,
        sourcePort: 40000,
        destinationPort: 53,
      },
      reply: {
        protocol: 'udp' as const,
        source: pod,
        destination: '100.96.2.2',
        sourcePort: 53,
        destinationPort: 40000,
      },
      dnat: true,
      snat: false,
    });
    const entries = [
      entry('100.96.1.2', '100.64.0.53'),
      entry('100.96.1.3', '100.64.0.53'),
      entry('100.96.1.3', '192.0.2.1'),
    ];
    const node = createNode({
      deleteConntrack: (isStale) =>
        stale.push(
          ...entries.filter(isStale).map(({ reply, original }) => `${reply.source} ${original.destination}`),
        ),
    });
    node.createService('dns', '100.64.0.53', { ports: [{ port: 53, targetPort: 53, protocol: 'UDP' }] });
    node.createSlice('dns', [endpoint('100.96.1.2')], 'UDP');
    node.settle();
    expect(new Set(stale)).toEqual(new Set(['100.96.1.3 100.64.0.53']));
  });

  test('answers the health checks of load balancers with whether it has an endpoint of its own', () => {
    const servers = new Map<number, () => { readonly status: number; readonly localEndpoints: number }>();
    const node = createNode({
      serveHealthCheck: (port, answer) => {
        servers.set(port, answer);
        return () => servers.delete(port);
      },
    });
    node.createService('web', '100.64.1.1', {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 31234,
    });
    node.createSlice('web', [endpoint('100.96.1.2'), endpoint('100.96.2.2', 'node-2')]);
    node.settle();
    expect(servers.get(31234)?.()).toMatchObject({ status: 200, localEndpoints: 1 });
    node.api.delete('endpointslices', 'default', 'web-1');
    node.settle();
    expect(servers.get(31234)?.()).toMatchObject({ status: 503, localEndpoints: 0 });
    node.api.delete('services', 'default', 'web');
    node.settle();
    expect(servers.size).toBe(0);
  });

  test('takes the endpoints of its own zone when all of them have hints', () => {
    const node = createNode();
    node.api.create('nodes', {
      metadata: { name: 'node-1', labels: { 'topology.kubernetes.io/zone': 'a' } },
      spec: {},
    });
    node.createService('web', '100.64.1.1', { trafficDistribution: 'PreferSameZone' });
    const inZone = (address: string, zone: string): Endpoint => ({
      ...endpoint(address),
      zone,
      hints: { forZones: [{ name: zone }] },
    });
    node.createSlice('web', [inZone('100.96.1.2', 'a'), inZone('100.96.2.2', 'b')]);
    node.settle();
    expect(
      node
        .lastLines()
        .filter((line) => line.includes('--to-destination 100.96'))
        .map((line) => line.split(' ').at(-1)),
    ).toEqual(['100.96.1.2:8080']);
  });
});
