import { describe, expect, test } from 'vitest';
import type { Endpoint } from '../../api/index.ts';
import { createRandom, createVirtualClock } from '../../apimachinery/index.ts';
import { createApiServer } from '../../apiserver/index.ts';
import { createNetwork } from '../../linux/index.ts';
import { startKubeProxy } from '../kube-proxy.ts';

/** A node whose kernel loads every transaction, or the test fails. */
function createNode() {
  const clock = createVirtualClock();
  const api = createApiServer({ clock, random: createRandom(1), serviceCIDR: '100.64.0.0/13' });
  const netns = createNetwork({ now: clock.now, random: () => 0 }).addNetns('node-1');
  const transactions: (readonly string[])[] = [];
  const proxy = startKubeProxy({
    mode: 'nftables',
    api,
    clock,
    nodeName: 'node-1',
    nodeIP: '10.0.0.11',
    localDetector: { mode: 'CIDR', cidr: '100.96.0.0/11' },
    restore: () => {
      throw new Error('iptables is none of its business');
    },
    nft(lines) {
      expect(netns.nftLoad(lines)).toEqual({ ok: true });
      transactions.push(lines);
    },
  });
  const settle = () => {
    transactions.length = 0;
    clock.settle(60_000);
    clock.advance(3000);
    return transactions.map((lines) => [...lines]);
  };
  const must = (result: { readonly ok: boolean }) => expect(result).toMatchObject({ ok: true });
  return {
    api,
    proxy,
    settle,
    list: netns.nftList,
    service: (name: string, clusterIP: string, spec: object = {}) =>
      must(
        api.create('services', {
          metadata: { name, namespace: 'default' },
          spec: { clusterIP, ports: [{ port: 80, targetPort: 8080 }], ...spec },
        }),
      ),
    slice: (service: string, ...endpoints: readonly Endpoint[]) =>
      must(
        api.create('endpointslices', {
          metadata: {
            name: `${service}-1`,
            namespace: 'default',
            labels: { 'kubernetes.io/service-name': service },
          },
          addressType: 'IPv4',
          endpoints,
          ports: [{ name: '', port: 8080, protocol: 'TCP' }],
        }),
      ),
    endpoints: (service: string, ...endpoints: readonly Endpoint[]) =>
      must(api.patch('endpointslices', 'default', `${service}-1`, 'merge', { endpoints })),
  };
}

const endpoint = (address: string): Endpoint => ({ addresses: [address], conditions: { ready: true } });

