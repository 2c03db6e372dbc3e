import { describe, expect, test } from 'vitest';
import { createRandom, createVirtualClock } from '../apimachinery/index.ts';
import { createApiServer } from './create-api-server.ts';

function start() {
  const clock = createVirtualClock();
  const api = createApiServer({ clock, random: createRandom(1), serviceCIDR: '10.96.0.0/12' });
  return { clock, api };
}

const web = {
  metadata: { name: 'web', namespace: 'default' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
};
const pod = {
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers: [{ name: 'c', image: 'nginx' }] },
};

describe('a new API server', () => {
  test('has the namespaces of a fresh cluster', () => {
    const { api } = start();
    expect(api.list('namespaces').map(({ metadata }) => metadata.name)).toEqual([
      'default',
      'kube-node-lease',
      'kube-public',
      'kube-system',
    ]);
  });

  test('serves itself at the first Service address', () => {
    const { api } = start();
    const service = api.get('services', 'default', 'kubernetes');
    expect(service.ok && service.object.spec).toMatchObject({
      clusterIP: '10.96.0.1',
      ports: [{ port: 443, targetPort: 6443 }],
    });
    expect(api.get('ipaddresses', '', '10.96.0.1').ok).toBe(true);
    expect(api.get('endpointslices', 'default', 'kubernetes').ok).toBe(true);
  });
});

