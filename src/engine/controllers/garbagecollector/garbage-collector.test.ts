import { describe, expect, test } from 'vitest';
import { type ControlPlane, createControlPlane } from '../testing/control-plane.ts';

function withDeployment(): ControlPlane {
  const plane = createControlPlane();
  plane.api.create('deployments', {
    metadata: { name: 'hello', namespace: 'default' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'hello' } },
      template: {
        metadata: { labels: { app: 'hello' } },
        spec: { containers: [{ name: 'hello', image: 'hello:1' }] },
      },
    },
  });
  plane.settle();
  return plane;
}

describe('the garbage collector', () => {
  test('deletes ReplicaSets and pods after their Deployment', () => {
    const plane = withDeployment();
    plane.api.delete('deployments', 'default', 'hello', { propagationPolicy: 'Background' });
    expect(plane.names('deployments')).toEqual([]);
    plane.settle();
    expect([plane.names('replicasets'), plane.names('pods')]).toEqual([[], []]);
  });

  test('keeps the owner until its dependents are gone when they are deleted in the foreground', () => {
    const plane = withDeployment();
    const order: string[] = [];
    plane.api.watch('pods', ({ type }) => type === 'DELETED' && order.push('pod'));
    plane.api.watch('replicasets', ({ type }) => type === 'DELETED' && order.push('replicaset'));
    plane.api.watch('deployments', ({ type }) => type === 'DELETED' && order.push('deployment'));
    plane.api.delete('deployments', 'default', 'hello', { propagationPolicy: 'Foreground' });
    expect(plane.names('deployments')).toEqual(['hello']);
    plane.settle();
    expect(order).toEqual(['pod', 'pod', 'replicaset', 'deployment']);
  });

  test('leaves orphans alone, for another owner to adopt', () => {
    const plane = withDeployment();
    plane.api.delete('deployments', 'default', 'hello', { propagationPolicy: 'Orphan' });
    plane.settle();
    expect(plane.names('deployments')).toEqual([]);
    expect(plane.names('replicasets')).toHaveLength(1);
    expect(plane.names('pods')).toHaveLength(2);
    const [set] = plane.api.list('replicasets');
    expect(set?.metadata.ownerReferences ?? []).toEqual([]);
  });

  test('deletes what names an owner that was never there', () => {
    const plane = createControlPlane();
    plane.api.create('configmaps', {
      metadata: {
        name: 'lost',
        namespace: 'default',
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'never', uid: 'no-such-uid' }],
      },
    });
    plane.settle();
    expect(plane.names('configmaps')).toEqual(['kube-root-ca.crt']);
  });
});
