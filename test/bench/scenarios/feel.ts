import { type Cluster, createCluster } from '../../../src/engine/index.ts';
import { shellOn } from '../../support/shell-on.ts';
import { type Measured, median, type Scenario } from '../scenario.ts';

/** What a screen waits for between two pictures. */
const FRAME_MS = 16;
/** Commands as learners type them; the slowest of them counts. */
const ORDINARY = [
  'ls',
  'kubectl get pods -A',
  'kubectl get nodes -o wide',
  'kubectl get svc kubernetes -o yaml',
  'kubectl describe node node-1',
  'ssh node-1 ip route',
  'ssh node-1 iptables -t nat -S',
  'kubectl exec client -- curl -s http://hello',
  'kubectl exec client -- dig +short hello.default.svc.cluster.local',
];

/** A cluster is made, works until it is at rest, and answers the first command. */
export const openScenario: Scenario = {
  name: 'open-cluster',
  what: 'from nothing to the first output of the first command on the default cluster',
  async run(): Promise<Measured> {
    const cold = await openOnce();
    return {
      ours: await median(9, openOnce),
      others: [{ against: 'the first time', time: cold, note: 'before the machine has warmed up' }],
    };
  },
};

/** Enter to first output, of the slowest ordinary command. */
export const commandScenario: Scenario = {
  name: 'command',
  what: `Enter to first output, the slowest of ${ORDINARY.length} ordinary commands`,
  async run(): Promise<Measured> {
    const cluster = createCluster();
    must(
      cluster.api.create('pods', {
        metadata: { name: 'client', namespace: 'default', labels: { app: 'client' } },
        spec: {
          containers: [
            { name: 'client', image: 'nicolaka/netshoot:v0.13', command: ['sleep', 'infinity'] },
            { name: 'hello', image: 'hello:1.0', ports: [{ containerPort: 8080 }] },
          ],
        },
      }),
    );
    must(
      cluster.api.create('services', {
        metadata: { name: 'hello', namespace: 'default' },
        spec: { selector: { app: 'client' }, ports: [{ port: 80, targetPort: 8080 }] },
      }),
    );
    cluster.settle();
    const times: { readonly line: string; readonly time: number }[] = [];
    for (const line of ORDINARY) times.push({ line, time: await medianOf(line, cluster) });
    const slowest = times.sort((a, b) => b.time - a.time)[0]!;
    return { ours: slowest.time, others: [{ against: 'one frame', time: FRAME_MS, note: slowest.line }] };
  },
};

/** A list that is too long for one frame: it must start at once, and let the page breathe. */
export const longListScenario: Scenario = {
  name: 'long-list',
  what: 'kubectl get pods -A with 5000 pods: Enter to first output',
  async run(): Promise<Measured> {
    const cluster = createCluster();
    for (let index = 0; index < 5000; index++) {
      must(
        cluster.api.create('pods', {
          metadata: { name: `hello-${index}`, namespace: 'default' },
          spec: { containers: [{ name: 'hello', image: 'hello:1.0' }], nodeSelector: { none: 'such' } },
        }),
      );
    }
    cluster.settle();
    const runs = [];
    for (let time = 0; time < 7; time++) runs.push(await runLine('kubectl get pods -A', cluster));
    const middle = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;
    return {
      ours: middle(runs.map(({ first }) => first)),
      others: [
        { against: 'one frame', time: FRAME_MS, note: 'to the first output' },
        {
          against: 'the longest wait',
          time: middle(runs.map(({ longest }) => longest)),
          note: 'for anything else that wants to run meanwhile',
        },
        { against: 'the last output', time: middle(runs.map(({ whole }) => whole)), note: 'the whole list' },
      ],
    };
  },
};

async function openOnce(): Promise<number> {
  const start = performance.now();
  const cluster = createCluster();
  cluster.settle();
  const made = performance.now() - start;
  return made + (await runLine('kubectl get pods -A', cluster)).first;
}

async function medianOf(line: string, cluster: Cluster): Promise<number> {
  const times: number[] = [];
  for (let time = 0; time < 9; time++) times.push((await runLine(line, cluster)).first);
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}

/** Milliseconds from Enter to the first output, to the end, and of the longest time without a turn of the event loop. */
async function runLine(line: string, cluster: Cluster) {
  const shell = shellOn(cluster, new Map([['hello.yaml', '']]));
  let first = 0;
  let longest = 0;
  let turn = performance.now();
  let running = true;
  const tick = () => {
    longest = Math.max(longest, performance.now() - turn);
    turn = performance.now();
    if (running) setImmediate(tick);
  };
  setImmediate(tick);
  const start = performance.now();
  const print = () => {
    first ||= performance.now() - start;
  };
  const report = await shell.run(line, {
    write: print,
    writeError: print,
    columns: 120,
    signal: new AbortController().signal,
  });
  const whole = performance.now() - start;
  running = false;
  tick();
  if (report.status !== 0 || first === 0) throw new Error(`${line}: status ${report.status}`);
  return { first, whole, longest };
}

function must(result: { readonly ok: boolean }): void {
  if (!result.ok) throw new Error(JSON.stringify(result));
}
