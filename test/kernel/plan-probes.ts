import { type Cluster, createRandom } from '../../src/engine/index.ts';
import type { Probe } from './probe.ts';
import type { Scenario } from './scenarios.ts';
import type { Workload } from './workload.ts';

interface Target {
  readonly protocol: Probe['protocol'];
  readonly address: string;
  readonly port: number;
  readonly about: string;
  /** Chance decides who answers: asked several times. */
  readonly many?: boolean;
  readonly ttl?: number;
  readonly bytes?: number;
  readonly dontFragment?: boolean;
  /** Only from these namespaces. */
  readonly from?: (netns: string) => boolean;
}

const FIRST_SOURCE_PORT = 12_000;
const REPEATS = 5;

/** Every address worth trying, from every place worth trying it from. */
export function planProbes(cluster: Cluster, { workload, ports, sizes, probes: limit }: Scenario): Probe[] {
  const view = cluster.view();
  const pods = view.pods.filter((pod) => pod.namespace === 'default' && pod.ip && !pod.hostNetwork);
  const nodes = view.nodes;
  const sources = [...pods.map((pod) => pod.netns!), ...nodes.map((node) => node.name), 'client'];
  const isNode = (netns: string) => nodes.some((node) => node.name === netns);
  const targets: Target[] = [];
  const add = (...more: Target[]) => targets.push(...more);

  if (ports) {
    const places = [
      ...pods.map(({ name, ip }) => [name, ip!] as const),
      ...nodes.map(({ name, address }) => [name, address] as const),
    ];
    for (const { protocol, port } of ports)
      for (const [name, address] of places)
        add({ protocol, address, port, about: `${protocol} ${port} of ${name}` });
    return planned(sources, targets, limit);
  }
  for (const service of view.services) {
    if (service.namespace !== 'default' || service.name === 'kubernetes') continue;
    const spec = workload.services.find(({ name }) => name === service.name)!;
    const object = cluster.api.get('services', service.namespace, service.name);
    const ingress = object.ok ? (object.object.status?.loadBalancer?.ingress ?? []) : [];
    const many = service.endpoints.length > 1;
    const healthCheckNodePort = object.ok ? object.object.spec.healthCheckNodePort : undefined;
    if (healthCheckNodePort)
      for (const node of nodes)
        add({
          protocol: 'tcp',
          address: node.address,
          port: healthCheckNodePort,
          about: `Service ${service.name}, health check on ${node.name}`,
        });
    for (const { port, protocol: upper, nodePort } of service.ports) {
      const protocol = upper === 'UDP' ? ('udp' as const) : ('tcp' as const);
      const which = service.ports.length > 1 ? ` (${protocol} ${port})` : '';
      const about = (what: string) => `Service ${service.name}, ${what}${which}`;
      add({ protocol, address: service.clusterIP!, port, about: about('cluster IP'), many });
      // Which of its nodes the balancer takes may be up to chance too.
      for (const { ip } of ingress)
        if (ip) add({ protocol, address: ip, port, about: about('load balancer IP'), many: true });
      for (const ip of spec.externalIPs ?? [])
        add({ protocol, address: ip, port, about: about('external IP'), many });
      if (!nodePort) continue;
      for (const node of nodes) {
        add({
          protocol,
          address: node.address,
          port: nodePort,
          about: about(`node port of ${node.name}`),
          many,
        });
        if (node.bridge)
          add({
            protocol,
            address: node.bridge.address,
            port: nodePort,
            about: about(`node port on ${node.name}'s bridge`),
            many,
          });
      }
      add({
        protocol,
        address: '127.0.0.1',
        port: nodePort,
        about: about('node port on localhost'),
        many,
        from: isNode,
      });
    }
  }
  const anyService =
    view.services.find((service) => service.namespace === 'default' && service.name !== 'kubernetes')
      ?.clusterIP ?? '100.64.0.1';
  add(
    { protocol: 'tcp', address: anyService, port: 81, about: 'a port that the Service does not have' },
    { protocol: 'icmp', address: anyService, port: 0, about: 'ping a cluster IP' },
    { protocol: 'tcp', address: '100.71.255.250', port: 80, about: 'a cluster IP that nobody has' },
    { protocol: 'tcp', address: '100.64.0.1', port: 443, about: 'the API server by its Service' },
    { protocol: 'tcp', address: '198.51.100.10', port: 1, about: 'a closed port outside' },
    { protocol: 'icmp', address: '198.51.100.10', port: 0, about: 'ping the outside' },
    { protocol: 'tcp', address: '192.0.2.200', port: 80, about: 'an address beyond the uplink' },
    { protocol: 'icmp', address: '10.0.0.1', port: 0, about: 'ping the router' },
  );
  if (sizes) add(...shortLived(anyService, pods), ...large(pods, nodes));
  for (const pod of pods) {
    add(
      { protocol: 'tcp', address: pod.ip!, port: 8080, about: `pod ${pod.name}` },
      { protocol: 'udp', address: pod.ip!, port: 8081, about: `pod ${pod.name} by UDP` },
      { protocol: 'tcp', address: pod.ip!, port: 81, about: `a closed port of pod ${pod.name}` },
      { protocol: 'udp', address: pod.ip!, port: 81, about: `a closed UDP port of pod ${pod.name}` },
      { protocol: 'icmp', address: pod.ip!, port: 0, about: `ping pod ${pod.name}` },
    );
  }
  for (const node of nodes) {
    const prefix = node.podCIDR.split('.').slice(0, 3).join('.');
    add(
      { protocol: 'tcp', address: node.address, port: 10250, about: `the kubelet of ${node.name}` },
      { protocol: 'tcp', address: node.address, port: 30999, about: `a closed port of ${node.name}` },
      {
        protocol: 'tcp',
        address: `${prefix}.250`,
        port: 80,
        about: `a pod address of ${node.name} that nobody has`,
      },
      {
        protocol: 'icmp',
        address: `${prefix}.250`,
        port: 0,
        about: `ping a pod address of ${node.name} that nobody has`,
      },
      { protocol: 'icmp', address: node.address, port: 0, about: `ping ${node.name}` },
      { protocol: 'icmp', address: `${prefix}.1`, port: 0, about: `ping the pods' gateway of ${node.name}` },
    );
    for (const { protocol, port } of hostPorts(workload))
      for (const [where, address] of [
        ['', node.address],
        ["'s bridge", node.bridge?.address],
      ] as const)
        if (address)
          add({ protocol, address, port, about: `${protocol} hostPort ${port} on ${node.name}${where}` });
  }
  for (const { protocol, port } of hostPorts(workload))
    add({
      protocol,
      address: '127.0.0.1',
      port,
      about: `${protocol} hostPort ${port} on localhost`,
      from: isNode,
    });
  return planned(sources, targets, limit);
}

