import { type Cluster, createCluster } from '../../../src/engine/index.ts';
import { cost, type Measured, type Scenario } from '../scenario.ts';

const SMALL = 10;
const SIZES = [100, 1000, 5000];

/** One endpoint goes out of 10 … 5,000 Services: what the API server, the proxies and the kernels of three nodes do with it. */
export const endpointScenario: Scenario = {
  name: 'endpoint-change',
  what: `one endpoint comes or goes among ${SMALL} Services, until every node's rules say so`,
  run: async () =>
    growth(
      [SMALL, ...SIZES].map((services) => ({ name: `${services} Services`, ...endpointChange(services) })),
    ),
};

/** One line of a Deployment of three is edited in a small cluster and in a large one. */
export const editScenario: Scenario = {
  name: 'edit',
  what: 'one line of a Deployment of 3 among 10 others is edited, until the new pods run',
  run: async () =>
    growth([10, 100, 1000].map((others) => ({ name: `among ${others} others`, ...templateEdit(others) }))),
};

interface Change {
  readonly name: string;
  readonly cluster: Cluster;
  /** Makes the change; each round's is another. */
  change(round: number): void;
}

/** The same change, again and again, in clusters of several sizes. */
function growth(changes: readonly Change[]): Measured {
  const times = changes.map(({ cluster, change }) => {
    let round = 0;
    return cost(() => {
      change(round++);
      cluster.settle();
    });
  });
  const [ours = 0, ...others] = times;
  return {
    ours,
    others: others.map((time, index) => ({
      against: changes[index + 1]!.name,
      time,
      note: 'ratio = time of this size over time of the smallest',
    })),
  };
}

function endpointChange(services: number): Omit<Change, 'name'> {
  const cluster = createCluster();
  for (let index = 0; index < services; index++) {
    const name = `service-${index}`;
    must(
      cluster.api.create('services', {
        metadata: { name, namespace: 'default' },
        spec: { ports: [{ port: 80, targetPort: 8080 }] },
      }),
    );
    must(
      cluster.api.create('endpointslices', {
        metadata: {
          name,
          namespace: 'default',
          labels: { 'kubernetes.io/service-name': name },
        },
        addressType: 'IPv4',
        ports: [{ name: '', port: 8080, protocol: 'TCP' }],
        endpoints: [endpoint(1, index), endpoint(2, index)],
      }),
    );
  }
  cluster.settle();
  const last = services - 1;
  return {
    cluster,
    change(round) {
      const endpoints = [endpoint(1, last), endpoint(2, last)].slice(round % 2);
      must(cluster.api.patch('endpointslices', 'default', `service-${last}`, 'merge', { endpoints }));
    },
  };
}

const endpoint = (block: number, index: number) => ({
  addresses: [`100.${100 + block}.${index >> 8}.${index & 255}`],
  conditions: { ready: true },
});

function templateEdit(others: number): Omit<Change, 'name'> {
  const nodes = Array.from({ length: 20 }, (_, index) => ({
    name: `node-${index + 1}`,
    capacity: { cpu: '64', memory: '256Gi', pods: '250' },
  }));
  const cluster = createCluster({ nodes });
  for (let index = 0; index <= others; index++) {
    const name = `hello-${index}`;
    const labels = { app: name };
    must(
      cluster.api.create('deployments', {
        metadata: { name, namespace: 'default' },
        spec: {
          replicas: 3,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name: 'hello', image: 'hello:1.0' }] } },
        },
      }),
    );
    must(
      cluster.api.create('services', {
        metadata: { name, namespace: 'default' },
        spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
      }),
    );
  }
  cluster.settle();
  return {
    cluster,
    change(round) {
      const annotations = { edit: `${round}` };
      must(
        cluster.api.patch('deployments', 'default', 'hello-0', 'merge', {
          spec: { template: { metadata: { annotations } } },
        }),
      );
    },
  };
}

function must(result: { readonly ok: boolean }): void {
  if (!result.ok) throw new Error(JSON.stringify(result));
}
