import { createCluster } from '../../../src/engine/index.ts';
import { type Measured, type Scenario, threadTime } from '../scenario.ts';

/** From 3 replicas to 300: the time for each pod must not grow with their number. */
export const replicasScenario: Scenario = {
  name: 'settle-replicas',
  what: 'settling a Deployment of 3 with its Service, time for each pod',
  run: () =>
    beside(
      { size: { nodes: 4, services: 1, replicas: 3 }, times: 40 },
      { size: { nodes: 4, services: 1, replicas: 300 }, times: 2, name: '300 replicas' },
    ),
};

/** A cluster as large as people run: the time for each pod beside that of a tenth of it. */
export const scaleScenario: Scenario = {
  name: 'settle-scale',
  what: 'settling 10 nodes, 500 pods and 100 Services, time for each pod',
  run: () =>
    beside(
      { size: { nodes: 10, services: 100, replicas: 5 }, times: 3 },
      {
        size: { nodes: 100, services: 1000, replicas: 5 },
        times: 1,
        name: '100 nodes, 5000 pods, 1000 Services',
      },
    ),
};

/** How many times a size is settled in each of the turns. */
interface Part {
  readonly size: Size;
  readonly times: number;
}

const TURNS = 3;

/** The two sizes turn by turn, so that a busy moment of the machine hits both: the median of the turns. */
async function beside(few: Part, many: Part & { readonly name: string }): Promise<Measured> {
  const turn = ({ size, times }: Part) => {
    let sum = 0;
    for (let time = 0; time < times; time++) sum += settle(size);
    return sum / times;
  };
  turn(few);
  const measured = Array.from({ length: TURNS }, () => ({ few: turn(few), many: turn(many) }));
  return {
    ours: median(measured.map((each) => each.few)),
    others: [
      {
        against: many.name,
        time: median(measured.map((each) => each.many)),
        note: 'time for each pod; linear growth is a ratio of 1',
      },
    ],
  };
}

interface Size {
  readonly nodes: number;
  readonly services: number;
  /** Of each Service's Deployment. */
  readonly replicas: number;
}

/** Milliseconds of processor time for each pod, from the first object to the last pod's rules on every node. */
function settle({ nodes: count, services, replicas }: Size): number {
  const nodes = Array.from({ length: count }, (_, index) => ({
    name: `node-${index + 1}`,
    capacity: { cpu: '64', memory: '256Gi', pods: '200' },
  }));
  const cluster = createCluster({ nodes, nodeCIDR: '10.0.0.0/16' });
  const start = threadTime();
  for (let index = 0; index < services; index++) {
    const name = `hello-${index}`;
    const labels = { app: name };
    cluster.api.create('services', {
      metadata: { name, namespace: 'default' },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    });
    const created = cluster.api.create('deployments', {
      metadata: { name, namespace: 'default' },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'hello', image: 'hello:1.0' }] } },
      },
    });
    if (!created.ok) throw new Error(created.status.message);
  }
  cluster.settle();
  const time = threadTime() - start;
  const running = cluster.api
    .list('pods', { namespace: 'default' })
    .filter((pod) => pod.status?.phase === 'Running').length;
  if (running !== replicas * services) throw new Error(`${running} of ${replicas * services} pods run`);
  return time / running;
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1]!;
}
