import { describe, expect, test } from 'vitest';
import { createCluster } from '../engine/index.ts';
import type { Goal } from './check.ts';
import type { LabFile, Problem } from './protocol.ts';
import { createLabSession } from './session.ts';

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n';
const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: hello
  namespace: shop
spec:
  replicas: 2
  selector:
    matchLabels:
      app: hello
  template:
    metadata:
      labels:
        app: hello
    spec:
      containers:
        - name: hello
          image: gcr.io/google-samples/hello-app:1.0
`;
const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: hello
  namespace: shop
spec:
  selector:
    app: hello
  ports:
    - port: 80
      targetPort: 8080
`;
const CLIENT = `apiVersion: v1
kind: Pod
metadata:
  name: client
spec:
  containers:
    - name: client
      image: nicolaka/netshoot
      command: [sleep, infinity]
`;
const GOALS: readonly Goal[] = [
  {
    id: 'there',
    check: { kind: 'exists', objects: [{ kind: 'Service', namespace: 'shop', name: 'hello' }] },
  },
  {
    id: 'answered',
    check: { kind: 'answered', service: 'shop/hello', byName: true, from: { pod: 'client' }, status: 200 },
  },
  { id: 'seen', check: { kind: 'visited', step: 'nat', nat: 'DNAT', service: 'shop/hello' } },
  { id: 'all', check: { kind: 'all-endpoints-answered', service: 'shop/hello' } },
];

const join = (...documents: readonly string[]) => documents.join('---\n');
const file = (text: string): LabFile => ({ name: 'hello.yaml', text });

async function open(text: string, setup: readonly LabFile[] = []) {
  const session = createLabSession({ createCluster, goals: GOALS, setup });
  await session.start([file(text)]);
  let output = '';
  const write = (part: string) => {
    output += part;
  };
  return {
    session,
    output: () => output,
    run: (line: string) => session.run(line, { columns: 80, write }),
    apply: (next = text) => session.apply([file(next)], write),
  };
}

/** `line:column text`, with the text that is underlined. */
function placesOf(problems: readonly Problem[], text: string): readonly string[] {
  return problems.map(({ range, message }) => {
    const line = text.split('\n')[range.line - 1] ?? '';
    return `${range.line} ${line.slice(range.column - 1, range.endLine === range.line ? range.endColumn - 1 : undefined)} | ${message}`;
  });
}

describe('what the API server refuses', () => {
  test('a namespace that is not there is said at the line that names it, and the cluster stays as it was', async () => {
    const lab = await open(SERVICE);
    const { status, state } = await lab.apply();
    expect(status).toBe(1);
    expect(lab.output()).toContain('namespaces "shop" not found');
    expect(placesOf(state.problems, SERVICE)).toEqual(['5 namespace: shop | namespaces "shop" not found']);
    expect(state.problems[0]?.hint).toEqual({ id: 'lab.hint.no-namespace', values: { namespace: 'shop' } });
    expect(state.goals.some((goal) => goal.done)).toBe(false);
  });

  test('a field that is missing is said at its nearest parent, and only once the text has been applied', async () => {
    const text = join(NAMESPACE, SERVICE.slice(0, SERVICE.indexOf('  ports:')));
    const lab = await open(text);
    expect(await lab.session.check([file(text)])).toEqual([]);
    const { state } = await lab.apply();
    expect(state.problems.map((problem) => problem.message)).toEqual(['spec.ports: Required value']);
    expect(state.problems[0]?.range.line).toBe(text.split('\n').indexOf('spec:') + 1);
  });

  test('what was refused is forgotten when its document changes, and moves with the lines above it', async () => {
    const lab = await open(SERVICE);
    await lab.apply();
    const longer = `# a note\n\n${SERVICE}`;
    expect((await lab.session.check([file(longer)])).map((problem) => problem.range.line)).toEqual([7]);
    expect(await lab.session.check([file(SERVICE.replace('shop', 'default'))])).toEqual([]);
    expect(await lab.session.check([file(join(NAMESPACE, SERVICE))])).toEqual([]);
  });

  test.each([
    ['an unknown field', 'targetPort: 8080', 'targetport: 8080', 'unknown field "spec.ports[0].targetport"'],
    ['a port that is none', 'port: 80\n', 'port: 80800\n', 'must be between 1 and 65535'],
    ['an unknown kind', 'kind: Service', 'kind: Servicio', 'no matches for kind "Servicio" in version "v1"'],
  ])('%s is seen while one types', async (_name, from, to, message) => {
    const text = join(NAMESPACE, SERVICE.replace(from, to));
    const lab = await open(text);
    const problems = await lab.session.check([file(text)]);
    expect(problems.map((problem) => problem.stage)).toEqual(['field']);
    expect(problems[0]?.message).toContain(message);
    expect(text.split('\n')[problems[0]!.range.line - 1]).toContain(to.trim());
  });

  test('text that is not YAML blocks the run and names its line', async () => {
    const text = 'apiVersion: v1\nkind: [Service\nmetadata:\n';
    const lab = await open(text);
    expect((await lab.session.check([file(text)])).map((problem) => problem.stage)).toEqual(['yaml']);
  });

  test('an applied object is not refused because its own address is taken', async () => {
    const text = join(NAMESPACE, SERVICE.replace('spec:', 'spec:\n  clusterIP: 100.64.0.77'));
    const lab = await open(text);
    expect((await lab.apply()).state.problems).toEqual([]);
    expect(await lab.session.check([file(text)])).toEqual([]);
  });
});

