import { describe, expect, test } from 'vitest';
import type { ClusterView, Exchange, Outcome, Step } from '../engine/index.ts';
import type { Check } from './check.ts';
import { evaluate } from './evaluate.ts';
import type { CommandFact, Facts, VisitFact } from './facts.ts';

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'hello', namespace: 'shop' },
  spec: { clusterIP: '100.64.1.1', ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] },
  status: { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } },
};
const VIEW = {
  nodes: [{ name: 'node-1', address: '10.0.0.11' }],
  pods: [
    {
      namespace: 'default',
      name: 'client-1',
      netns: 'default/client-1',
      hostNetwork: false,
      owner: { kind: 'Deployment', name: 'client' },
    },
  ],
  services: [
    {
      namespace: 'shop',
      name: 'hello',
      endpoints: [
        { address: '100.96.1.3', ready: true },
        { address: '100.96.2.3', ready: true },
        { address: '100.96.2.9', ready: false },
      ],
    },
  ],
} as unknown as ClusterView;
const API = {
  get: (resource: string, namespace: string, name: string) =>
    resource === 'services' && namespace === 'shop' && name === 'hello'
      ? { ok: true, object: SERVICE }
      : { ok: false },
} as unknown as Facts['api'];

const http = (status: number, from = '100.96.1.3'): Outcome => ({
  kind: 'replied',
  payload: { bytes: 1, summary: `${status} OK`, data: { kind: 'http-response', status } },
  server: { netns: 'shop/a', socket: { address: from, port: 8080 } },
  seenAs: { address: '100.96.1.2', port: 40000 },
});
const dns = (address: string): Outcome => ({
  kind: 'replied',
  payload: { bytes: 1, summary: 'A', data: { kind: 'dns', answer: [{ type: 'A', address }] } },
  server: { netns: 'kube-system/coredns', socket: { address: '100.96.2.2', port: 53 } },
  seenAs: { address: '100.96.1.2', port: 40000 },
});

function exchange(outcome: Outcome, more: Partial<Exchange> = {}): Exchange {
  return {
    id: 1,
    protocol: 'tcp',
    summary: 'GET /',
    client: { netns: 'default/client-1', process: 'curl', address: '100.96.1.2', port: 40000 },
    destination: { address: '100.64.1.1', port: 80 },
    packets: [],
    outcome,
    caused: [],
    startedAt: 0,
    elapsedMs: 1,
    ...more,
  };
}
const command = (exchanges: readonly Exchange[], more: Partial<CommandFact> = {}): CommandFact => ({
  line: 'curl http://hello.shop',
  status: 0,
  output: '',
  exchanges,
  ...more,
});
const facts = (commands: readonly CommandFact[], visits: readonly VisitFact[] = []): Facts => ({
  api: API,
  view: VIEW,
  commands,
  visits,
});
const isDone = (check: Check, given: Facts) => evaluate(check, given).done;

describe('exists', () => {
  const there = { kind: 'Service', namespace: 'shop', name: 'hello' };
  test('holds when the API server has every object, and counts those that it lacks', () => {
    expect(isDone({ kind: 'exists', objects: [there] }, facts([]))).toBe(true);
    expect(
      evaluate({ kind: 'exists', objects: [there, { kind: 'Namespace', name: 'shop' }] }, facts([])),
    ).toEqual({
      done: false,
      evidence: { id: 'lab.goal.exists-some', values: { seen: 1, total: 2, missing: ['Namespace shop'] } },
    });
    expect(isDone({ kind: 'exists', objects: [{ kind: 'Nonsense', name: 'x' }] }, facts([]))).toBe(false);
  });
});

