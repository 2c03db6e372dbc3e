import { type Cluster, createRandom } from '../../src/engine/index.ts';
import type { Scenario } from './scenarios.ts';
import type { PodSpec, ServiceSpec } from './workload.ts';

type Random = ReturnType<typeof createRandom>;
type Options = Cluster['options'];

/** A cluster by chance: the same seed always gives the same one. */
export function generateScenario(seed: number, probes: number): Scenario {
  const random = createRandom(seed);
  const workers = ['node-1', 'node-2', 'node-3'].slice(0, 2 + int(random, 2));
  const options: Options = {
    seed,
    nodes: [{ name: 'control-plane', role: 'control-plane' }, ...workers.map((name) => ({ name }))],
    cni: {
      plugin: pick(random, ['bridge', 'bridge', 'ptp'] as const),
      hairpinMode: chance(random, 0.5),
      backend: pick(random, ['host-gw', 'vxlan'] as const),
      ipMasq: chance(random, 0.8),
    },
    bridgeNfCallIptables: chance(random, 0.8),
    proxy: {
      masqueradeAll: chance(random, 0.2),
      detectLocalMode: pick(random, ['ClusterCIDR', 'NodeCIDR', 'InterfaceNamePrefix'] as const),
      localhostNodePorts: chance(random, 0.8),
      ...(chance(random, 0.2) && { nodePortAddresses: ['10.0.0.0/24'] }),
    },
    loadBalancerProvider: { pool: '203.0.113.0/24' },
  };
  const services = Array.from({ length: 4 + int(random, 8) }, (_, place) => service(random, place));
  const pods = workers.flatMap((node, place) =>
    Array.from(
      { length: 1 + int(random, 2) },
      (_, turn): PodSpec => pod(random, `p${place + 1}${'ab'[turn]}`, node, services),
    ),
  );
  return {
    name: `generated, seed ${seed}`,
    options,
    workload: { pods, services },
    probes: { atMost: probes, seed },
  };
}

function service(random: Random, place: number): ServiceSpec {
  const type = pick(random, ['ClusterIP', 'NodePort', 'LoadBalancer'] as const);
  const outward = type !== 'ClusterIP';
  return {
    name: `s${place}`,
    type,
    protocol: pick(random, ['TCP', 'TCP', 'UDP'] as const),
    ...(outward && { nodePort: 30100 + place }),
    ...(outward && chance(random, 0.4) && { externalTrafficPolicy: 'Local' as const }),
    ...(chance(random, 0.2) && { internalTrafficPolicy: 'Local' as const }),
    ...(chance(random, 0.15) && { sessionAffinity: 'ClientIP' as const }),
    ...(chance(random, 0.15) && { externalIPs: [`192.0.2.${10 + place}`] }),
    ...(type === 'LoadBalancer' &&
      chance(random, 0.4) && {
        loadBalancerSourceRanges: [pick(random, ['198.51.100.10/32', '10.0.0.0/24', '100.96.0.0/11'])],
      }),
    ...(chance(random, 0.1) && { targetPort: 7777 }),
  };
}

function pod(random: Random, name: string, node: string, services: readonly ServiceSpec[]): PodSpec {
  return {
    name,
    node,
    serves: services.filter(() => chance(random, 0.35)).map((one) => one.name),
    ...(chance(random, 0.2) && { hostPort: 8000 + int(random, 100) }),
  };
}

const int = (random: Random, below: number): number => Math.floor(random.next() * below);
const chance = (random: Random, probability: number): boolean => random.next() < probability;
function pick<T>(random: Random, from: readonly T[]): T {
  return from[int(random, from.length)]!;
}
