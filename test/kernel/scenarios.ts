import type { ClusterOptions } from '../../src/engine/index.ts';
import { EVERY_PORT, everyRule } from './every-rule.ts';
import type { Probe } from './probe.ts';
import type { Workload } from './workload.ts';

export interface Scenario {
  readonly name: string;
  readonly options: ClusterOptions;
  readonly workload: Workload;
  /** Asks these ports of every pod and node, and nothing else. */
  readonly ports?: readonly { readonly protocol: Probe['protocol']; readonly port: number }[];
  /** Asks with packets of little TTL and of many sizes too. */
  readonly sizes?: true;
  /** Leave out probes at random down to this many. Absent: all of them. */
  readonly probes?: { readonly atMost: number; readonly seed: number };
}

/** Two pods on each worker; Services of every type and policy, with endpoints here, there, on both sides and nowhere. */
const EVERYTHING: Workload = {
  pods: [
    {
      name: 'p1a',
      node: 'node-1',
      serves: [
        'both',
        'onnode1',
        'self',
        'wrongport',
        'udp',
        'udp-node',
        'lb',
        'lb-local',
        'ranges',
        'ranges-node',
        'external',
        'affinity',
        'local-one',
        'node-both',
        'affinity-node',
      ],
      hostPort: 8088,
    },
    { name: 'p1b', node: 'node-1', serves: [] },
    {
      name: 'p2a',
      node: 'node-2',
      serves: [
        'both',
        'remote',
        'itp',
        'udp-node',
        'local-two',
        'lb',
        'affinity',
        'node-both',
        'affinity-node',
      ],
    },
    { name: 'p2b', node: 'node-2', serves: [] },
    { name: 'onhost', node: 'node-2', serves: ['hostnet'], hostNetwork: true },
  ],
  services: [
    { name: 'both' },
    { name: 'onnode1', type: 'NodePort', nodePort: 30084 },
    { name: 'remote', type: 'NodePort', nodePort: 30083 },
    { name: 'node-both', type: 'NodePort', nodePort: 30080 },
    { name: 'self' },
    { name: 'none', type: 'NodePort', nodePort: 30082 },
    { name: 'wrongport', targetPort: 7777 },
    { name: 'udp', protocol: 'UDP' },
    { name: 'udp-node', protocol: 'UDP', type: 'NodePort', nodePort: 30090 },
    { name: 'udp-none', protocol: 'UDP', type: 'NodePort', nodePort: 30091 },
    { name: 'local-one', type: 'NodePort', nodePort: 30086, externalTrafficPolicy: 'Local' },
    { name: 'local-two', type: 'NodePort', nodePort: 30081, externalTrafficPolicy: 'Local' },
    { name: 'itp', internalTrafficPolicy: 'Local' },
    { name: 'lb', type: 'LoadBalancer', nodePort: 30100 },
    { name: 'lb-local', type: 'LoadBalancer', nodePort: 30101, externalTrafficPolicy: 'Local' },
    { name: 'ranges', type: 'LoadBalancer', nodePort: 30102, loadBalancerSourceRanges: ['198.51.100.10/32'] },
    { name: 'ranges-node', type: 'LoadBalancer', nodePort: 30103, loadBalancerSourceRanges: ['10.0.0.0/24'] },
    { name: 'external', externalIPs: ['192.0.2.5'] },
    { name: 'affinity', sessionAffinity: 'ClientIP' },
    { name: 'affinity-node', type: 'NodePort', nodePort: 30085, sessionAffinity: 'ClientIP' },
    { name: 'dead', deadEndpoint: '100.96.1.99' },
    { name: 'dead-remote', deadEndpoint: '100.96.2.99' },
    { name: 'hostnet', type: 'NodePort', nodePort: 30110 },
  ],
};

