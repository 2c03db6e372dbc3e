import { expect, test } from 'vitest';
import { createControlPlane } from '../testing/control-plane.ts';

const add = (plane: ReturnType<typeof createControlPlane>, name: string, cidr: string) => {
  plane.api.create('servicecidrs', { metadata: { name }, spec: { cidrs: [cidr] } });
  plane.settle();
};
const expose = (plane: ReturnType<typeof createControlPlane>, name: string, clusterIP: string) =>
  plane.api.create('services', {
    metadata: { name, namespace: 'default' },
    spec: { clusterIP, ports: [{ port: 80 }] },
  });

test('a new ServiceCIDR is ready and gives addresses to Services', () => {
  const plane = createControlPlane();
  expect(expose(plane, 'early', '10.200.0.7').ok).toBe(false);
  add(plane, 'more', '10.200.0.0/24');
  expect(plane.get('servicecidrs', 'more', '')).toMatchObject({
    metadata: { finalizers: ['networking.k8s.io/service-cidr-finalizer'] },
    status: { conditions: [{ type: 'Ready', status: 'True', message: 'Kubernetes Service CIDR is ready' }] },
  });
  expect(expose(plane, 'late', '10.200.0.7').ok).toBe(true);
  expect(plane.get('ipaddresses', '10.200.0.7', '').spec?.parentRef?.name).toBe('late');
});

test('a ServiceCIDR stays while a Service has an address of it, and says so', () => {
  const plane = createControlPlane();
  add(plane, 'more', '10.200.0.0/24');
  expose(plane, 'web', '10.200.0.7');
  plane.settle();
  plane.api.delete('servicecidrs', '', 'more');
  plane.settle();
  expect(plane.get('servicecidrs', 'more', '').status?.conditions).toMatchObject([
    { type: 'Ready', status: 'False', reason: 'Terminating' },
  ]);
  // It gives nothing new away any more.
  expect(expose(plane, 'other', '10.200.0.8').ok).toBe(false);
  plane.api.delete('services', 'default', 'web');
  plane.settle();
  expect(plane.api.get('servicecidrs', '', 'more').ok).toBe(false);
});

test('a ServiceCIDR goes when a larger one holds its addresses, and none of them is given twice', () => {
  const plane = createControlPlane();
  add(plane, 'small', '10.200.0.0/28');
  expose(plane, 'web', '10.200.0.7');
  add(plane, 'large', '10.200.0.0/24');
  plane.api.delete('servicecidrs', '', 'small');
  plane.settle();
  expect(plane.api.get('servicecidrs', '', 'small').ok).toBe(false);
  const again = expose(plane, 'twin', '10.200.0.7');
  expect(again.ok ? '' : again.status.message).toContain('provided IP is already allocated');
});
