import { createCluster } from '../../../src/engine/index.ts';
import type { Measured, Scenario } from '../scenario.ts';

/** From 3 replicas to 300: the time for each pod must not grow with their number. */
export const scenario: Scenario = {
  name: 'settle-replicas',
  what: 'settling a Deployment with a Service, time for each pod, at 30 replicas',
  async run(): Promise<Measured> {
    const few = settle(30) / 30;
    const many = settle(300) / 300;
    return {
      ours: few,
      others: [
        { against: '300 replicas', time: many, note: 'time for each pod; linear growth is a ratio of 1' },
      ],
    };
  },
};

/** The median of three, in milliseconds. */
function settle(replicas: number): number {
  const times = [0, 1, 2].map(() => {
    const nodes = Array.from({ length: 4 }, (_, index) => ({
      name: `node-${index + 1}`,
      capacity: { cpu: '64', memory: '256Gi', pods: '200' },
    }));
    const cluster = createCluster({ nodes });
    const labels = { app: 'hello' };
    cluster.api.create('services', {
      metadata: { name: 'hello', namespace: 'default' },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    });
    const start = performance.now();
    const created = cluster.api.create('deployments', {
      metadata: { name: 'hello', namespace: 'default' },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'hello', image: 'hello:1.0' }] } },
      },
    });
    if (!created.ok) throw new Error(created.status.message);
    cluster.settle();
    const time = performance.now() - start;
    const ready = cluster.api
      .list('pods', { namespace: 'default' })
      .filter((pod) => pod.status?.phase === 'Running').length;
    if (ready !== replicas) throw new Error(`${ready} of ${replicas} pods run`);
    return time;
  });
  return times.sort((a, b) => a - b)[1]!;
}
