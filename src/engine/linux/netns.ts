import { sourceFor } from './address-selection.ts';
import { conntrackView } from './conntrack/entry.ts';
import { createConntrackTable } from './conntrack/table.ts';
import { createFdb } from './fdb.ts';
import { createFib, type Route, type RouteType, routeView } from './fib.ts';
import { type IpSet, type IpSetResult, restoreSets } from './ipset.ts';
import { formatIpv4, maskOf, parseIpv4, parsePrefix } from './ipv4.ts';
import { type Link, macFor, type Segment } from './link.ts';
import { createNeighbourTable, neighbourState } from './neighbours.ts';
import type { RuleCache } from './netfilter/commands.ts';
import { type RestoreOptions, type RestoreResult, restore } from './netfilter/restore.ts';
import { createRuleset } from './netfilter/ruleset.ts';
import { type SaveOptions, save } from './netfilter/save.ts';
import type { InterfaceAddress, NetnsState } from './netns-state.ts';
import type { AddressView, FdbView, LinkView, NeighbourView, RecentView, SocketView } from './netns-views.ts';
import { createSocketTable } from './sockets.ts';
import type { ConntrackEntryView, RouteView } from './trace.ts';

/** What the kernel answers to a change: nothing, or why not, in iproute2's words. */
export type NetlinkResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly errno: 'EEXIST' | 'ENODEV' | 'EINVAL' | 'ENETUNREACH' | 'ESRCH' | 'EADDRNOTAVAIL' | 'EBUSY';
      readonly message: string;
    };

export type LinkSpec =
  | { readonly kind: 'bridge' | 'dummy' | 'uplink'; readonly mac?: string; readonly mtu?: number }
  /** A card on a shared segment; the segment is made when nobody named it before. */
  | { readonly kind: 'ethernet'; readonly segment: string; readonly mac?: string; readonly mtu?: number }
  | {
      readonly kind: 'vxlan';
      readonly vni: number;
      readonly local: string /** Default 8472. */;
      readonly port?: number;
      readonly mac?: string;
      readonly mtu?: number;
    };

export interface RouteSpec {
  /** `default`, `10.0.0.0/24`, or one address. */
  readonly destination: string;
  readonly via?: string;
  readonly device?: string;
  readonly source?: string;
  readonly scope?: 'global' | 'link' | 'host';
  readonly type?: Exclude<RouteType, 'local' | 'broadcast'>;
  readonly onlink?: boolean;
  readonly metric?: number;
  readonly protocol?: 'boot' | 'static' | 'kernel';
  /** Who asked for the route, for traces: `host-gw node-2`. */
  readonly owner?: string;
}

/** One network namespace: how it is set up, and what may be read of it. */
export interface Netns {
  readonly name: string;
  addLink(name: string, spec: LinkSpec): NetlinkResult;
  deleteLink(name: string): NetlinkResult;
  /** `master: null` takes a port off its bridge. */
  setLink(
    name: string,
    change: {
      readonly up?: boolean;
      readonly mtu?: number;
      readonly mac?: string;
      readonly master?: string | null;
      readonly hairpin?: boolean;
    },
  ): NetlinkResult;
  /** `10.0.0.1/24`. Adds the local, broadcast and network routes that come with it. */
  addAddress(
    device: string,
    cidr: string,
    options?: { readonly scope?: 'global' | 'link' | 'host' },
  ): NetlinkResult;
  deleteAddress(device: string, cidr: string): NetlinkResult;
  addRoute(route: RouteSpec): NetlinkResult;
  /** Takes away every route of table main that fits. */
  deleteRoute(route: Pick<RouteSpec, 'destination' | 'via' | 'device'>): NetlinkResult;
  /** A permanent neighbour. */
  addNeighbour(device: string, address: string, mac: string): NetlinkResult;
  deleteNeighbour(device: string, address: string): NetlinkResult;
  /** vxlan only: frames to this MAC go to that remote end. */
  addVxlanRemote(device: string, mac: string, remote: string): NetlinkResult;
  deleteVxlanRemote(device: string, mac: string): NetlinkResult;
  sysctl(name: string): string | undefined;
  setSysctl(name: string, value: string): void;
  sysctls(): readonly (readonly [name: string, value: string])[];
  /** As `iptables-restore` reads its input; with `noflush`, as `iptables-restore --noflush`. */
  iptablesRestore(text: string, options?: RestoreOptions): RestoreResult;
  /** What `iptables-save` prints, without its comments. */
  iptablesSave(options?: SaveOptions): string;
  ipsetRestore(text: string): IpSetResult;
  ipsets(): readonly IpSet[];

