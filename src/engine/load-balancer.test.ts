import { expect, test } from 'vitest';
import { createCluster } from './cluster.ts';
import { httpPayload, httpRequest } from './libc/index.ts';

const labels = { app: 'hello' };
const ADDRESS = '203.0.113.129';

function createShop(
  policy: 'Cluster' | 'Local',
  replicas: number,
  ipMode: 'VIP' | 'Proxy' = 'VIP',
): ReturnType<typeof createCluster> {
  const cluster = createCluster({
    loadBalancerProvider: { pool: '203.0.113.128/25', delayMs: 1000, ipMode },
  });
  cluster.api.create('deployments', {
    metadata: { name: 'hello', namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'main',
              image: 'gcr.io/google-samples/hello-app:1.0',
              ports: [{ containerPort: 8080 }],
            },
          ],
        },
      },
    },
  });
  cluster.api.create('services', {
    metadata: { name: 'hello', namespace: 'default' },
    spec: {
      type: 'LoadBalancer',
      externalTrafficPolicy: policy,
      selector: labels,
      ports: [{ port: 80, targetPort: 8080 }],
    },
  });
  cluster.settle();
  cluster.clock.advance(20_000);
  return cluster;
}

/** The nodes that so many connections of the client come through first, and how many are answered. */
function connect(cluster: ReturnType<typeof createCluster>, times: number) {
  const first = new Set<string>();
  let answered = 0;
  for (let turn = 0; turn < times; turn++) {
    const { outcome, packets } = cluster.network.request({
      netns: 'client',
      process: 'curl',
      protocol: 'tcp',
      destination: { address: ADDRESS, port: 80 },
      payload: httpPayload(httpRequest({ path: '/', headers: [{ name: 'Host', value: ADDRESS }] })),
      connectTimeoutMs: 1000,
      timeoutMs: 1000,
    });
    const node = packets[0]?.trace.hops.map(({ netns }) => netns).find((netns) => netns.startsWith('node-'));
    if (node !== undefined) first.add(node);
    if (outcome.kind === 'replied') answered++;
  }
  return { nodes: [...first].sort(), answered };
}

test('connections are spread over all nodes, whether they run a pod or not', () => {
  expect(connect(createShop('Cluster', 1), 20)).toEqual({ nodes: ['node-1', 'node-2'], answered: 20 });
});

test('with policy Local only nodes with an endpoint pass the health check', () => {
  const cluster = createShop('Local', 1);
  const { nodes, answered } = connect(cluster, 10);
  const [pod] = cluster.api.list('pods', { namespace: 'default' });
  expect({ nodes, answered }).toEqual({ nodes: [pod?.spec.nodeName], answered: 10 });
});

test('a node that no longer answers its health checks is taken out, and comes back when it does', () => {
  const cluster = createShop('Cluster', 2);
  const node = cluster.network.netns('node-2')!;
  const rule = 'INPUT -p tcp -m tcp --dport 10256 -j DROP';
  node.iptablesRestore(`*filter\n-I ${rule}\nCOMMIT\n`, { noflush: true });
  cluster.clock.advance(3000);
  expect(connect(cluster, 20).nodes).toEqual(['node-1', 'node-2']);
  cluster.clock.advance(15_000);
  expect(connect(cluster, 20).nodes).toEqual(['node-1']);
  node.iptablesRestore(`*filter\n-D ${rule}\nCOMMIT\n`, { noflush: true });
  cluster.clock.advance(15_000);
  expect(connect(cluster, 20).nodes).toEqual(['node-1', 'node-2']);
});

test('without a healthy node the address is silent', () => {
  const cluster = createShop('Local', 1);
  cluster.api.patch('deployments', 'default', 'hello', 'merge', { spec: { replicas: 0 } });
  cluster.clock.advance(60_000);
  expect(connect(cluster, 3).answered).toBe(0);
});

test('a balancer in mode Proxy speaks to node ports in its own name, and says so in the status', () => {
  const cluster = createShop('Cluster', 2, 'Proxy');
  const service = cluster.api.get('services', 'default', 'hello');
  expect(service.ok && service.object.status?.loadBalancer?.ingress).toEqual([
    { ip: ADDRESS, ipMode: 'Proxy' },
  ]);
  expect(connect(cluster, 20)).toEqual({ nodes: ['node-1', 'node-2'], answered: 20 });
});
