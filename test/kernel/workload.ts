import type { Cluster } from '../../src/engine/index.ts';

/** What stands in a scenario's cluster, beside the cluster's own. */
export interface Workload {
  readonly pods: readonly PodSpec[];
  readonly services: readonly ServiceSpec[];
  readonly rules?: (address: (pod: string) => string) => NodeRules;
  /** Routes of machines to others, beside those that they have. */
  readonly routes?: readonly {
    readonly machine: string;
    readonly destination: string;
    readonly via: string;
  }[];
}

/** Rules of the scenario's own, beside the cluster's. */
export interface NodeRules {
  readonly node: string;
  /** For `ipset restore`. */
  readonly sets: string;
  /** For `iptables-restore --noflush`. */
  readonly text: string;
}

export interface PodSpec {
  readonly name: string;
  readonly node: string;
  /** Services that it belongs to. */
  readonly serves: readonly string[];
  /** To 8080 of the pod. */
  readonly hostPort?: number;
  /** The same for UDP, to 8081; on this address of the node alone. */
  readonly hostPortUdp?: { readonly port: number; readonly hostIP?: string };
  readonly hostNetwork?: boolean;
  /** `unready`: its readiness probe fails. `terminating`: deleted, and still at work in its grace period. */
  readonly state?: 'unready' | 'terminating';
}

export interface ServiceSpec {
  readonly name: string;
  readonly type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer';
  /** Default TCP: 80 to 8080; UDP: 80 to 8081. */
  readonly protocol?: 'TCP' | 'UDP';
  readonly targetPort?: number;
  readonly nodePort?: number;
  /** Several ports, as a manifest has them: instead of the one that is told by the fields above. */
  readonly ports?: readonly object[];
  readonly publishNotReadyAddresses?: boolean;
  readonly trafficDistribution?: 'PreferSameZone' | 'PreferSameNode';
  readonly externalTrafficPolicy?: 'Local';
  readonly internalTrafficPolicy?: 'Local';
  readonly sessionAffinity?: 'ClientIP';
  readonly externalIPs?: readonly string[];
  readonly loadBalancerSourceRanges?: readonly string[];
  /** No selector: endpoints by hand, of nobody. */
  readonly deadEndpoint?: string;
}

/** Answers HTTP on 8080 and UDP on 8081, as upstream's own end-to-end tests have it. */
const IMAGE = 'registry.k8s.io/e2e-test-images/agnhost:2.53';

/** Creates it all and lets the cluster settle. Throws when the API server refuses something. */
export function applyWorkload(cluster: Cluster, { pods, services, rules, routes = [] }: Workload): void {
  for (const service of services) create(cluster, 'services', serviceObject(service));
  for (const service of services) {
    if (service.deadEndpoint) create(cluster, 'endpointslices', deadSlice(service, service.deadEndpoint));
  }
  for (const pod of pods) create(cluster, 'pods', podObject(pod));
  cluster.settle();
  // Time for the cloud to hand out its addresses.
  cluster.clock.advance(10_000);
  cluster.settle();
  for (const { machine, ...route } of routes) cluster.network.netns(machine)!.addRoute(route);
  for (const { name, state } of pods) {
    if (state === 'terminating') cluster.api.delete('pods', 'default', name);
  }
  cluster.clock.advance(3_000);
  if (rules)
    applyRules(
      cluster,
      rules((pod) => cluster.view().pods.find(({ name }) => name === pod)!.ip!),
    );
}

function applyRules(cluster: Cluster, { node, sets, text }: NodeRules): void {
  const netns = cluster.network.netns(node)!;
  const made = netns.ipsetRestore(sets);
  if (!made.ok) throw new Error(`ipset restore: ${made.error.message}`);
  const loaded = netns.iptablesRestore(text, { noflush: true });
  if (!loaded.ok) throw new Error(`iptables-restore: ${JSON.stringify(loaded.error)}`);
}

// biome-ignore lint/suspicious/noExplicitAny: the objects are written as a manifest would have them, short of what is defaulted.
function create(cluster: Cluster, resource: 'pods' | 'services' | 'endpointslices', object: any): void {
  const result = cluster.api.create(resource, object);
  if (!result.ok) throw new Error(`${resource} ${object.metadata.name}: ${JSON.stringify(result)}`);
}

function podObject({ name, node, serves, hostPort, hostPortUdp, hostNetwork, state }: PodSpec) {
  const ports = [
    ...(hostPort ? [{ containerPort: 8080, hostPort }] : []),
    ...(hostPortUdp
      ? [
          {
            containerPort: 8081,
            hostPort: hostPortUdp.port,
            protocol: 'UDP',
            ...(hostPortUdp.hostIP && { hostIP: hostPortUdp.hostIP }),
          },
        ]
      : []),
  ];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace: 'default',
      name,
      labels: Object.fromEntries(serves.map((service) => [`serves-${service}`, 'yes'])),
    },
    spec: {
      nodeName: node,
      ...(hostNetwork && { hostNetwork }),
      containers: [
        {
          name: 'server',
          image: IMAGE,
          args: ['netexec'],
          ports,
          ...(state === 'unready' && { readinessProbe: { tcpSocket: { port: 9999 } } }),
          ...(state === 'terminating' && { lifecycle: { preStop: { sleep: { seconds: 25 } } } }),
        },
      ],
    },
  };
}

function serviceObject(service: ServiceSpec) {
  const {
    name,
    type = 'ClusterIP',
    protocol = 'TCP',
    deadEndpoint,
    targetPort,
    nodePort,
    ports,
    ...rest
  } = service;
  const port = {
    port: 80,
    protocol,
    targetPort: targetPort ?? (protocol === 'UDP' ? 8081 : 8080),
    ...(nodePort && { nodePort }),
  };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'default', name },
    spec: {
      type,
      ports: ports ?? [port],
      ...(deadEndpoint ? {} : { selector: { [`serves-${name}`]: 'yes' } }),
      ...rest,
    },
  };
}

function deadSlice({ name }: ServiceSpec, address: string) {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'default', name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ port: 8080, protocol: 'TCP' }],
  };
}
