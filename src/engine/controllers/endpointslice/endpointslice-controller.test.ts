import { describe, expect, test } from 'vitest';
import type { Node, Pod, Service } from '../../api/index.ts';
import { createControlPlane } from '../testing/control-plane.ts';
import { reconcileSlices } from './reconcile-slices.ts';

const node: Node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' }, spec: {} };
const service: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default', uid: 'service-uid' },
  spec: { clusterIP: '100.64.0.20', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
};
const pod = (number: number): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `web-${number}`, namespace: 'default', uid: `uid-${number}`, labels: { app: 'web' } },
  spec: { nodeName: 'node-1', containers: [{ name: 'web', image: 'web' }] },
  status: {
    phase: 'Running',
    podIPs: [{ ip: `100.96.${number >> 8}.${number & 255}` }],
    conditions: [{ type: 'Ready', status: 'True' }],
  },
});
const pods = (count: number) => Array.from({ length: count }, (_, index) => pod(index + 1));

function settle(count: number) {
  let names = 0;
  const first = reconcileSlices(service, pods(count), [], () => node);
  return first.create.map((slice) => ({ ...slice, metadata: { ...slice.metadata, name: `web-${++names}` } }));
}

describe('the slices of a Service', () => {
  test('hold 100 endpoints each', () => {
    expect(settle(250).map((slice) => slice.endpoints.length)).toEqual([100, 100, 50]);
  });

  test('that have room take what is new in one write', () => {
    const slices = settle(250);
    const changes = reconcileSlices(service, pods(260), slices, () => node);
    expect([changes.create.length, changes.update.length, changes.delete.length]).toEqual([0, 1, 0]);
    expect(changes.update[0]?.endpoints).toHaveLength(60);
  });

  test('that changed anyway are filled up first, and nothing is moved between the others', () => {
    const slices = settle(250);
    const without = pods(260).filter((each) => each.metadata.name !== 'web-7');
    const changes = reconcileSlices(service, without, slices, () => node);
    expect(changes.update.map((slice) => slice.endpoints.length).sort()).toEqual([100, 59]);
  });

  test('do not change when nothing changed', () => {
    const changes = reconcileSlices(service, pods(250), settle(250), () => node);
    expect([changes.create, changes.update, changes.delete]).toEqual([[], [], []]);
  });

  test('are deleted when they are empty, but for one', () => {
    const changes = reconcileSlices(service, [], settle(250), () => node);
    expect([changes.create.length, changes.update.length, changes.delete.length]).toEqual([0, 1, 2]);
    expect(changes.update[0]).toMatchObject({ endpoints: [], ports: [] });
  });

  test('of a pod whose node is not known do not list it', () => {
    const changes = reconcileSlices(service, pods(1), [], () => undefined);
    expect(changes.missingNode).toBe(true);
    expect(changes.create[0]?.endpoints).toEqual([]);
  });
});

describe('the endpoint controllers', () => {
  test('list the pods of a Service in a slice and in Endpoints', () => {
    const plane = createControlPlane();
    plane.api.create('services', {
      metadata: { name: 'web', namespace: 'default' },
      spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    });
    plane.api.create('pods', {
      metadata: { name: 'a', namespace: 'default', labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web' }] },
    });
    plane.settle();
    const slice = plane.api.list('endpointslices', { labelSelector: 'kubernetes.io/service-name=web' })[0];
    expect(slice?.ports).toEqual([{ name: 'http', port: 8080, protocol: 'TCP' }]);
    expect(slice?.endpoints).toMatchObject([
      {
        conditions: { ready: true, serving: true, terminating: false },
        nodeName: 'node-1',
        targetRef: { kind: 'Pod', name: 'a' },
      },
    ]);
    const [address] = slice?.endpoints[0]?.addresses ?? [];
    expect(plane.get('endpoints', 'web').subsets).toMatchObject([
      {
        addresses: [{ ip: address, nodeName: 'node-1', targetRef: { kind: 'Pod', name: 'a' } }],
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      },
    ]);
  });

  test('copy hand-written Endpoints of a Service without a selector into a slice', () => {
    const plane = createControlPlane();
    plane.api.create('services', {
      metadata: { name: 'db', namespace: 'default' },
      spec: { ports: [{ port: 5432 }] },
    });
    plane.api.create('endpoints', {
      metadata: { name: 'db', namespace: 'default' },
      subsets: [{ addresses: [{ ip: '192.0.2.9' }], ports: [{ port: 5432 }] }],
    });
    plane.settle();
    const [slice] = plane.api.list('endpointslices', { labelSelector: 'kubernetes.io/service-name=db' });
    expect(slice?.metadata.labels?.['endpointslice.kubernetes.io/managed-by']).toBe(
      'endpointslicemirroring-controller.k8s.io',
    );
    expect(slice?.endpoints).toEqual([{ addresses: ['192.0.2.9'], conditions: { ready: true } }]);
    plane.api.delete('endpoints', 'default', 'db');
    plane.settle();
    expect(plane.api.list('endpointslices', { labelSelector: 'kubernetes.io/service-name=db' })).toEqual([]);
  });

  test('change one slice when one pod of many changes', () => {
    const plane = createControlPlane();
    plane.api.create('services', {
      metadata: { name: 'web', namespace: 'default' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    });
    plane.api.create('replicasets', {
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        replicas: 150,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'web', image: 'web' }] },
        },
      },
    });
    plane.settle();
    let writes = 0;
    plane.api.watch('endpointslices', ({ type }) => {
      if (type === 'MODIFIED') writes++;
    });
    const first = plane.pods()[0]!;
    plane.api.updateStatus('pods', {
      ...first,
      status: { ...first.status, conditions: [{ type: 'Ready', status: 'False' }] },
    });
    plane.settle();
    expect(writes).toBe(1);
  });
});
