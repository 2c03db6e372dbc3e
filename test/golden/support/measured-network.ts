import type { EndpointSlice, Service } from '../../../src/engine/api/index.ts';
import { createRandom } from '../../../src/engine/apimachinery/index.ts';
import { createCni, setUpHost, setUpNode } from '../../../src/engine/cni/index.ts';
import { renderIptables, renderJumpRules, renderNftables } from '../../../src/engine/kubeproxy/index.ts';
import { createNetwork, type Network, type RequestHandler } from '../../../src/engine/linux/index.ts';

/** The topology that the record describes, as far as it is data. */
export interface MeasuredTopology {
  readonly nodes: Readonly<
    Record<string, { readonly ip: string; readonly podCIDR: string; readonly gateway: string }>
  >;
  /** `10.244.1.5 (node1)` */
  readonly pods: Readonly<Record<string, string>>;
  /** `hello 10.96.34.12:80 NodePort 30080` -> its endpoints. */
  readonly services: Readonly<Record<string, readonly string[]>>;
}

export interface MeasuredVariant {
  readonly plugin: 'bridge' | 'ptp';
  readonly hairpinMode: boolean;
  readonly bridgeNfCallIptables: boolean;
  /** Of kube-proxy; default iptables. */
  readonly mode?: 'nftables';
}

const CLUSTER_CIDR = '10.244.0.0/16';
const CLIENT = '172.18.0.100';
const GATEWAY = '172.18.0.1';

/**
 * Builds the record's network in the engine: nodes and client on one segment, a gateway that passes nothing on, pods
 * at the recorded addresses, the rules of our own kube-proxy. `now` is in the caller's hands.
 */
export function buildMeasuredNetwork(
  topology: MeasuredTopology,
  variant: MeasuredVariant,
  seed: number,
  now: () => number,
): Network {
  const random = createRandom(seed);
  const network = createNetwork({ now, random: () => random.next() });
  setUpHost(network, {
    name: 'gateway',
    cards: [{ device: 'eth0', segment: 'nodes', address: `${GATEWAY}/16` }],
  });
  const nodes = Object.entries(topology.nodes).map(([name, node]) => ({
    name,
    address: node.ip,
    podCIDR: node.podCIDR,
  }));
  const first = nodes[0]!.address;
  setUpHost(network, {
    name: 'cl',
    cards: [{ device: 'eth0', segment: 'nodes', address: `${CLIENT}/16` }],
    gateway: GATEWAY,
    routes: ['10.96.0.0/12', CLUSTER_CIDR, '203.0.113.10', '192.0.2.5'].map((destination) => ({
      destination,
      via: first,
    })),
  });
  const networks = nodes.map((node) =>
    setUpNode(network, {
      ...node,
      address: `${node.address}/16`,
      gateway: GATEWAY,
      segment: 'nodes',
      clusterCIDR: CLUSTER_CIDR,
      ...variant,
    }),
  );
  for (const [place, node] of networks.entries()) {
    for (const peer of nodes) {
      if (peer !== nodes[place]) node.addPeer(peer);
    }
  }
  for (const [place, node] of nodes.entries())
    connectPods(network, node.name, networks[place]!.config, topology);
  const { services, endpointSlices } = objectsOf(topology);
  for (const node of nodes) {
    const config = {
      nodeName: node.name,
      nodeIP: node.address,
      localDetector: { mode: 'CIDR', cidr: CLUSTER_CIDR },
    } as const;
    const netns = network.netns(node.name)!;
    if (variant.mode === 'nftables') {
      const loaded = netns.nftLoad(renderNftables({ services, endpointSlices }, config));
      if (!loaded.ok) throw new Error(`${node.name}: ${JSON.stringify(loaded.error)}`);
      continue;
    }
    netns.setSysctl('net.ipv4.conf.all.route_localnet', '1');
    for (const text of [renderJumpRules(), renderIptables({ services, endpointSlices }, config).text]) {
      const loaded = netns.iptablesRestore(text, { noflush: true });
      if (!loaded.ok)
        throw new Error(
          `${node.name}: line ${loaded.error.line}: ${loaded.error.message}\n${loaded.error.text}`,
        );
    }
  }
  const answer: RequestHandler = () => ({ payload: { bytes: 100, summary: 'answer', data: undefined } });
  const listen = (netns: string, protocol: 'tcp' | 'udp', port: number) =>
    network.listen(netns, { protocol, address: '0.0.0.0', port, process: 'server', handler: answer });
  for (const pod of Object.keys(topology.pods)) {
    listen(pod, 'tcp', 8080);
    listen(pod, 'udp', 8080);
  }
  listen(nodes[0]!.name, 'tcp', 9999);
  return network;
}

