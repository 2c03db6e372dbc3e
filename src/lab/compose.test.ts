import { expect, test } from 'vitest';
import type { ClusterView } from '../engine/index.ts';
import { composeLine, slotOptions } from './compose.ts';

const VIEW = {
  nodes: [{ name: 'node-1' }],
  pods: [
    {
      namespace: 'default',
      name: 'client-1',
      ip: '100.96.1.2',
      hostNetwork: false,
      owner: { kind: 'Deployment', name: 'client' },
    },
    { namespace: 'shop', name: 'bare', ip: '100.96.2.2', hostNetwork: false },
    { namespace: 'kube-system', name: 'coredns-1', ip: '100.96.2.3', hostNetwork: false },
  ],
  services: [
    { namespace: 'default', name: 'kubernetes', ports: [{ port: 443 }] },
    { namespace: 'shop', name: 'hello', ports: [{ port: 80 }, { port: 8443 }] },
  ],
} as unknown as ClusterView;

test('a request is offered from the learner’s pods to their Services and pods', () => {
  const slots = slotOptions(VIEW, {});
  expect(slots.target).toEqual(['deploy/client', 'bare -n shop']);
  expect(slots.what).toEqual([
    'http://hello.shop',
    'http://hello.shop:8443',
    'http://100.96.1.2:8080',
    'http://100.96.2.2:8080',
  ]);
  const [verb, target, tool, what] = [slots.verb[0]!, slots.target[0]!, slots.tool[0]!, slots.what[0]!];
  expect(composeLine({ verb, target, tool, what })).toBe(
    'kubectl exec deploy/client -- curl -s http://hello.shop',
  );
});

test('each tool is offered what it can ask', () => {
  expect(slotOptions(VIEW, { tool: 'nslookup' }).what).toEqual(['hello.shop', 'kubernetes.default']);
  expect(slotOptions(VIEW, { tool: 'ip route' }).what).toEqual([]);
});

test('other verbs have slots of their own', () => {
  expect(composeLine({ verb: 'kubectl get', target: '-A', tool: '', what: 'pods -o wide' })).toBe(
    'kubectl get pods -o wide -A',
  );
  expect(slotOptions(VIEW, { verb: 'kubectl describe' }).target).toContain('service/hello -n shop');
  expect(composeLine({ verb: 'kubectl logs', target: 'bare -n shop', tool: '', what: '' })).toBe(
    'kubectl logs bare -n shop',
  );
});

test('a lab’s author may put words of their own', () => {
  const slots = slotOptions(VIEW, {}, [['kubectl exec'], ['deploy/web'], ['dig'], ['hello']]);
  expect(slots).toEqual({ verb: ['kubectl exec'], target: ['deploy/web'], tool: ['dig'], what: ['hello'] });
});
