import { createCluster } from '../../../src/engine/index.ts';
import type { Measured, Scenario } from '../scenario.ts';

/** From 30 replicas to 300: the time for each pod must not grow with their number. */
export const replicasScenario: Scenario = {
  name: 'settle-replicas',
  what: 'settling a Deployment of 30 with its Service, time for each pod',
  async run(): Promise<Measured> {
    const few = median([0, 1, 2].map(() => settle({ nodes: 4, services: 1, replicas: 30 })));
    const many = median([0, 1, 2].map(() => settle({ nodes: 4, services: 1, replicas: 300 })));
    return {
      ours: few,
      others: [
        { against: '300 replicas', time: many, note: 'time for each pod; linear growth is a ratio of 1' },
      ],
    };
  },
};

/** A cluster as large as people run: the time for each pod beside that of a tenth of it. */
export const scaleScenario: Scenario = {
  name: 'settle-scale',
  what: 'settling 10 nodes, 500 pods and 100 Services, time for each pod',
  async run(): Promise<Measured> {
    const small = median([0, 1, 2].map(() => settle({ nodes: 10, services: 100, replicas: 5 })));
    const large = settle({ nodes: 100, services: 1000, replicas: 5 });
    return {
      ours: small,
      others: [
        {
          against: '100 nodes, 5000 pods, 1000 Services',
          time: large,
          note: 'time for each pod; linear growth is a ratio of 1',
        },
      ],
    };
  },
};

interface Size {
  readonly nodes: number;
  readonly services: number;
  /** Of each Service's Deployment. */
  readonly replicas: number;
}

/** Milliseconds for each pod, from the first object to the last pod's rules on every node. */
function settle({ nodes: count, services, replicas }: Size): number {
  const nodes = Array.from({ length: count }, (_, index) => ({
    name: `node-${index + 1}`,
    capacity: { cpu: '64', memory: '256Gi', pods: '200' },
  }));
  const cluster = createCluster({ nodes, nodeCIDR: '10.0.0.0/16' });
  const start = performance.now();
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
  const time = performance.now() - start;
  const running = cluster.api
    .list('pods', { namespace: 'default' })
    .filter((pod) => pod.status?.phase === 'Running').length;
  if (running !== replicas * services) throw new Error(`${running} of ${replicas * services} pods run`);
  return time / running;
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1]!;
}