describe('kube-proxy in nftables mode', () => {
  test('drops what is for no allocated ClusterIP, as it knows the Services’ CIDR from the API server', () => {
    const node = createNode();
    node.settle();
    expect(node.list()).toContain(
      'ip daddr 100.64.0.0/13 drop comment "Drop traffic to unallocated ClusterIPs"',
    );
  });

  test('writes only what a change of one endpoint changes', () => {
    const node = createNode();
    for (const number of [1, 2, 3]) {
      node.service(`web-${number}`, `100.64.1.${number}`);
      node.slice(`web-${number}`, endpoint(`100.96.1.${number}`), endpoint(`100.96.2.${number}`));
    }
    node.settle();
    node.endpoints('web-2', endpoint('100.96.2.2'));
    const [transaction, ...rest] = node.settle();
    expect(rest).toEqual([]);
    expect(transaction?.map((line) => line.replace(/-[A-Z2-7]{8}-/g, '-HASH-'))).toEqual([
      'add chain ip kube-proxy endpoint-HASH-default/web-2/tcp/__100.96.2.2/8080',
      'flush chain ip kube-proxy endpoint-HASH-default/web-2/tcp/__100.96.2.2/8080',
      'add chain ip kube-proxy service-HASH-default/web-2/tcp/',
      'flush chain ip kube-proxy service-HASH-default/web-2/tcp/',
      'add rule ip kube-proxy service-HASH-default/web-2/tcp/ ip daddr 100.64.1.2 ip saddr != 100.96.0.0/11 jump mark-for-masquerade',
      'add rule ip kube-proxy service-HASH-default/web-2/tcp/ numgen random mod 1 vmap { 0 : goto endpoint-HASH-default/web-2/tcp/__100.96.2.2/8080 }',
      'add rule ip kube-proxy endpoint-HASH-default/web-2/tcp/__100.96.2.2/8080 ip saddr 100.96.2.2 jump mark-for-masquerade',
      'add rule ip kube-proxy endpoint-HASH-default/web-2/tcp/__100.96.2.2/8080 meta l4proto tcp dnat to 100.96.2.2:8080',
      'flush chain ip kube-proxy endpoint-HASH-default/web-2/tcp/__100.96.1.2/8080',
    ]);
  });

  test('empties a chain that is no longer wanted at once, and deletes it at a later sync', () => {
    const node = createNode();
    node.service('web', '100.64.1.1');
    node.slice('web', endpoint('100.96.1.2'), endpoint('100.96.1.3'));
    node.settle();
    node.endpoints('web', endpoint('100.96.1.3'));
    node.settle();
    expect(node.list()).toContain('__100.96.1.2/8080 {\n\t}');
    node.endpoints('web', endpoint('100.96.1.3'), endpoint('100.96.1.4'));
    const [deletion] = node.settle();
    expect(deletion).toEqual([
      expect.stringMatching(/^delete chain ip kube-proxy endpoint-.*100\.96\.1\.2\/8080$/),
    ]);
    expect(node.list()).not.toContain('100.96.1.2');
  });

  test('rejects what has no endpoint any more by an element that goes again with the first endpoint', () => {
    const node = createNode();
    node.service('web', '100.64.1.1');
    node.slice('web');
    node.settle();
    expect(node.list()).toContain('100.64.1.1 . tcp . 80 comment "default/web" : goto reject-chain');
    node.endpoints('web', endpoint('100.96.1.2'));
    node.settle();
    expect(node.list()).not.toContain('goto reject-chain');
    node.api.delete('services', 'default', 'web');
    node.settle();
    expect(node.list()).not.toContain('100.64.1.1');
  });

  test('keeps clients to their endpoint by a set of its own, which goes with the endpoint', () => {
    const node = createNode();
    node.service('web', '100.64.1.1', { sessionAffinity: 'ClientIP' });
    node.slice('web', endpoint('100.96.1.2'), endpoint('100.96.1.3'));
    node.settle();
    expect(node.list().match(/set affinity-/g)).toHaveLength(2);
    expect(node.list()).toMatch(
      /ip saddr @affinity-\S+100\.96\.1\.2\/8080 goto endpoint-\S+100\.96\.1\.2\/8080/,
    );
    node.endpoints('web', endpoint('100.96.1.3'));
    node.settle();
    expect(node.list().match(/set affinity-/g)).toHaveLength(1);
  });

  test('knows for every rule, and for every element that a rule finds, the object and the field it came from', () => {
    const node = createNode();
    node.service('web', '100.64.1.1', {
      type: 'NodePort',
      ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }],
    });
    node.slice('web', endpoint('100.96.1.2'), endpoint('100.96.1.3'));
    const lines = node.settle().flat();
    const line = (part: string) => lines.find((each) => each.includes(part)) ?? '';
    const service = { apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 'web' };
    expect(node.proxy.ownersOf('…', line('add element ip kube-proxy service-nodeports'))).toEqual([
      { object: service, field: 'spec.ports[0].nodePort', purpose: 'node-port' },
    ]);
    expect(node.proxy.ownersOf(line('dnat to 100.96.1.3'))?.[0]).toEqual({
      object: service,
      field: 'spec.ports[0].targetPort',
      purpose: 'dnat',
    });
    const shares = line('numgen random mod 2');
    const second = /1 : goto \S+/.exec(shares)?.[0];
    expect(node.proxy.ownersOf(shares, second)?.[0]).toMatchObject({
      field: 'endpoints[1]',
      purpose: 'endpoint',
      endpoint: '100.96.1.3:8080',
    });
    expect(node.proxy.ownersOf(line('masquerade fully-random'))).toBeUndefined();
  });
});