  links(): readonly LinkView[];
  addresses(): readonly AddressView[];
  routes(table?: 'main' | 'local'): readonly RouteView[];
  /** What `ip route get` asks: the route, and the source address that goes with it. */
  routeGet(address: string): { readonly route: RouteView; readonly source: string | undefined } | undefined;
  neighbours(): readonly NeighbourView[];
  /** Learned addresses of every bridge, and the remote ends of vxlan devices. */
  fdb(): readonly FdbView[];
  sockets(): readonly SocketView[];
  conntrack(): readonly ConntrackEntryView[];
  /** The lists of `-m recent`, as /proc/net/xt_recent shows them. */
  recent(): readonly RecentView[];
  /** Empties one, as writing `/` into its file does. */
  clearRecent(list: string): void;
  /** `conntrack -D`: forgets the connections that fit, answers how many. */
  conntrackDelete(fits: (entry: ConntrackEntryView) => boolean): number;
}

export function createNetnsState(name: string): NetnsState {
  return {
    name,
    links: new Map(),
    addresses: [],
    fib: createFib(),
    neighbours: createNeighbourTable(),
    sysctls: new Map([
      ['net.ipv4.ip_forward', '0'],
      ['net.ipv4.conf.all.route_localnet', '0'],
      ['net.ipv4.conf.all.rp_filter', '0'],
      ['net.ipv4.conf.all.accept_local', '0'],
      ['net.bridge.bridge-nf-call-iptables', '1'],
    ]),
    ruleset: createRuleset(),
    conntrack: createConntrackTable(),
    sockets: createSocketTable(),
    recent: new Map(),
    ipsets: new Map(),
    gone: false,
    nextIndex: 1,
  };
}

const OK: NetlinkResult = { ok: true };
const fail = (errno: Exclude<NetlinkResult, { ok: true }>['errno'], message: string): NetlinkResult => ({
  ok: false,
  errno,
  message,
});
const noDevice = (name: string) => fail('ENODEV', `Cannot find device "${name}"`);

interface Surroundings {
  now(): number;
  segment(name: string): Segment;
  readonly ruleCache: RuleCache;
}

export function newLink(state: NetnsState, name: string, mac: string | undefined, mtu: number) {
  return {
    netns: state,
    index: state.nextIndex++,
    name,
    mac: mac ?? macFor(state.name, name),
    mtu,
    up: false,
    master: undefined,
    hairpin: false,
  };
}

/** Takes a link out of its namespace, and with it its addresses, routes and neighbours; a veth's other end goes too. */
export function removeLink(link: Link): void {
  const { netns } = link;
  if (netns.links.get(link.name) !== link) return;
  netns.links.delete(link.name);
  link.up = false;
  for (let place = netns.addresses.length - 1; place >= 0; place--) {
    if (netns.addresses[place]!.device === link.name) netns.addresses.splice(place, 1);
  }
  netns.fib.remove((route) => route.device === link.name);
  netns.neighbours.remove((neighbour) => neighbour.device === link.name);
  link.master?.fdb.forgetPort(link);
  link.master = undefined;
  if (link.kind === 'bridge') {
    for (const port of netns.links.values()) {
      if (port.master === link) port.master = undefined;
    }
  }
  if (link.kind === 'ethernet') link.segment.members.delete(link);
  if (link.kind === 'veth' && link.peer) {
    const { peer } = link;
    link.peer = undefined;
    removeLink(peer);
  }
}

