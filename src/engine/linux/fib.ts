import { formatIpv4, formatPrefix, maskOf, type Prefix } from './ipv4.ts';
import type { Packet } from './packet.ts';
import type { RouteView } from './trace.ts';

export type RouteType = 'unicast' | 'local' | 'broadcast' | 'unreachable' | 'prohibit' | 'blackhole';

export interface Route {
  readonly prefix: Prefix;
  readonly type: RouteType;
  readonly via?: string;
  /** Several routers of equal weight, all by `device`: every connection keeps to one of them. Then there is no `via`. */
  readonly nexthops?: readonly string[];
  /** The outgoing device; for `unreachable` and its kin, `lo`. */
  readonly device: string;
  readonly source?: string;
  readonly scope: 'global' | 'link' | 'host';
  /** Who made it, as `ip route` prints it: `kernel` for the routes of addresses; `boot` is not printed. */
  readonly protocol: 'kernel' | 'boot' | 'static';
  readonly metric: number;
  readonly onlink: boolean;
  readonly table: 'local' | 'main';
  readonly owner?: string;
}

/**
 * The forwarding information base: table local first, then main; in each the longest prefix wins, then the lowest
 * metric. Prefixes of one length share a hash table, so a look-up costs at most 33 probes however many routes there are.
 */
export interface Fib {
  find(address: number): Route | undefined;
  findIn(table: 'local' | 'main', address: number): Route | undefined;
  /** Answers false when a route to the prefix with this metric is there (File exists). */
  add(route: Route): boolean;
  remove(filter: (route: Route) => boolean): readonly Route[];
  /** As `ip route show` lists them: by address, longer prefixes first. */
  routes(table: 'local' | 'main'): readonly Route[];
}

export function createFib(): Fib {
  const tables = { local: createTable(), main: createTable() };
  return {
    find: (address) => tables.local.find(address) ?? tables.main.find(address),
    findIn: (table, address) => tables[table].find(address),
    add: (route) => tables[route.table].add(route),
    remove: (filter) => [...tables.local.remove(filter), ...tables.main.remove(filter)],
    routes: (table) => tables[table].all(),
  };
}

function createTable() {
  const byLength: (Map<number, Route[]> | undefined)[] = new Array(33).fill(undefined);
  const all = () =>
    byLength
      .flatMap((networks) => (networks ? [...networks.values()].flat() : []))
      .sort(
        (a, b) =>
          a.prefix.network - b.prefix.network || b.prefix.length - a.prefix.length || a.metric - b.metric,
      );
  return {
    all,
    find(address: number): Route | undefined {
      for (let length = 32; length >= 0; length--) {
        const route = byLength[length]?.get((address & maskOf(length)) >>> 0)?.[0];
        if (route) return route;
      }
      return undefined;
    },
    add(route: Route): boolean {
      const { network, length } = route.prefix;
      byLength[length] ??= new Map();
      const same = byLength[length].get(network) ?? [];
      // Two links may hold the same address (ptp gives every veth the gateway's): each has its local route.
      const clashes = same.some(
        (other) => other.metric === route.metric && (route.table === 'main' || other.device === route.device),
      );
      if (clashes) return false;
      byLength[length].set(
        network,
        [...same, route].sort((a, b) => a.metric - b.metric),
      );
      return true;
    },
    remove(filter: (route: Route) => boolean): Route[] {
      const gone = all().filter(filter);
      for (const route of gone) {
        const networks = byLength[route.prefix.length]!;
        const rest = networks.get(route.prefix.network)!.filter((other) => other !== route);
        if (rest.length > 0) networks.set(route.prefix.network, rest);
        else networks.delete(route.prefix.network);
        if (networks.size === 0) byLength[route.prefix.length] = undefined;
      }
      return gone;
    },
  };
}

/**
 * The route that one packet takes: of several next hops the one that the hash of its addresses and ports falls to, as
 * with net.ipv4.fib_multipath_hash_policy=1 (fib_select_multipath). The same flow always gets the same one.
 */
export function routeFor(route: Route | undefined, { ip, transport }: Packet): Route | undefined {
  if (!route?.nexthops || route.nexthops.length === 0) return route;
  const ports = transport.protocol === 'icmp' ? '' : `${transport.sourcePort} ${transport.destinationPort}`;
  let hash = 0x811c9dc5;
  for (const character of `${ip.source} ${ip.destination} ${transport.protocol} ${ports}`)
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  // FNV's high bits say little about the last characters: they are stirred once more.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = (hash ^ (hash >>> 12)) >>> 0;
  const via = route.nexthops[Math.floor((hash / 2 ** 32) * route.nexthops.length)]!;
  return { ...route, via };
}

/** The destination as `ip route` prints it: `default`, an address for a /32, else the prefix. */
export function routeDestination(prefix: Prefix): string {
  if (prefix.length === 0) return 'default';
  return prefix.length === 32 ? formatIpv4(prefix.network) : formatPrefix(prefix);
}

/** One line of `ip route show` (iproute2's print_route), without the space that it leaves at the end. */
/** Such routes lead out by no device. */
const GO_NOWHERE: readonly RouteType[] = ['unreachable', 'prohibit', 'blackhole'];

export function routeText(route: Route): string {
  const words = [routeDestination(route.prefix)];
  if (route.type !== 'unicast') words.unshift(route.type);
  if (route.via && !route.nexthops) words.push('via', route.via);
  if (!route.nexthops && !GO_NOWHERE.includes(route.type)) words.push('dev', route.device);
  if (route.table === 'local') words.push('table', 'local');
  if (route.protocol !== 'boot') words.push('proto', route.protocol);
  if (route.scope !== 'global') words.push('scope', route.scope);
  if (route.source) words.push('src', route.source);
  if (route.metric > 0) words.push('metric', String(route.metric));
  if (route.onlink) words.push('onlink');
  const hops = (route.nexthops ?? []).map((via) => ` \n\tnexthop via ${via} dev ${route.device} weight 1`);
  return words.join(' ') + hops.join('');
}

export function routeView(route: Route): RouteView {
  return {
    destination: routeDestination(route.prefix),
    ...(route.via && { via: route.via }),
    device: route.device,
    ...(route.source && { source: route.source }),
    text: routeText(route),
    table: route.table,
    ...(route.owner && { owner: route.owner }),
  };
}
