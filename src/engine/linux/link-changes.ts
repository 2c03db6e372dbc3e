import { connectedRoutes } from './address-changes.ts';
import { createFdb } from './fdb.ts';
import { type Link, macFor, type Segment } from './link.ts';
import { fail, noDevice, OK } from './netlink-result.ts';
import type { Netns } from './netns.ts';
import type { NetnsState } from './netns-state.ts';

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

export interface LinkChange {
  readonly up?: boolean;
  readonly mtu?: number;
  readonly mac?: string;
  /** A bridge's name; null takes the port off its bridge. */
  readonly master?: string | null;
  readonly hairpin?: boolean;
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

/** What `ip link` does. */
export function linkChanges(
  state: NetnsState,
  segmentOf: (name: string) => Segment,
): Pick<Netns, 'addLink' | 'deleteLink' | 'setLink'> {
  const { fib, links } = state;
  return {
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
          const segment = segmentOf(spec.segment);
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
      // The routes to a device's own networks come back with it; those that others added do not (fib_add_ifaddr).
      if (change.up && !link.up)
        for (const address of state.addresses.filter(({ device }) => device === name))
          for (const route of connectedRoutes(address, link.kind === 'loopback')) fib.add(route);
      if (change.up !== undefined) link.up = change.up;
      if (change.up === false) fib.remove((route) => route.device === name && route.table === 'main');
      if (change.mtu !== undefined) link.mtu = change.mtu;
      if (change.mac !== undefined) link.mac = change.mac;
      if (change.hairpin !== undefined) link.hairpin = change.hairpin;
      return OK;
    },
  };
}
