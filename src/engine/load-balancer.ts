import type { Clock } from './apimachinery/index.ts';
import type { LoadBalancer } from './controllers/index.ts';
import { httpPayload, httpRequest, httpResponseOf } from './libc/index.ts';
import type { Network } from './linux/index.ts';

export interface BalancerOptions {
  readonly network: Network;
  readonly clock: Clock;
  /** Where the balancer works: the router of the nodes' network. */
  readonly netns: string;
  /** undefined: no such node. */
  addressOf(node: string): string | undefined;
  /** Default VIP: packets reach the nodes as they are. Proxy: with the node's own address and node port. */
  readonly ipMode?: 'VIP' | 'Proxy';
}

/** How often each node is asked, how long it may think, and how many times in a row it must fail to be taken out. */
const CHECK_INTERVAL_MS = 5000;
const CHECK_TIMEOUT_MS = 1000;
const FAILURES = 2;
/** kube-proxy's own health, asked where no traffic policy wants to know of endpoints (--healthz-bind-address). */
const KUBE_PROXY_HEALTH_PORT = 10256;
const OWNER = 'load balancer';

/** One node behind one balancer. */
interface Backend {
  readonly address: string;
  failures: number;
  healthy: boolean;
}

interface Balanced {
  readonly balancer: LoadBalancer;
  readonly backends: Map<string, Backend>;
}

/**
 * The provider's balancers. Each has an address of its own, spreads connections over the nodes that are healthy, and asks
 * every node again and again whether it is: with policy Local on the health check node port, else at kube-proxy.
 * Answers what the load-balancer controller calls with every change.
 *
 *   VIP     an equal-cost route to the nodes: 203.0.113.1 nexthop via 10.0.0.11, nexthop via 10.0.0.12
 *   Proxy   203.0.113.1:80 ─DNAT, masquerade▶ 10.0.0.11:30080
 *
 * With no healthy node the address is a black hole.
 */
export function createBalancer(options: BalancerOptions): (balancers: readonly LoadBalancer[]) => void {
  const { network, clock, netns, addressOf, ipMode = 'VIP' } = options;
  const router = network.netns(netns)!;
  let known: readonly Balanced[] = [];
  let written = '';
  let cancel: (() => void) | undefined;

  function isHealthy(address: string, port: number): boolean {
    const { outcome } = network.request({
      netns,
      process: 'health check',
      protocol: 'tcp',
      destination: { address, port },
      payload: httpPayload(
        httpRequest({ path: '/healthz', headers: [{ name: 'Host', value: `${address}:${port}` }] }),
      ),
      connectTimeoutMs: CHECK_TIMEOUT_MS,
      timeoutMs: CHECK_TIMEOUT_MS,
    });
    return outcome.kind === 'replied' && httpResponseOf(outcome.payload)?.status === 200;
  }

  /** A node that answers is in at once; one that does not is out after some failures, or was never in. */
  function check({ balancer, backends }: Balanced): void {
    const port = balancer.healthCheckNodePort ?? KUBE_PROXY_HEALTH_PORT;
    for (const backend of backends.values()) {
      backend.failures = isHealthy(backend.address, port) ? 0 : backend.failures + 1;
      if (backend.failures === 0) backend.healthy = true;
      else if (backend.failures >= FAILURES) backend.healthy = false;
    }
  }

  function checkAll(): void {
    cancel = undefined;
    for (const balanced of known) check(balanced);
    write();
    again();
  }

  function again(): void {
    cancel ??= known.length > 0 ? clock.after(CHECK_INTERVAL_MS, checkAll, { background: true }) : undefined;
  }

  /** Puts into the router what is in force now, when it is not what stands there. */
  function write(): void {
    const plan = known.map(({ balancer, backends }) => ({
      balancer,
      nodes: [...backends.values()].filter(({ healthy }) => healthy).map(({ address }) => address),
    }));
    const text = JSON.stringify(plan);
    if (text === written) return;
    written = text;
    for (const route of router.routes('main'))
      if (route.owner === OWNER) router.deleteRoute({ destination: route.destination });
    if (ipMode === 'Proxy') {
      router.iptablesRestore(proxyRules(plan));
      return;
    }
    for (const { balancer, nodes } of plan)
      router.addRoute({
        destination: balancer.address,
        protocol: 'static',
        owner: OWNER,
        ...(nodes.length === 0
          ? { type: 'blackhole' }
          : nodes.length === 1
            ? { via: nodes[0]! }
            : { nexthops: nodes }),
      });
  }

  return (balancers) => {
    const before = new Map(known.map((balanced) => [keyOf(balanced.balancer), balanced]));
    known = balancers.map((balancer): Balanced => {
      const old = before.get(keyOf(balancer));
      const backends = new Map<string, Backend>();
      for (const node of balancer.nodes) {
        const address = addressOf(node);
        if (address !== undefined)
          backends.set(node, old?.backends.get(node) ?? { address, failures: 0, healthy: false });
      }
      const balanced = { balancer, backends };
      check(balanced);
      return balanced;
    });
    write();
    again();
    if (known.length === 0) {
      cancel?.();
      cancel = undefined;
    }
  };
}

function keyOf({ namespace, service }: LoadBalancer): string {
  return `${namespace}/${service}`;
}

/** The rules of a balancer that speaks to the nodes in its own name. */
function proxyRules(
  plan: readonly { readonly balancer: LoadBalancer; readonly nodes: readonly string[] }[],
): string {
  const rules = plan.flatMap(({ balancer, nodes }) =>
    balancer.ports.flatMap(({ protocol, port, nodePort }) => {
      const name = protocol.toLowerCase();
      const match = `-d ${balancer.address}/32 -p ${name} -m ${name} --dport ${port}`;
      const comment = `-m comment --comment "${keyOf(balancer)}"`;
      return nodes.map((node, index) => {
        const left = nodes.length - index;
        const chance = left > 1 ? ` -m statistic --mode random --probability ${(1 / left).toFixed(10)}` : '';
        return `-A PREROUTING ${match} ${comment}${chance} -j DNAT --to-destination ${node}:${nodePort ?? port}`;
      });
    }),
  );
  const masquerade = '-A POSTROUTING -m conntrack --ctstate DNAT -j MASQUERADE';
  return `*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n${[...rules, ...(rules.length > 0 ? [masquerade] : [])].join('\n')}\nCOMMIT\n`;
}