/** Four pods, and nothing of Kubernetes' beside them. */
const FOUR_PODS: Workload = {
  pods: ['p1a', 'p1b', 'p2a', 'p2b'].map((name) => ({ name, node: `node-${name[1]}`, serves: [] })),
  services: [],
};

/** What Services and pods may be besides: several ports, endpoints that are not quite ready, near and far ones. */
const THE_REST: Workload = {
  pods: [
    {
      name: 'p1a',
      node: 'node-1',
      serves: ['ports', 'zone', 'node', 'half', 'unready', 'anyway', 'leaving', 'lb-cluster'],
    },
    { name: 'p1b', node: 'node-1', serves: ['half', 'leaving', 'leaving-local'], state: 'terminating' },
    { name: 'p1c', node: 'node-1', serves: ['last', 'anyway', 'half'], state: 'unready' },
    { name: 'p2a', node: 'node-2', serves: ['ports', 'zone', 'node'] },
    { name: 'p2b', node: 'node-2', serves: ['last', 'leaving', 'leaving-local'], state: 'terminating' },
    {
      name: 'p3a',
      node: 'node-3',
      serves: ['ports', 'zone', 'leaving-local'],
      hostPort: 8088,
      hostPortUdp: { port: 8088, hostIP: '10.0.0.13' },
    },
    { name: 'p3b', node: 'node-3', serves: ['lb-local', 'lb-cluster'], hostPortUdp: { port: 8089 } },
    { name: 'onhost', node: 'node-3', serves: ['ports', 'hostnet'], hostNetwork: true },
  ],
  services: [
    {
      name: 'ports',
      type: 'NodePort',
      ports: [
        { name: 'a', port: 80, targetPort: 8080, nodePort: 30200 },
        { name: 'b', port: 80, protocol: 'UDP', targetPort: 8081, nodePort: 30200 },
        { name: 'c', port: 81, targetPort: 7777, nodePort: 30201 },
        { name: 'd', port: 82, protocol: 'UDP', targetPort: 7777, nodePort: 30202 },
        { name: 'e', port: 83, protocol: 'SCTP', targetPort: 8080, nodePort: 30203 },
      ],
    },
    { name: 'zone', trafficDistribution: 'PreferSameZone' },
    { name: 'node', type: 'NodePort', nodePort: 30210, trafficDistribution: 'PreferSameNode' },
    { name: 'half', type: 'NodePort', nodePort: 30211 },
    { name: 'last', type: 'NodePort', nodePort: 30212 },
    { name: 'unready' },
    { name: 'anyway', publishNotReadyAddresses: true },
    { name: 'leaving', type: 'NodePort', nodePort: 30213, internalTrafficPolicy: 'Local' },
    { name: 'leaving-local', type: 'NodePort', nodePort: 30214, externalTrafficPolicy: 'Local' },
    { name: 'hostnet', type: 'NodePort', nodePort: 30215, externalTrafficPolicy: 'Local' },
    {
      name: 'lb-local',
      type: 'LoadBalancer',
      nodePort: 30216,
      externalTrafficPolicy: 'Local',
      internalTrafficPolicy: 'Local',
      loadBalancerSourceRanges: ['198.51.100.0/24', '100.96.1.0/24'],
    },
    {
      name: 'lb-cluster',
      type: 'LoadBalancer',
      nodePort: 30217,
      sessionAffinity: 'ClientIP',
      externalIPs: ['192.0.2.7'],
    },
  ],
  routes: [
    { machine: 'gateway', destination: '100.64.0.0/13', via: '10.0.0.11' },
    { machine: 'gateway', destination: '100.96.1.0/24', via: '10.0.0.11' },
    { machine: 'gateway', destination: '100.96.2.0/24', via: '10.0.0.12' },
    { machine: 'gateway', destination: '100.96.3.0/24', via: '10.0.0.13' },
    { machine: 'gateway', destination: '192.0.2.7/32', via: '10.0.0.12' },
  ],
};

