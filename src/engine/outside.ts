import { setUpHost } from './cni/index.ts';
import { nameServer, OUTSIDE_ZONE } from './coredns/index.ts';
import type { ExecutionContext } from './execution.ts';
import type { Network } from './linux/index.ts';
import { SERVER_NETWORK, SERVER_SEGMENT } from './outside-machines.ts';

/** The segment that the nodes' cards are on, and the one beyond the router. */
export const NODE_SEGMENT = 'nodes';
const INTERNET_SEGMENT = 'internet';

/** Addresses on the internet: documentation ranges (RFC 5737). */
const INTERNET = { router: '198.51.100.1', client: '198.51.100.10' };

/** Who adds the routes to balancers' addresses. */
export const BALANCER = 'load balancer';

/** The nameserver in the machines' own resolv.conf, and its namespace. */
export const OUTSIDE_RESOLVER = '198.51.100.53';
const RESOLVER = 'resolver';

export const ROUTER = 'gateway';
export const CLIENT = 'client';

/**
 * Makes what surrounds the cluster: the router of the nodes' network, and behind it, on the internet, a client, a name
 * server and the machines that it names.
 *
 *   nodes 10.0.0.10 …  ──── segment `nodes` ──  eth0 router eth1  ── segment `internet` ──┬─ eth0 client 198.51.100.10
 *                                               10.0.0.1  198.51.100.1                    └─ eth0 resolver 198.51.100.53
 *                                                         eth2  ── segment `servers` ───── example.com 203.0.113.10, …
 *                                                    203.0.113.254
 *
 * The router knows the nodes and the internet, not the pods or Services; what it does not know leaves by its uplink and
 * nobody answers. Balancers' addresses are routes of its own (load-balancer.ts).
 */
export function buildOutside(network: Network, router: string, nodeCIDR: string): void {
  setUpHost(network, {
    name: ROUTER,
    cards: [
      { device: 'eth0', segment: NODE_SEGMENT, address: `${router}${nodeCIDR.slice(nodeCIDR.indexOf('/'))}` },
      { device: 'eth1', segment: INTERNET_SEGMENT, address: `${INTERNET.router}/24` },
      {
        device: 'eth2',
        segment: SERVER_SEGMENT,
        address: `${SERVER_NETWORK.router}/${SERVER_NETWORK.length}`,
      },
    ],
    forwards: true,
    uplink: true,
  });
  for (const [name, address] of [
    [CLIENT, INTERNET.client],
    [RESOLVER, OUTSIDE_RESOLVER],
  ] as const) {
    setUpHost(network, {
      name,
      cards: [{ device: 'eth0', segment: INTERNET_SEGMENT, address: `${address}/24` }],
      gateway: INTERNET.router,
    });
  }
  for (const protocol of ['udp', 'tcp'] as const) {
    network.listen(RESOLVER, {
      protocol,
      address: '0.0.0.0',
      port: 53,
      process: 'named',
      packetInfo: true,
      handler: nameServer(OUTSIDE_ZONE),
    });
  }
}

/** A machine's own shell: every tool, and the few files that name resolution reads. */
export function machineContext(netns: string, files: Readonly<Record<string, string>>): ExecutionContext {
  const written = new Map(Object.entries(files));
  return {
    netns,
    hostname: netns,
    env: {
      HOME: '/root',
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      USER: 'root',
    },
    libc: 'glibc',
    tools: undefined,
    readFile: (path) => written.get(path),
    readDirectory(path) {
      const folder = path.endsWith('/') ? path : `${path}/`;
      const names = [...written.keys()]
        .filter((name) => name.startsWith(folder))
        .map((name) => name.slice(folder.length).split('/')[0]!);
      return names.length > 0 || folder === '/' ? [...new Set(names)] : undefined;
    },
    writeFile(path, text) {
      written.set(path, text);
      return true;
    },
    removeFile: (path) => written.delete(path),
  };
}