/** host-local gives addresses in order: those before a pod's are taken by sandboxes that go again. */
function connectPods(network: Network, node: string, config: string, topology: MeasuredTopology): void {
  const cni = createCni(network, node);
  const wanted = Object.entries(topology.pods).filter(([, place]) => place.includes(`(${node})`));
  const fillers: string[] = [];
  for (const [pod, place] of wanted) {
    const address = place.split(' ')[0]!;
    for (;;) {
      network.addNetns(pod);
      const added = cni.add(config, { containerId: `${pod}-${fillers.length}`, netns: pod, ifName: 'eth0' });
      if (!added.ok) throw new Error(added.message);
      if (added.result.ips[0]!.address.startsWith(`${address}/`)) break;
      cni.del(config, { containerId: `${pod}-${fillers.length}`, netns: pod, ifName: 'eth0' });
      network.removeNetns(pod);
      fillers.push(address);
    }
  }
}

/** The Services and slices that the record's short lines stand for. */
function objectsOf(topology: MeasuredTopology): {
  readonly services: Service[];
  readonly endpointSlices: EndpointSlice[];
} {
  const services: Service[] = [];
  const endpointSlices: EndpointSlice[] = [];
  for (const [line, endpoints] of Object.entries(topology.services)) {
    const name = line.split(' ')[0]!;
    const word = (pattern: RegExp) => pattern.exec(line)?.[1];
    const nodePort = word(/NodePort (\d+)/);
    const loadBalancerIP = word(/LB ([\d.]+)/);
    const ranges = word(/sourceRanges ([\d./,]+)/);
    const externalIPs = word(/externalIPs ([\d.,]+)/);
    const isUdp = line.includes('/UDP');
    const port = Number(word(/^\S+ [\d.]+:(\d+)/) ?? 80);
    const targetPort = Number(word(/targetPort (\d+)/) ?? 8080);
    const protocol = isUdp ? 'UDP' : 'TCP';
    services.push({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'default', name },
      spec: {
        type: loadBalancerIP ? 'LoadBalancer' : nodePort ? 'NodePort' : 'ClusterIP',
        clusterIP: word(/^\S+ ([\d.]+)/)!,
        ports: [{ port, protocol, targetPort, ...(nodePort && { nodePort: Number(nodePort) }) }],
        ...(line.includes('eTP Local') && { externalTrafficPolicy: 'Local' }),
        ...(line.includes('iTP Local') && { internalTrafficPolicy: 'Local' }),
        ...(line.includes('ClientIP affinity') && { sessionAffinity: 'ClientIP' }),
        ...(ranges && { loadBalancerSourceRanges: ranges.split(',') }),
        ...(externalIPs && { externalIPs: externalIPs.split(',') }),
      },
      ...(loadBalancerIP && { status: { loadBalancer: { ingress: [{ ip: loadBalancerIP }] } } }),
    } as Service);
    endpointSlices.push({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { namespace: 'default', name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      endpoints: endpoints.map((endpoint) => {
        const place = topology.pods[endpoint];
        const address = (place ?? endpoint).split(' ')[0]!;
        const nodeName = Object.entries(topology.nodes).find(([, node]) =>
          address.startsWith(node.podCIDR.replace(/0\/\d+$/, '')),
        )?.[0];
        return { addresses: [address], conditions: { ready: true }, ...(nodeName && { nodeName }) };
      }),
      ports: [{ port: targetPort, protocol }],
    } as EndpointSlice);
  }
  return { services, endpointSlices };
}
