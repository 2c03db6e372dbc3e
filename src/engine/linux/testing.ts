import { checkTrace } from './check-trace.ts';
import { createNetwork, type Network } from './create-network.ts';
import type { Exchange } from './exchange.ts';
import type { RequestOptions } from './network.ts';
import type { Step, Trace } from './trace.ts';

/** A network for tests, with a clock to turn and chance that is always the same. */
export interface TestNetwork extends Network {
  readonly clock: { now: number };
  /** Asks, lets the time pass, and fails loudly when a trace breaks its invariants. */
  ask(options: Partial<RequestOptions> & Pick<RequestOptions, 'netns' | 'destination'>): Exchange;
}

export function createTestNetwork(seed = 1): TestNetwork {
  const clock = { now: 0 };
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 48271) >>> 0) % 2147483647 || 1;
    return state / 2147483647;
  };
  const network = createNetwork({ now: () => clock.now, random });
  return {
    ...network,
    clock,
    ask(options) {
      const payload = { bytes: 10, summary: 'GET /', data: undefined };
      const exchange = network.request({
        process: 'curl',
        protocol: 'tcp',
        payload,
        timeoutMs: 10_000,
        ...options,
      });
      clock.now += exchange.elapsedMs;
      for (const { trace } of exchange.packets) {
        const problems = checkTrace(trace);
        if (problems.length > 0) throw new Error(`${problems.join('\n')}\n${printTrace(trace)}`);
      }
      return exchange;
    },
  };
}

/** What the client saw, in a word. */
export function outcomeOf({ outcome }: Exchange): string {
  switch (outcome.kind) {
    case 'replied':
      return `${outcome.server.netns} <- ${outcome.seenAs.address}`;
    case 'failed':
      return outcome.errno;
    case 'timeout':
      return 'timeout';
  }
}

export function printExchange(exchange: Exchange): string {
  return exchange.packets
    .map(({ label, direction, at, trace }) => `${at} ms ${direction} ${label}\n${printTrace(trace)}`)
    .join('\n');
}

/** A trace as text, for failing tests. */
export function printTrace({ hops, disposition }: Trace): string {
  const lines = hops.flatMap((hop) => [
    `  ${hop.netns}`,
    ...hop.steps.map((step) => `    ${printStep(step)}`),
  ]);
  return [...lines, `  = ${JSON.stringify(disposition)}`].join('\n');
}

function printStep(step: Step): string {
  const { packet, ...rest } = step;
  const { ip } = packet;
  return `${step.kind.padEnd(10)} ${ip.source} > ${ip.destination} ttl ${ip.ttl}  ${JSON.stringify(rest).slice(0, 300)}`;
}

/** Two pods behind a bridge on a node, a second node with one pod, a router: the smallest cluster that has it all. */
export function createTwoNodes(
  options: { readonly hairpin?: boolean; readonly bridgeNf?: boolean; readonly seed?: number } = {},
): TestNetwork {
  const network = createTestNetwork(options.seed);
  for (const [name, address] of [
    ['node-1', '10.0.0.11'],
    ['node-2', '10.0.0.12'],
    ['gateway', '10.0.0.1'],
  ] as const) {
    const node = network.addNetns(name);
    node.addLink('eth0', { kind: 'ethernet', segment: 'nodes' });
    node.setLink('eth0', { up: true });
    node.addAddress('eth0', `${address}/24`);
    node.setSysctl('net.ipv4.ip_forward', '1');
    node.setSysctl('net.bridge.bridge-nf-call-iptables', options.bridgeNf === false ? '0' : '1');
    if (name !== 'gateway') node.addRoute({ destination: 'default', via: '10.0.0.1' });
  }
  addBridge(network, 'node-1', '10.244.1', ['a', 'b'], options.hairpin ?? true);
  addBridge(network, 'node-2', '10.244.2', ['c'], options.hairpin ?? true);
  network.netns('node-1')!.addRoute({ destination: '10.244.2.0/24', via: '10.0.0.12' });
  network.netns('node-2')!.addRoute({ destination: '10.244.1.0/24', via: '10.0.0.11' });
  network.netns('gateway')!.addRoute({ destination: '10.244.1.0/24', via: '10.0.0.11' });
  network.netns('gateway')!.addRoute({ destination: '10.244.2.0/24', via: '10.0.0.12' });
  return network;
}

function addBridge(
  network: TestNetwork,
  node: string,
  prefix: string,
  pods: readonly string[],
  hairpin: boolean,
): void {
  const host = network.netns(node)!;
  host.addLink('cni0', { kind: 'bridge' });
  host.setLink('cni0', { up: true });
  host.addAddress('cni0', `${prefix}.1/24`);
  for (const [place, name] of pods.entries()) {
    const pod = network.addNetns(name);
    network.addVeth({ netns: node, name: `veth${place + 1}` }, { netns: name, name: 'eth0' });
    host.setLink(`veth${place + 1}`, { up: true, master: 'cni0', hairpin });
    pod.setLink('eth0', { up: true });
    pod.addAddress('eth0', `${prefix}.${place + 2}/24`);
    pod.addRoute({ destination: 'default', via: `${prefix}.1` });
    for (const protocol of ['tcp', 'udp'] as const) {
      network.listen(name, {
        protocol,
        address: '0.0.0.0',
        port: 8080,
        process: 'server',
        handler: () => ({ payload: { bytes: 20, summary: '200 OK', data: undefined } }),
      });
    }
  }
}

/** Loads rules, or fails with the line that is wrong. */
export function loadRules(network: Network, netns: string, text: string): void {
  const result = network.netns(netns)!.iptablesRestore(text, { noflush: true });
  if (!result.ok) throw new Error(`line ${result.error.line}: ${result.error.message}\n${result.error.text}`);
}