const ZONES: NonNullable<ClusterOptions['nodes']> = [
  { name: 'control-plane', role: 'control-plane', labels: { 'topology.kubernetes.io/zone': 'a' } },
  { name: 'node-1', labels: { 'topology.kubernetes.io/zone': 'a' } },
  { name: 'node-2', labels: { 'topology.kubernetes.io/zone': 'b' } },
  { name: 'node-3', labels: { 'topology.kubernetes.io/zone': 'b' } },
];

const base: ClusterOptions = { loadBalancerProvider: { pool: '203.0.113.0/24' } };
const with_ = (options: ClusterOptions): ClusterOptions => ({ ...base, ...options });

export const SCENARIOS: readonly Scenario[] = [
  { name: 'bridge, hairpin on', options: base, workload: EVERYTHING },
  { name: 'bridge, hairpin off', options: with_({ cni: { hairpinMode: false } }), workload: EVERYTHING },
  {
    name: 'bridge, bridge-nf-call-iptables off',
    options: with_({ cni: { hairpinMode: false }, bridgeNfCallIptables: false }),
    workload: EVERYTHING,
  },
  { name: 'ptp', options: with_({ cni: { plugin: 'ptp' } }), workload: EVERYTHING },
  { name: 'bridge, vxlan', options: with_({ cni: { backend: 'vxlan' } }), workload: EVERYTHING },
  { name: 'masquerade all', options: with_({ proxy: { masqueradeAll: true } }), workload: EVERYTHING },
  {
    name: 'pods told by the bridge, no localhost node ports',
    options: with_({ proxy: { detectLocalMode: 'BridgeInterface', localhostNodePorts: false } }),
    workload: EVERYTHING,
  },
  {
    name: "node ports on the nodes' network only, no pod masquerade",
    options: with_({
      cni: { ipMasq: false },
      proxy: { detectLocalMode: 'NodeCIDR', nodePortAddresses: ['10.0.0.0/24'] },
    }),
    workload: EVERYTHING,
  },
  { name: 'nftables, bridge', options: with_({ proxy: { mode: 'nftables' } }), workload: EVERYTHING },
  {
    name: 'nftables, ptp',
    options: with_({ cni: { plugin: 'ptp' }, proxy: { mode: 'nftables' } }),
    workload: EVERYTHING,
  },
  {
    name: 'nftables, several ports, endpoints not quite ready, zones, outside routes',
    options: with_({ nodes: ZONES, proxy: { mode: 'nftables', masqueradeAll: true } }),
    workload: THE_REST,
    probes: { atMost: 2_000, seed: 3 },
  },
  {
    name: 'rules of every kind',
    options: base,
    workload: { ...FOUR_PODS, rules: everyRule },
    ports: EVERY_PORT,
  },
  {
    name: 'rules of every kind, ptp',
    options: with_({ cni: { plugin: 'ptp' } }),
    workload: { ...FOUR_PODS, rules: everyRule },
    ports: EVERY_PORT,
  },
  {
    name: 'several ports, endpoints not quite ready, zones, outside routes',
    options: with_({ nodes: ZONES }),
    workload: THE_REST,
    probes: { atMost: 2_000, seed: 1 },
  },
  {
    name: 'the same, ptp, vxlan',
    options: with_({ nodes: ZONES, cni: { plugin: 'ptp', backend: 'vxlan' } }),
    workload: THE_REST,
    probes: { atMost: 2_000, seed: 2 },
  },
  ...(['host-gw', 'vxlan'] as const).flatMap((backend) =>
    (['bridge', 'ptp'] as const).map((plugin) => ({
      name: `TTL and sizes, ${plugin}, ${backend}`,
      options: with_({ cni: { plugin, backend } }),
      workload: { ...FOUR_PODS, services: [{ name: 'none' }, { name: 'dead', deadEndpoint: '100.96.2.3' }] },
      sizes: true as const,
    })),
  ),
];
