import type { EndpointSlice, Service } from '../../../src/engine/index.ts';
import { renderIptables, renderJumpRules, renderNftables } from '../../../src/engine/kubeproxy/index.ts';
import { createNetwork, type Packet } from '../../../src/engine/linux/index.ts';
import { cost, type Measured, type Scenario } from '../scenario.ts';

const SMALL = 10;
const SIZES = [100, 1000, 5000];

type Mode = 'iptables' | 'nftables';

interface Costs {
  readonly render: number;
  readonly trace: number;
}

/** How the cost of one trace, and of kube-proxy's whole text, grows with the number of Services: the ratio is small over large. */
function growth(part: keyof Costs, mode: Mode, name: string, what: string): Scenario {
  return {
    name,
    what,
    async run(): Promise<Measured> {
      const base = (await costs(SMALL, mode))[part];
      const others = [];
      for (const size of SIZES) {
        const time = (await costs(size, mode))[part];
        others.push({
          against: `${size} Services`,
          time,
          note: `ratio = time with ${size} over time with ${SMALL}`,
        });
      }
      return { ours: base, others };
    },
  };
}

/** For each mode of kube-proxy: tracing among Services, and writing the rules of all of them. */
export const manyServicesScenarios: readonly Scenario[] = (['iptables', 'nftables'] as const).flatMap(
  (mode) => [
    growth('trace', mode, `trace-among-services, ${mode}`, `one SYN to the last of ${SMALL} Services`),
    growth(
      'render',
      mode,
      `render-rules, ${mode}`,
      `kube-proxy's whole text for ${SMALL} Services with two endpoints each`,
    ),
  ],
);

async function costs(count: number, mode: Mode): Promise<Costs> {
  const services = Array.from({ length: count }, (_, index) => service(index));
  const endpointSlices = services.map((each, index) => slice(each, index));
  const config = {
    nodeName: 'node-1',
    nodeIP: '10.0.0.11',
    localDetector: { mode: 'CIDR', cidr: '100.96.0.0/11' },
  } as const;
  const state = { services, endpointSlices };
  const write = () =>
    mode === 'iptables' ? renderIptables(state, config).text : renderNftables(state, config);
  const render = cost(write);
  const text = write();

  const network = createNetwork({ now: () => 0, random: () => 0.5 });
  const node = network.addNetns('node-1');
  network.addNetns('pod');
  network.addVeth({ netns: 'node-1', name: 'veth1' }, { netns: 'pod', name: 'eth0' });
  const pod = network.netns('pod')!;
  for (const [netns, device, address] of [
    [node, 'veth1', '100.96.1.1/24'],
    [pod, 'eth0', '100.96.1.2/24'],
  ] as const) {
    netns.setLink(device, { up: true });
    netns.addAddress(device, address);
  }
  node.setSysctl('net.ipv4.ip_forward', '1');
  pod.addRoute({ destination: 'default', via: '100.96.1.1' });
  const results =
    mode === 'nftables'
      ? [node.nftLoad(text)]
      : [renderJumpRules(), text].map((input) => node.iptablesRestore(input, { noflush: true }));
  for (const result of results) if (!result.ok) throw new Error(JSON.stringify(result));
  const packet: Packet = {
    ip: { source: '100.96.1.2', destination: services.at(-1)!.spec.clusterIP!, ttl: 64 },
    transport: { protocol: 'tcp', sourcePort: 40000, destinationPort: 80, flags: ['SYN'] },
  };
  const steps = network.trace('pod', packet).hops.flatMap((hop) => hop.steps);
  if (!steps.some((step) => step.kind === 'nat')) throw new Error('the packet was not translated');
  const trace =
    cost(() => {
      for (let time = 0; time < 20; time++) network.trace('pod', packet);
    }) / 20;
  return { render, trace };
}

const octets = (index: number) => `${(index >> 8) & 255}.${index & 255}`;

function service(index: number): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `service-${index}`, namespace: 'default' },
    spec: {
      type: 'ClusterIP',
      clusterIP: `100.65.${octets(index)}`,
      ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }],
    },
  };
}

function slice({ metadata }: Service, index: number): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${metadata.name}-1`,
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': metadata.name },
    },
    addressType: 'IPv4',
    ports: [{ port: 8080, protocol: 'TCP' }],
    endpoints: [100, 101].map((block) => ({
      addresses: [`100.${block}.${octets(index)}`],
      conditions: { ready: true },
    })),
  };
}