describe('answered', () => {
  const check = (more: Partial<Extract<Check, { kind: 'answered' }>>): Check => ({
    kind: 'answered',
    service: 'shop/hello',
    ...more,
  });
  test.each<[string, Partial<Extract<Check, { kind: 'answered' }>>, CommandFact, boolean]>([
    ['the status that is wanted', { status: 200 }, command([exchange(http(200))]), true],
    ['another status', { status: 200 }, command([exchange(http(503))]), false],
    ['a refusal', {}, command([exchange({ kind: 'failed', errno: 'ECONNREFUSED' })]), false],
    [
      'another address',
      {},
      command([exchange(http(200), { destination: { address: '100.96.1.3', port: 8080 } })]),
      false,
    ],
    [
      'the load balancer’s address',
      {},
      command([exchange(http(200), { destination: { address: '203.0.113.7', port: 80 } })]),
      true,
    ],
    [
      'a node’s port',
      {},
      command([exchange(http(200), { destination: { address: '10.0.0.11', port: 30080 } })]),
      true,
    ],
    [
      'a node, but another port',
      {},
      command([exchange(http(200), { destination: { address: '10.0.0.11', port: 22 } })]),
      false,
    ],
    ['the client that is wanted', { from: { deployment: 'client' } }, command([exchange(http(200))]), true],
    ['another client', { from: { node: 'node-1' } }, command([exchange(http(200))]), false],
    ['by its address when a name was wanted', { byName: true }, command([exchange(http(200))]), false],
    [
      'by its name',
      { byName: true },
      command([exchange(dns('100.64.1.1'), { protocol: 'udp' }), exchange(http(200))]),
      true,
    ],
    ['another program', { process: 'wget' }, command([exchange(http(200))]), false],
    [
      'a request that a proxy made',
      {},
      command([
        exchange(http(200), { destination: { address: '9.9.9.9', port: 1 }, caused: [exchange(http(200))] }),
      ]),
      true,
    ],
  ])('%s', (_name, more, fact, done) => {
    expect(isDone(check(more), facts([fact]))).toBe(done);
  });

  test('says what was seen last when it was not enough', () => {
    const refused = exchange({ kind: 'failed', errno: 'ECONNREFUSED', from: '10.0.0.11' });
    expect(evaluate(check({}), facts([command([refused])])).evidence).toEqual({
      id: 'lab.goal.last-refused',
      values: { errno: 'ECONNREFUSED', from: '10.0.0.11' },
    });
  });
});

test('failed tells a refusal from silence', () => {
  const refused = facts([command([exchange({ kind: 'failed', errno: 'ECONNREFUSED' })])]);
  const silent = facts([command([exchange({ kind: 'timeout' })])]);
  expect(isDone({ kind: 'failed', errno: 'ECONNREFUSED' }, refused)).toBe(true);
  expect(isDone({ kind: 'failed', timeout: true }, refused)).toBe(false);
  expect(isDone({ kind: 'failed', timeout: true }, silent)).toBe(true);
  expect(isDone({ kind: 'failed', errno: 'ECONNREFUSED' }, silent)).toBe(false);
  expect(isDone({ kind: 'failed' }, facts([command([exchange(http(200))])]))).toBe(false);
});

test('visited wants the step itself: its kind, its change, its place', () => {
  const step = (change: string) => ({ kind: 'nat', change }) as unknown as Step;
  const visit = (seen: Step, netns = 'node-1'): Facts => {
    const fact = command([exchange(http(200))]);
    return facts(
      [fact],
      [{ command: fact, exchange: fact.exchanges[0]!, packet: 0, hop: 1, netns, step: seen }],
    );
  };
  const check: Check = { kind: 'visited', step: 'nat', nat: 'DNAT', at: 'node', service: 'shop/hello' };
  expect(evaluate(check, visit(step('dnat')))).toEqual({
    done: true,
    evidence: { id: 'lab.goal.visited', values: { step: 'DNAT', netns: 'node-1', hop: 2 } },
  });
  expect(isDone(check, visit(step('dnat-again')))).toBe(true);
  expect(isDone(check, visit(step('un-dnat')))).toBe(false);
  expect(isDone({ ...check, undone: true }, visit(step('un-dnat')))).toBe(true);
  expect(isDone(check, visit(step('snat')))).toBe(false);
  expect(isDone(check, visit(step('dnat'), 'shop/a'))).toBe(false);
  expect(isDone(check, visit({ kind: 'route' } as unknown as Step))).toBe(false);
  expect(isDone(check, facts([]))).toBe(false);
});