describe('creating', () => {
  test('fills in what clients leave out', () => {
    const { api } = start();
    const result = api.create('services', web);
    expect(result.ok && result.object).toMatchObject({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        creationTimestamp: '2026-01-01T00:00:00Z',
        resourceVersion: expect.stringMatching(/^\d+$/),
      },
      spec: {
        type: 'ClusterIP',
        sessionAffinity: 'None',
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
      },
    });
  });

  test('takes automatic ClusterIPs above the static band', () => {
    const { api } = start();
    const result = api.create('services', web);
    const parts = result.ok ? result.object.spec.clusterIP!.split('.').map(Number) : [];
    expect(parts[1]! * 65536 + parts[2]! * 256 + parts[3]!).toBeGreaterThan(96 * 65536 + 256);
  });

  test('names after generateName with five letters of the alphabet that spells no word', () => {
    const { api } = start();
    const result = api.create('pods', { ...pod, metadata: { generateName: 'web-', namespace: 'default' } });
    expect(result.ok && result.object.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  test('is refused in a namespace that is not there', () => {
    const { api } = start();
    const result = api.create('services', { ...web, metadata: { name: 'web', namespace: 'shop' } });
    expect(!result.ok && result.status).toMatchObject({
      code: 404,
      reason: 'NotFound',
      message: 'namespaces "shop" not found',
    });
  });

  test('is refused in a namespace that is going', () => {
    const { api } = start();
    api.create('namespaces', { metadata: { name: 'shop' } });
    api.delete('namespaces', '', 'shop');
    const result = api.create('services', { ...web, metadata: { name: 'web', namespace: 'shop' } });
    expect(!result.ok && result.status.message).toBe(
      'services "web" is forbidden: unable to create new content in namespace shop because it is being terminated',
    );
  });

  test('the same name twice is refused, and gives the second address back', () => {
    const { api } = start();
    api.create('services', web);
    const before = api.list('ipaddresses').length;
    const result = api.create('services', web);
    expect(!result.ok && result.status.message).toBe('services "web" already exists');
    expect(api.list('ipaddresses').length).toBe(before);
  });

  test('as a dry run leaves nothing behind', () => {
    const { api } = start();
    const result = api.create(
      'services',
      { ...web, spec: { ...web.spec, clusterIP: '10.96.0.77' } },
      { dryRun: true },
    );
    expect(result.ok).toBe(true);
    expect(api.get('services', 'default', 'web').ok).toBe(false);
    expect(api.create('services', { ...web, spec: { ...web.spec, clusterIP: '10.96.0.77' } }).ok).toBe(true);
  });
});

describe('updating', () => {
  test('counts generations of the spec, not of the status', () => {
    const { api } = start();
    const created = api.create('pods', pod);
    if (!created.ok) throw new Error(created.status.message);
    const status = api.updateStatus('pods', { ...created.object, status: { phase: 'Running' } });
    expect(status.ok && status.object.metadata.generation).toBe(1);
    const patched = api.patch('pods', 'default', 'web', 'strategic', {
      spec: { containers: [{ name: 'c', image: 'nginx:2' }] },
    });
    expect(patched.ok && [patched.object.metadata.generation, patched.object.status?.phase]).toEqual([
      2,
      'Running',
    ]);
  });

  test('that changes nothing writes nothing', () => {
    const { api } = start();
    const created = api.create('services', web);
    const again = created.ok && api.update('services', created.object);
    expect(again).toMatchObject({ ok: true });
    expect(api.get('services', 'default', 'web')).toEqual(created);
  });

  test('an old version is a conflict', () => {
    const { api } = start();
    const created = api.create('services', web);
    if (!created.ok) throw new Error(created.status.message);
    api.update('services', {
      ...created.object,
      spec: { ...created.object.spec, selector: { app: 'other' } },
    });
    const late = api.update('services', created.object);
    expect(!late.ok && late.status.message).toBe(
      'Operation cannot be fulfilled on services "web": the object has been modified; please apply your changes to the latest version and try again',
    );
  });

  test('binding gives a pod its node once', () => {
    const { api } = start();
    api.create('pods', pod);
    expect(api.bind('default', 'web', 'node-1')).toMatchObject({
      ok: true,
      object: {
        metadata: { generation: 1 },
        spec: { nodeName: 'node-1' },
        status: { conditions: [{ type: 'PodScheduled', status: 'True' }] },
      },
    });
    expect(api.bind('default', 'web', 'node-2').ok).toBe(false);
  });
});

describe('deleting', () => {
  test('a pod without a node goes at once, one with a node gets its grace period', () => {
    const { api } = start();
    api.create('pods', pod);
    api.delete('pods', 'default', 'web');
    expect(api.get('pods', 'default', 'web').ok).toBe(false);
    api.create('pods', pod);
    api.bind('default', 'web', 'node-1');
    const marked = api.delete('pods', 'default', 'web');
    expect(marked.ok && marked.object.metadata).toMatchObject({
      deletionTimestamp: '2026-01-01T00:00:30Z',
      deletionGracePeriodSeconds: 30,
    });
    api.delete('pods', 'default', 'web', { gracePeriodSeconds: 0 });
    expect(api.get('pods', 'default', 'web').ok).toBe(false);
  });

  test('waits for finalizers', () => {
    const { api } = start();
    const created = api.create('configmaps', {
      metadata: { name: 'a', namespace: 'default', finalizers: ['example.com/keep'] },
    });
    api.delete('configmaps', 'default', 'a');
    const held = api.get('configmaps', 'default', 'a');
    expect(held.ok && held.object.metadata.deletionTimestamp).toBeDefined();
    if (created.ok) api.patch('configmaps', 'default', 'a', 'merge', { metadata: { finalizers: null } });
    expect(api.get('configmaps', 'default', 'a').ok).toBe(false);
  });

  test('a namespace stays until it is finalized', () => {
    const { api } = start();
    api.create('namespaces', { metadata: { name: 'shop' } });
    const marked = api.delete('namespaces', '', 'shop');
    expect(marked.ok && marked.object.status?.phase).toBe('Terminating');
    api.finalize('shop');
    expect(api.get('namespaces', '', 'shop').ok).toBe(false);
  });

  test('a Service gives back its address and ports', () => {
    const { api } = start();
    const spec = {
      ...web.spec,
      type: 'NodePort' as const,
      clusterIP: '10.96.0.9',
      ports: [{ port: 80, nodePort: 30080 }],
    };
    expect(api.create('services', { ...web, spec }).ok).toBe(true);
    api.delete('services', 'default', 'web');
    expect(api.get('ipaddresses', '', '10.96.0.9').ok).toBe(false);
    expect(api.create('services', { ...web, spec }).ok).toBe(true);
  });
});

describe('watching', () => {
  test('tells what is there, then every change, never inside the write', () => {
    const { api, clock } = start();
    api.create('pods', pod);
    const seen: string[] = [];
    const stop = api.watch('pods', ({ type, object }) => seen.push(`${type} ${object.metadata.name}`));
    expect(seen).toEqual([]);
    clock.drain();
    api.bind('default', 'web', 'node-1');
    api.delete('pods', 'default', 'web', { gracePeriodSeconds: 0 });
    clock.drain();
    stop();
    api.create('pods', pod);
    clock.drain();
    expect(seen).toEqual(['ADDED web', 'MODIFIED web', 'DELETED web']);
  });
});

test('lists in the order of the keys, by namespace and name, and by selector', () => {
  const { api } = start();
  api.create('namespaces', { metadata: { name: 'a-b' } });
  api.create('namespaces', { metadata: { name: 'a' } });
  for (const [namespace, name, app] of [
    ['a', 'x', 'one'],
    ['a-b', 'y', 'two'],
    ['a', 'b', 'two'],
  ] as const) {
    api.create('pods', { ...pod, metadata: { name, namespace, labels: { app } } });
  }
  const names = (options: Parameters<typeof api.list>[1]) =>
    api.list('pods', options).map(({ metadata }) => metadata.name);
  expect(names({})).toEqual(['y', 'b', 'x']);
  expect(names({ namespace: 'a' })).toEqual(['b', 'x']);
  expect(names({ labelSelector: 'app in (two)' })).toEqual(['y', 'b']);
  expect(names({ fieldSelector: 'metadata.name=x' })).toEqual(['x']);
});
