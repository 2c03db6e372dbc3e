import { expect, test } from 'vitest';
import { createControlPlane } from '../testing/control-plane.ts';

const balanced = { type: 'LoadBalancer', selector: { app: 'hello' }, ports: [{ port: 80 }] } as const;

test('a LoadBalancer stays pending without a provider', () => {
  const plane = createControlPlane();
  plane.api.create('services', { metadata: { name: 'hello', namespace: 'default' }, spec: balanced });
  plane.settle();
  plane.clock.advance(60_000);
  expect(plane.get('services', 'hello').status?.loadBalancer).toEqual({});
});

test('a LoadBalancer gets an address after the time that its cloud takes, and gives it back', () => {
  const heard: number[] = [];
  const plane = createControlPlane({
    loadBalancerProvider: {
      pool: '203.0.113.0/24',
      delayMs: 5000,
      configure: (balancers) => heard.push(balancers.length),
    },
  });
  plane.api.create('services', { metadata: { name: 'hello', namespace: 'default' }, spec: balanced });
  plane.settle();
  expect(plane.get('services', 'hello').status?.loadBalancer).toEqual({});
  plane.clock.advance(5000);
  expect(plane.get('services', 'hello').status?.loadBalancer).toEqual({
    ingress: [{ ip: '203.0.113.1', ipMode: 'VIP' }],
  });
  expect(plane.events()).toEqual(
    expect.arrayContaining([
      'EnsuringLoadBalancer: Ensuring load balancer',
      'EnsuredLoadBalancer: Ensured load balancer',
    ]),
  );
  plane.api.delete('services', 'default', 'hello');
  expect(plane.names('services')).toContain('hello');
  plane.clock.advance(6000);
  expect(plane.names('services')).not.toContain('hello');
  expect(heard).toEqual([1, 0]);
});