/** Packets that routers on the way give up: whoever sent them must hear of it in its own addresses. */
function shortLived(
  service: string,
  pods: readonly { readonly name: string; readonly ip?: string }[],
): Target[] {
  return [1, 2].flatMap((ttl) => [
    {
      protocol: 'tcp' as const,
      address: service,
      port: 80,
      about: `a cluster IP with TTL ${ttl}`,
      ttl,
      many: true,
    },
    {
      protocol: 'icmp' as const,
      address: '198.51.100.10',
      port: 0,
      about: `ping the outside with TTL ${ttl}`,
      ttl,
    },
    ...pods.flatMap(({ name, ip }) => [
      { protocol: 'icmp' as const, address: ip!, port: 0, about: `ping pod ${name} with TTL ${ttl}`, ttl },
      { protocol: 'udp' as const, address: ip!, port: 8081, about: `pod ${name} with TTL ${ttl}`, ttl },
    ]),
  ]);
}

/** Packets about as large as the devices on the way take, and larger. */
function large(
  pods: readonly { readonly name: string; readonly ip?: string }[],
  nodes: readonly { readonly name: string; readonly address: string }[],
): Target[] {
  const places = [
    ...pods.map(({ name, ip }) => [name, ip!] as const),
    ...nodes.map(({ name, address }) => [name, address] as const),
  ];
  return places.flatMap(([name, address]) =>
    [
      { bytes: 1422, dontFragment: true },
      { bytes: 1423, dontFragment: true },
      { bytes: 1472, dontFragment: true },
      { bytes: 1473, dontFragment: true },
      { bytes: 3000 },
    ].map((size) => ({
      protocol: 'icmp' as const,
      address,
      port: 0,
      about: `ping ${name} with ${size.bytes} bytes`,
      ...size,
    })),
  );
}

function hostPorts({ pods }: Workload): { readonly protocol: 'tcp' | 'udp'; readonly port: number }[] {
  return pods.flatMap(({ hostPort, hostPortUdp }) => [
    ...(hostPort ? [{ protocol: 'tcp' as const, port: hostPort }] : []),
    ...(hostPortUdp ? [{ protocol: 'udp' as const, port: hostPortUdp.port }] : []),
  ]);
}

/** Every source asks every target that it may. */
function planned(sources: readonly string[], targets: readonly Target[], limit: Scenario['probes']): Probe[] {
  // Two targets of one name would pass for one that is asked several times.
  const names = new Set<string>();
  for (const { about } of targets) {
    if (names.has(about)) throw new Error(`two targets are called "${about}"`);
    names.add(about);
  }
  const wanted = sources.flatMap((from) =>
    targets
      .filter((target) => target.from?.(from) ?? true)
      .flatMap(({ many, from: _from, ...target }) =>
        Array.from({ length: many ? REPEATS : 1 }, () => ({ ...target, from })),
      ),
  );
  return some(wanted, limit).map((probe, id) => ({ ...probe, id, sourcePort: FIRST_SOURCE_PORT + id }));
}

/** A share of them, by chance. Those that are asked several times stay together. */
function some<T extends { readonly from: string; readonly about: string }>(
  all: readonly T[],
  limit: Scenario['probes'],
): readonly T[] {
  if (!limit || all.length <= limit.atMost) return all;
  const random = createRandom(limit.seed).fork('probes');
  const keys = [...new Set(all.map(keyOf))]
    .map((key) => [random.next(), key] as const)
    .sort(([a], [b]) => a - b);
  const chosen = new Set<string>();
  let count = 0;
  for (const [, key] of keys) {
    const size = all.filter((one) => keyOf(one) === key).length;
    if (count + size > limit.atMost) continue;
    count += size;
    chosen.add(key);
  }
  return all.filter((one) => chosen.has(keyOf(one)));
}

function keyOf({ from, about }: { readonly from: string; readonly about: string }): string {
  return `${from} ${about}`;
}
