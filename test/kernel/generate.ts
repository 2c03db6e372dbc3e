import { type Cluster, createRandom } from '../../src/engine/index.ts';
import type { Scenario } from './scenarios.ts';
import type { PodSpec, ServiceSpec, Workload } from './workload.ts';

type Random = ReturnType<typeof createRandom>;
type Options = Cluster['options'];

/** A cluster by chance: the same seed always gives the same one. */
export function generateScenario(seed: number, probes: number): Scenario {
  const random = createRandom(seed);
  const workers = ['node-1', 'node-2', 'node-3'].slice(0, 2 + int(random, 2));
  const options: Options = {
    seed,
    nodes: [
      { name: 'control-plane', role: 'control-plane', labels: zone(random) },
      ...workers.map((name) => ({ name, labels: zone(random) })),
    ],
    cni: {
      plugin: pick(random, ['bridge', 'bridge', 'ptp'] as const),
      hairpinMode: chance(random, 0.5),
      backend: pick(random, ['host-gw', 'vxlan'] as const),
      ipMasq: chance(random, 0.8),
    },
    bridgeNfCallIptables: chance(random, 0.8),
    proxy: {
      mode: pick(random, ['iptables', 'iptables', 'nftables'] as const),
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
    workload: { pods, services, ...(chance(random, 0.5) && { routes: routes(random, workers) }) },
    ...(chance(random, 0.3) && { sizes: true as const }),
    probes: { atMost: probes, seed },
  };
}

function service(random: Random, place: number): ServiceSpec {
  const type = pick(random, ['ClusterIP', 'NodePort', 'LoadBalancer'] as const);
  const outward = type !== 'ClusterIP';
  const nodePort = 30100 + place;
  return {
    name: `s${place}`,
    type,
    protocol: pick(random, ['TCP', 'TCP', 'UDP'] as const),
    ...(outward && { nodePort }),
    ...(chance(random, 0.2) && { ports: severalPorts(random, outward, place) }),
    ...(outward && chance(random, 0.4) && { externalTrafficPolicy: 'Local' as const }),
    ...(chance(random, 0.2) && { internalTrafficPolicy: 'Local' as const }),
    ...(chance(random, 0.15) && { sessionAffinity: 'ClientIP' as const }),
    ...(chance(random, 0.15) && { externalIPs: [`192.0.2.${10 + place}`] }),
    ...(type === 'LoadBalancer' &&
      chance(random, 0.4) && {
        loadBalancerSourceRanges: [pick(random, ['198.51.100.10/32', '10.0.0.0/24', '100.96.0.0/11'])],
      }),
    ...(chance(random, 0.1) && { targetPort: 7777 }),
    ...(chance(random, 0.1) && { publishNotReadyAddresses: true }),
    ...(chance(random, 0.2) && {
      trafficDistribution: pick(random, ['PreferSameZone', 'PreferSameNode'] as const),
    }),
    ...(chance(random, 0.1) && { deadEndpoint: pick(random, ['100.96.1.99', '100.96.2.99', '100.96.9.9']) }),
  };
}

/** TCP and UDP of one number, and one that nobody serves. */
function severalPorts(random: Random, outward: boolean, place: number): readonly object[] {
  const number = pick(random, [80, 53, 8080]);
  const ports = [
    { name: 'tcp', protocol: 'TCP', port: number, targetPort: 8080 },
    { name: 'udp', protocol: 'UDP', port: number, targetPort: 8081 },
    { name: 'nobody', protocol: pick(random, ['TCP', 'UDP']), port: number + 1, targetPort: 7777 },
  ];
  return ports.map((port, index) => ({
    ...port,
    ...(outward && { nodePort: index === 2 ? 30300 + place : 30200 + place }),
  }));
}

function pod(random: Random, name: string, node: string, services: readonly ServiceSpec[]): PodSpec {
  const hostNetwork = chance(random, 0.1);
  const port = 8000 + int(random, 79);
  return {
    name,
    node,
    serves: services.filter(() => chance(random, 0.35)).map((one) => one.name),
    ...(hostNetwork && name.endsWith('a') && { hostNetwork }),
    ...(!hostNetwork && chance(random, 0.2) && { hostPort: port }),
    ...(!hostNetwork && chance(random, 0.2) && { hostPortUdp: { port } }),
    ...(chance(random, 0.25) && { state: pick(random, ['unready', 'terminating'] as const) }),
  };
}

function zone(random: Random): Readonly<Record<string, string>> {
  return { 'topology.kubernetes.io/zone': pick(random, ['a', 'b']) };
}

/** The router may know the ways to pods and Services. */
function routes(random: Random, workers: readonly string[]): NonNullable<Workload['routes']> {
  const address = (place: number) => `10.0.0.${11 + place}`;
  return [
    { machine: 'gateway', destination: '100.64.0.0/13', via: address(int(random, workers.length)) },
    { machine: 'gateway', destination: '192.0.2.0/25', via: address(int(random, workers.length)) },
    ...workers.map((_, place) => ({
      machine: 'gateway',
      destination: `100.96.${place + 1}.0/24`,
      via: address(place),
    })),
  ];
}

const int = (random: Random, below: number): number => Math.floor(random.next() * below);
const chance = (random: Random, probability: number): boolean => random.next() < probability;
function pick<T>(random: Random, from: readonly T[]): T {
  return from[int(random, from.length)]!;
}