describe('a request through a Service', () => {
  const text = join(NAMESPACE, DEPLOYMENT, SERVICE);
  const CURL = 'kubectl exec client -- curl -s http://hello.shop';

  test('meets its goals one after the other, with what was seen', async () => {
    const lab = await open(text, [{ name: 'client.yaml', text: CLIENT }]);
    const done = (goals: readonly { readonly id: string; readonly done: boolean }[]) =>
      goals.filter((goal) => goal.done).map((goal) => goal.id);
    expect(done((await lab.apply()).state.goals)).toEqual(['there']);

    const { status, trips, state } = await lab.run(CURL);
    expect(status).toBe(0);
    expect(lab.output()).toContain('Hello, world!');
    expect(done(state.goals)).toEqual(['there', 'answered']);
    expect(state.goals.find((goal) => goal.id === 'all')?.evidence).toMatchObject({
      id: 'lab.goal.some-answered',
      values: { count: 1, total: 2 },
    });

    const { exchange } = trips.at(-1)!;
    const { hops } = exchange.packets[0]!.trace;
    const hop = hops.findIndex(({ steps }) => steps.some((step) => step.kind === 'nat'));
    const step = hops[hop]!.steps.findIndex((each) => each.kind === 'nat');
    expect(done(await lab.session.visit(exchange.id, 0, hop, step))).toEqual(['there', 'answered', 'seen']);
    for (let times = 0; times < 12; times++) await lab.run(CURL);
    expect(done((await lab.run('true')).state.goals)).toEqual(['there', 'answered', 'seen', 'all']);
  });

  test('names the line of YAML behind the rule that rewrites the destination', async () => {
    const lab = await open(text, [{ name: 'client.yaml', text: CLIENT }]);
    await lab.apply();
    const { trips } = await lab.run(CURL);
    const { exchange, packets } = trips.at(-1)!;
    const [first] = packets;
    const rewriting = first!.observations.filter(
      ({ hop, step }) => exchange.packets[0]!.trace.hops[hop]!.steps[step]!.kind === 'nat',
    );
    const lines = rewriting.flatMap(({ source }) =>
      source ? [text.split('\n')[source.line - 1]!.trim()] : [],
    );
    expect(lines).toContain('targetPort: 8080');
    expect(structuredClone(trips)).toEqual(trips);
  });

  test('gives the same answers when it is done again', async () => {
    const play = async () => {
      const lab = await open(text, [{ name: 'client.yaml', text: CLIENT }]);
      await lab.apply();
      for (let times = 0; times < 3; times++) await lab.run(CURL);
      return lab.output();
    };
    expect(await play()).toBe(await play());
  });
});

test('a node has a terminal of its own', async () => {
  const lab = await open(NAMESPACE);
  let output = '';
  const result = await lab.session.run('hostname', {
    terminal: 'node-1',
    columns: 80,
    write(part) {
      output += part;
    },
  });
  expect(output).toBe('node-1\n');
  expect(result.prompt).toContain('node-1');
});

test('Ctrl-C ends a loop that would never end', async () => {
  const lab = await open(NAMESPACE);
  const running = lab.run('while true; do sleep 1; done');
  setTimeout(() => lab.session.interrupt(''), 20);
  expect((await running).status).toBe(130);
});
