import { sourceFor } from './address-selection.ts';
import { conntrackView } from './conntrack/entry.ts';
import { routeView } from './fib.ts';
import { formatIpv4, parseIpv4 } from './ipv4.ts';
import { neighbourState } from './neighbours.ts';
import type { Netns } from './netns.ts';
import type { NetnsState } from './netns-state.ts';
import type { FdbView, SocketView } from './netns-views.ts';

type Views =
  | 'links'
  | 'addresses'
  | 'routes'
  | 'routeGet'
  | 'neighbours'
  | 'fdb'
  | 'sockets'
  | 'conntrack'
  | 'recent';

/** What may be read of a namespace, as plain data. */
export function inspectNetns(state: NetnsState, now: () => number): Pick<Netns, Views> {
  const { fib, links } = state;
  return {
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
            peer: {
              netns: link.peer.netns.name,
              device: link.peer.name,
              index: link.peer.index,
              up: link.peer.up,
            },
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
        ({ reference, packetInfo }): SocketView => ({
          ...reference,
          state: reference.protocol === 'tcp' ? 'LISTEN' : 'UNCONN',
          ...(packetInfo && { packetInfo }),
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
  };
}