test('visited can want a table that decided so, not any table on the way', () => {
  const fact = command([exchange(http(200))]);
  const after = (verdict: string) => {
    const step = { kind: 'table', verdict } as unknown as Step;
    return facts(
      [fact],
      [{ command: fact, exchange: fact.exchanges[0]!, packet: 0, hop: 1, netns: 'node-1', step }],
    );
  };
  expect(isDone({ kind: 'visited', step: 'table' }, after('ACCEPT'))).toBe(true);
  expect(isDone({ kind: 'visited', step: 'table', verdict: 'REJECT' }, after('ACCEPT'))).toBe(false);
  expect(isDone({ kind: 'visited', step: 'table', verdict: 'REJECT' }, after('REJECT'))).toBe(true);
});

test('all endpoints are those that are ready, unless a count is given', () => {
  const one = command([exchange(http(200, '100.96.1.3'))]);
  const other = command([exchange(http(200, '100.96.2.3'))]);
  const check: Check = { kind: 'all-endpoints-answered', service: 'shop/hello' };
  expect(evaluate(check, facts([one, one]))).toEqual({
    done: false,
    evidence: { id: 'lab.goal.some-answered', values: { count: 1, total: 2, missing: ['100.96.2.3'] } },
  });
  expect(evaluate(check, facts([one, other]))).toEqual({
    done: true,
    evidence: { id: 'lab.goal.all-answered', values: { addresses: ['100.96.1.3', '100.96.2.3'] } },
  });
  expect(isDone({ ...check, count: 1 }, facts([one]))).toBe(true);
  expect(isDone({ ...check, count: 3 }, facts([one, other]))).toBe(false);
  expect(isDone({ ...check, service: 'shop/none' }, facts([one, other]))).toBe(false);
});

test('command looks at the line, its status and what it printed', () => {
  const given = facts([command([], { line: 'kubectl get pods', status: 0, output: 'NAME\nhello-1  1/1\n' })]);
  expect(isDone({ kind: 'command', line: 'get\\s+pods' }, given)).toBe(true);
  expect(isDone({ kind: 'command', line: 'get pods', output: '^hello-1' }, given)).toBe(true);
  expect(isDone({ kind: 'command', line: 'get pods', output: '^hello-2' }, given)).toBe(false);
  expect(evaluate({ kind: 'command', line: 'get pods', status: 1 }, given).evidence?.id).toBe(
    'lab.goal.command-status',
  );
});

test('field compares one value of an object', () => {
  const object = { kind: 'Service', namespace: 'shop', name: 'hello' };
  const field = (more: object) =>
    isDone({ kind: 'field', object, path: 'spec.ports[0].targetPort', ...more } as Check, facts([]));
  expect(field({ equals: 8080 })).toBe(true);
  expect(field({ equals: '8080' })).toBe(false);
  expect(field({ atLeast: 8081 })).toBe(false);
  expect(field({ matches: '^80' })).toBe(true);
  expect(field({ path: 'spec.none' })).toBe(false);
});

test('all and any put checks together', () => {
  const yes: Check = { kind: 'exists', objects: [{ kind: 'Service', namespace: 'shop', name: 'hello' }] };
  const no: Check = { kind: 'command', line: 'x' };
  expect(isDone({ kind: 'all', checks: [yes, yes] }, facts([]))).toBe(true);
  expect(isDone({ kind: 'all', checks: [yes, no] }, facts([]))).toBe(false);
  expect(isDone({ kind: 'any', checks: [no, yes] }, facts([]))).toBe(true);
  expect(isDone({ kind: 'any', checks: [no] }, facts([]))).toBe(false);
});