export function createNetns(state: NetnsState, surroundings: Surroundings): Netns {
  const { fib, links } = state;
  const now = () => surroundings.now();

  const linkRoutes = (device: string, address: string, length: number): Route[] => {
    const value = parseIpv4(address)!;
    const network = (value & maskOf(length)) >>> 0;
    const common = { device, protocol: 'kernel', metric: 0, onlink: false, source: address } as const;
    const isLo = links.get(device)?.kind === 'loopback';
    const routes: Route[] = [
      { ...common, prefix: { network: value, length: 32 }, type: 'local', scope: 'host', table: 'local' },
    ];
    if (length < 32) {
      const prefix = { network, length };
      routes.push(
        isLo
          ? { ...common, prefix, type: 'local', scope: 'host', table: 'local' }
          : { ...common, prefix, type: 'unicast', scope: 'link', table: 'main' },
      );
    }
    if (length < 31) {
      const last = (network | ~maskOf(length)) >>> 0;
      routes.push({
        ...common,
        prefix: { network: last, length: 32 },
        type: 'broadcast',
        scope: 'link',
        table: 'local',
      });
    }
    return routes;
  };

  return {
    name: state.name,

    addLink(name, spec) {
      if (links.has(name)) return fail('EEXIST', 'RTNETLINK answers: File exists');
      const base = newLink(state, name, spec.mac, spec.mtu ?? 1500);
      switch (spec.kind) {
        case 'bridge':
          links.set(name, { ...base, kind: 'bridge', fdb: createFdb() });
          return OK;
        case 'dummy':
        case 'uplink':
          links.set(name, { ...base, kind: spec.kind });
          return OK;
        case 'vxlan':
          links.set(name, {
            ...base,
            kind: 'vxlan',
            vni: spec.vni,
            local: spec.local,
            port: spec.port ?? 8472,
            remotes: new Map(),
          });
          return OK;
        case 'ethernet': {
          const segment = surroundings.segment(spec.segment);
          const link: Link = { ...base, kind: 'ethernet', segment };
          links.set(name, link);
          segment.members.add(link);
          return OK;
        }
      }
    },

    deleteLink(name) {
      const link = links.get(name);
      if (!link) return noDevice(name);
      if (link.kind === 'loopback') return fail('EINVAL', 'RTNETLINK answers: Operation not supported');
      removeLink(link);
      return OK;
    },

    setLink(name, change) {
      const link = links.get(name);
      if (!link) return noDevice(name);
      if (change.master !== undefined) {
        const master = change.master === null ? undefined : links.get(change.master);
        if (change.master !== null && master?.kind !== 'bridge') return noDevice(change.master);
        if (link === master) return fail('EINVAL', 'RTNETLINK answers: Too many levels of symbolic links');
        link.master?.fdb.forgetPort(link);
        link.master = master?.kind === 'bridge' ? master : undefined;
      }
      if (change.up !== undefined) link.up = change.up;
      if (change.up === false) fib.remove((route) => route.device === name && route.table === 'main');
      if (change.mtu !== undefined) link.mtu = change.mtu;
      if (change.mac !== undefined) link.mac = change.mac;
      if (change.hairpin !== undefined) link.hairpin = change.hairpin;
      return OK;
    },

    addAddress(device, cidr, options = {}) {
      if (!links.has(device)) return noDevice(device);
      const [address = '', length = '32'] = cidr.split('/');
      if (parseIpv4(address) === undefined || !parsePrefix(cidr))
        return fail('EINVAL', `Error: any valid prefix is expected rather than "${cidr}".`);
      if (
        state.addresses.some(
          (other) => other.device === device && other.address === address && other.length === Number(length),
        )
      ) {
        return fail('EEXIST', 'RTNETLINK answers: File exists');
      }
      const entry: InterfaceAddress = {
        device,
        address,
        length: Number(length),
        scope: options.scope ?? 'global',
      };
      state.addresses.push(entry);
      for (const route of linkRoutes(device, address, entry.length)) fib.add(route);
      return OK;
    },

    deleteAddress(device, cidr) {
      const [address, length = '32'] = cidr.split('/');
      const place = state.addresses.findIndex(
        (other) => other.device === device && other.address === address && other.length === Number(length),
      );
      if (place < 0) return fail('EADDRNOTAVAIL', 'RTNETLINK answers: Cannot assign requested address');
      state.addresses.splice(place, 1);
      fib.remove(
        (route) => route.device === device && route.source === address && route.protocol === 'kernel',
      );
      return OK;
    },

    addRoute(spec) {
      const prefix =
        spec.destination === 'default' ? { network: 0, length: 0 } : parsePrefix(spec.destination);
      if (!prefix)
        return fail('EINVAL', `Error: any valid prefix is expected rather than "${spec.destination}".`);
      const type = spec.type ?? 'unicast';
      let device = type === 'unicast' ? spec.device : 'lo';
      if (spec.via !== undefined) {
        const via = parseIpv4(spec.via);
        if (via === undefined)
          return fail('EINVAL', `Error: any valid address is expected rather than "${spec.via}".`);
        const towards = fib.findIn('main', via);
        const reachable = towards?.scope === 'link' && (device === undefined || towards.device === device);
        if (!reachable && !spec.onlink) return fail('ENETUNREACH', 'Error: Nexthop has invalid gateway.');
        device ??= towards?.device;
      }
      if (device === undefined)
        return fail('ENODEV', 'Error: either "to" is duplicate, or "dev" is required.');
      if (!links.has(device)) return noDevice(device);
      const added = fib.add({
        prefix,
        type,
        ...(spec.via && { via: spec.via }),
        device,
        ...(spec.source && { source: spec.source }),
        scope: spec.scope ?? (spec.via || type !== 'unicast' ? 'global' : 'link'),
        protocol: spec.protocol ?? 'boot',
        metric: spec.metric ?? 0,
        onlink: spec.onlink ?? false,
        table: 'main',
        ...(spec.owner && { owner: spec.owner }),
      });
      return added ? OK : fail('EEXIST', 'RTNETLINK answers: File exists');
    },

    deleteRoute({ destination, via, device }) {
      const prefix = destination === 'default' ? { network: 0, length: 0 } : parsePrefix(destination);
      if (!prefix) return fail('EINVAL', `Error: any valid prefix is expected rather than "${destination}".`);
      const gone = fib.remove(
        (route) =>
          route.table === 'main' &&
          route.prefix.network === prefix.network &&
          route.prefix.length === prefix.length &&
          (via === undefined || route.via === via) &&
          (device === undefined || route.device === device),
      );
      return gone.length > 0 ? OK : fail('ESRCH', 'RTNETLINK answers: No such process');
    },

    addNeighbour(device, address, mac) {
      if (!links.has(device)) return noDevice(device);
      state.neighbours.set({ device, address, mac, permanent: true, confirmedAt: now() });
      return OK;
    },
    deleteNeighbour(device, address) {
      if (!state.neighbours.find(device, address))
        return fail('ESRCH', 'RTNETLINK answers: No such file or directory');
      state.neighbours.remove((neighbour) => neighbour.device === device && neighbour.address === address);
      return OK;
    },
    addVxlanRemote(device, mac, remote) {
      const link = links.get(device);
      if (link?.kind !== 'vxlan') return noDevice(device);
      link.remotes.set(mac, remote);
      return OK;
    },
    deleteVxlanRemote(device, mac) {
      const link = links.get(device);
      if (link?.kind !== 'vxlan' || !link.remotes.delete(mac))
        return fail('ESRCH', 'RTNETLINK answers: No such file or directory');
      return OK;
    },

    sysctl: (name) => state.sysctls.get(name),
    setSysctl: (name, value) => void state.sysctls.set(name, value),
    sysctls: () => [...state.sysctls],

    iptablesRestore: (text, options = {}) =>
      restore(state.ruleset, text, options, {
        cache: surroundings.ruleCache,
        setExists: (set) => state.ipsets.has(set),
      }),
    iptablesSave: (options) => save(state.ruleset, options),
    ipsetRestore: (text) => restoreSets(state.ipsets, text),
    ipsets: () => [...state.ipsets.values()],

    links: () =>
      [...links.values()].map((link) => ({
        name: link.name,
        index: link.index,
        kind: link.kind,
        mac: link.kind === 'loopback' ? '00:00:00:00:00:00' : link.mac,
        mtu: link.mtu,
        up: link.up,
        ...(link.master && { master: link.master.name, hairpin: link.hairpin }),
        ...(link.kind === 'veth' &&
          link.peer && {
            peer: { netns: link.peer.netns.name, device: link.peer.name, index: link.peer.index },
          }),
        ...(link.kind === 'ethernet' && { segment: link.segment.name }),
        ...(link.kind === 'vxlan' && { vxlan: { vni: link.vni, local: link.local, port: link.port } }),
      })),
    addresses: () => [...state.addresses],
    routes: (table = 'main') => fib.routes(table).map(routeView),
    routeGet(address) {
      const value = parseIpv4(address);
      const route = value === undefined ? undefined : fib.find(value);
      return route && { route: routeView(route), source: sourceFor(state, route, formatIpv4(value!)) };
    },
    neighbours: () =>
      state.neighbours.all().map((neighbour) => {
        const condition = neighbourState(neighbour, now());
        return {
          address: neighbour.address,
          device: neighbour.device,
          ...(condition !== 'FAILED' && { mac: neighbour.mac }),
          state: condition,
        };
      }),
    fdb: () =>
      [...links.values()].flatMap((link): FdbView[] => {
        if (link.kind === 'bridge') {
          const learned = link.fdb
            .entries(now())
            .map(({ mac, port, ageMs }) => ({ mac, device: port.name, master: link.name, ageMs }));
          const own = [...links.values()]
            .filter((port) => port.master === link)
            .map((port) => ({ mac: port.mac, device: port.name, master: link.name, permanent: true }));
          return [
            ...own,
            { mac: link.mac, device: link.name, master: link.name, permanent: true },
            ...learned,
          ];
        }
        return link.kind === 'vxlan'
          ? [...link.remotes].map(([mac, remote]) => ({ mac, device: link.name, remote, permanent: true }))
          : [];
      }),
    sockets: () => [
      ...state.sockets.listeners().map(
        ({ reference }): SocketView => ({
          ...reference,
          state: reference.protocol === 'tcp' ? 'LISTEN' : 'UNCONN',
        }),
      ),
      ...state.sockets.connected().map(
        ({ incoming, reference }): SocketView => ({
          ...reference,
          state: 'ESTAB',
          peer: { address: incoming.source, port: incoming.sourcePort },
        }),
      ),
    ],
    conntrack: () => state.conntrack.entries(now()).map((entry) => conntrackView(entry, now())),
    recent: () =>
      [...state.recent].map(([list, addresses]) => ({
        list,
        entries: [...addresses].map(([address, times]) => ({
          address,
          seenAgoMs: times.map((time) => now() - time),
        })),
      })),
    clearRecent: (list) => void state.recent.delete(list),
    conntrackDelete(fits) {
      const stale = state.conntrack.entries(now()).filter((entry) => fits(conntrackView(entry, now())));
      for (const entry of stale) state.conntrack.remove(entry);
      return stale.length;
    },
  };
}
