import { describe, expect, test } from 'vitest';
import { type Cluster, createCluster } from '../index.ts';

const IMAGE = 'registry.k8s.io/e2e-test-images/agnhost:2.53';

function create(cluster: Cluster, resource: 'pods' | 'services' | 'endpointslices', object: object): void {
  const result = cluster.api.create(resource, object as never);
  if (!result.ok) throw new Error(JSON.stringify(result.status));
}

function pod(name: string, nodeName: string, more: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { app: name } },
    spec: { nodeName, containers: [{ name: 'c', image: IMAGE, args: ['netexec'], ...more }] },
  };
}

function service(name: string, spec: object): object {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec };
}

/** What the first packet meant, step by step: the message, and the field that it came from. */
function meanings(cluster: Cluster, netns: string, address: string, port: number): readonly string[] {
  const { packets } = cluster.network.request({
    netns,
    process: 'curl',
    protocol: 'tcp',
    destination: { address, port },
    timeoutMs: 900,
  });
  return cluster
    .explain(packets[0]!.trace)
    .filter(({ message }) => !/originate|deliver/.test(message.id))
    .map(({ message, object, field }) =>
      [message.id.replace('traceflow.', ''), object && `${object.kind} ${object.name}`, field]
        .filter(Boolean)
        .join(' '),
    );
}

const addressOf = (cluster: Cluster, name: string) => {
  const found = cluster.api.get('services', 'default', name);
  return found.ok ? found.object.spec.clusterIP! : '';
};

describe('what a trace meant', () => {
  test('comes from those who wrote the rules, so that it is known without the comments of a small cluster too', () => {
    const cluster = createCluster();
    create(cluster, 'pods', pod('client', 'node-1'));
    create(cluster, 'pods', pod('web', 'node-2'));
    const web = (name: string) =>
      create(
        cluster,
        'services',
        service(name, { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] }),
      );
    const meant = (name: string) =>
      meanings(cluster, 'default/client', addressOf(cluster, name), 80).map((line) =>
        line.replace(/\bweb-\d(?:-\w{5})?\b/, 'web'),
      );
    web('web-1');
    cluster.settle();
    const small = meant('web-1');
    expect(small).toEqual([
      'service Service web spec.ports[0].port',
      'endpoint EndpointSlice web endpoints[0]',
      'dnat Service web spec.ports[0].targetPort',
      'route-to-node Node node-2 spec.podCIDR',
    ]);
    create(cluster, 'services', service('many', { ports: [{ port: 80 }] }));
    for (let slice = 0; slice < 11; slice++)
      create(cluster, 'endpointslices', {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          name: `many-${slice}`,
          namespace: 'default',
          labels: { 'kubernetes.io/service-name': 'many' },
        },
        addressType: 'IPv4',
        endpoints: Array.from({ length: 100 }, (_, turn) => ({ addresses: [`203.0.${slice}.${turn + 1}`] })),
        ports: [{ port: 80, protocol: 'TCP' }],
      });
    cluster.settle();
    web('web-2');
    cluster.settle();
    expect(cluster.network.netns('node-1')!.iptablesSave().includes('default/web-2 ->')).toBe(false);
    expect(meant('web-2')).toEqual(small);
  });

  test.each([
    [
      'a node port of nobody',
      { type: 'NodePort', selector: { app: 'none' } },
      'client',
      ['no-endpoints Service s spec.selector'],
    ],
    [
      'a node port of policy Local whose pods are elsewhere',
      { type: 'NodePort', selector: { app: 'web' }, externalTrafficPolicy: 'Local' },
      'client',
      [
        'node-port Service s spec.ports[0].nodePort',
        'no-local-endpoints Service s spec.externalTrafficPolicy',
      ],
    ],
    [
      'the same from the node itself',
      { type: 'NodePort', selector: { app: 'web' }, externalTrafficPolicy: 'Local' },
      'node-1',
      [
        'node-port Service s spec.ports[0].nodePort',
        'marked Service s spec.externalTrafficPolicy',
        'short-circuit Service s spec.externalTrafficPolicy',
        'endpoint EndpointSlice s endpoints[0]',
        'dnat Service s spec.ports[0].targetPort',
        'route-to-node Node node-2 spec.podCIDR',
        'snat',
      ],
    ],
    [
      'a node port that remembers its clients',
      { type: 'NodePort', selector: { app: 'web' }, sessionAffinity: 'ClientIP' },
      'client again',
      [
        'node-port Service s spec.ports[0].nodePort',
        'marked Service s spec.externalTrafficPolicy',
        'remembered-endpoint Service s spec.sessionAffinity',
        'dnat Service s spec.ports[0].targetPort',
        'route-to-node Node node-2 spec.podCIDR',
        'snat',
      ],
    ],
  ])('of %s', (_name, spec, from, expected) => {
    const cluster = createCluster();
    create(cluster, 'pods', pod('web', 'node-2'));
    create(
      cluster,
      'services',
      service('s', { ...spec, ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] }),
    );
    cluster.settle();
    const ask = () => meanings(cluster, from.split(' ')[0]!, '10.0.0.11', 30080);
    if (from.endsWith('again')) ask();
    expect(ask().map((line) => line.replace(/ s-\w{5} /, ' s '))).toEqual(expected);
  });

  test('of a host port leads to the line of the pod that asked for it', () => {
    const cluster = createCluster();
    create(
      cluster,
      'pods',
      pod('web', 'node-2', { ports: [{ containerPort: 8081 }, { containerPort: 8080, hostPort: 8888 }] }),
    );
    cluster.settle();
    expect(meanings(cluster, 'client', '10.0.0.12', 8888)).toContain(
      'host-port Pod web spec.containers[0].ports[1].hostPort',
    );
  });

  test("of a balancer's address names its Service on the router", () => {
    const cluster = createCluster({ loadBalancerProvider: { pool: '203.0.113.0/24' } });
    create(cluster, 'pods', pod('web', 'node-2'));
    const spec = {
      type: 'LoadBalancer',
      selector: { app: 'web' },
      loadBalancerSourceRanges: ['10.9.0.0/16'],
    };
    create(cluster, 'services', service('s', { ...spec, ports: [{ port: 80, targetPort: 8080 }] }));
    cluster.settle();
    cluster.clock.advance(20_000);
    const found = cluster.api.get('services', 'default', 's');
    const address = found.ok ? found.object.status!.loadBalancer!.ingress![0]!.ip! : '';
    expect(meanings(cluster, 'client', address, 80)).toEqual([
      'route-to-balancer Service s status.loadBalancer',
      'service Service s status.loadBalancer',
      'forbidden-source Service s spec.loadBalancerSourceRanges',
    ]);
  });
});
