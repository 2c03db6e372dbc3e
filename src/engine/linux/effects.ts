import type { ConntrackEntry } from './conntrack/entry.ts';
import type { Found } from './conntrack/table.ts';
import type { BridgeLink, Link } from './link.ts';
import type { Neighbour } from './neighbours.ts';
import type { Chain } from './netfilter/ruleset.ts';
import type { NetnsState } from './netns-state.ts';
import type { NftTable } from './nftables/types.ts';
import type { Tuple } from './trace.ts';
import { tupleKey } from './tuple.ts';

/** What a packet would change, in the order in which it would. Reading through it shows the changes as made. */
export interface Effects {
  /** Virtual ms of the packet. */
  readonly at: number;
  /** How many random numbers the packet used. */
  draws: number;
  findConnection(netns: NetnsState, tuple: Tuple): Found | undefined;
  addConnection(netns: NetnsState, entry: ConntrackEntry): void;
  removeConnection(netns: NetnsState, entry: ConntrackEntry): void;
  updateConnection(entry: ConntrackEntry, change: Partial<ConntrackEntry>): void;
  readonly connectionsAdded: number;
  findPort(bridge: BridgeLink, mac: string): Link | undefined;
  learnPort(bridge: BridgeLink, mac: string, port: Link): void;
  findNeighbour(netns: NetnsState, device: string, address: string): Neighbour | undefined;
  setNeighbour(netns: NetnsState, neighbour: Neighbour): void;
  count(netns: NetnsState, chain: Chain, place: number, bytes: number): void;
  recentTimes(netns: NetnsState, list: string, address: string): readonly number[];
  setRecent(netns: NetnsState, list: string, address: string, times: readonly number[]): void;
  reapRecent(netns: NetnsState, list: string, before: number): void;
  /** Virtual ms at which an element that packets put into a set of nftables goes; -Infinity: it is not there. */
  elementExpiry(netns: NetnsState, table: NftTable, set: string, key: string): number;
  setElement(netns: NetnsState, table: NftTable, set: string, key: string, expires: number): void;
  /** Writes all of it. */
  commit(): void;
}

const elementKey = ({ family, name }: NftTable, set: string, key: string) =>
  `${family} ${name} ${set} ${key}`;

/** `-m recent` keeps no more than this many times of an address (ip_pkt_list_tot). */
export const RECENT_TIMES = 20;

export function createEffects(at: number): Effects {
  const work: (() => void)[] = [];
  const connections = new Map<NetnsState, Map<string, Found | 'removed'>>();
  const ports = new Map<BridgeLink, Map<string, Link>>();
  const neighbours = new Map<NetnsState, Map<string, Neighbour>>();
  const recent = new Map<NetnsState, Map<string, readonly number[]>>();
  const elements = new Map<NetnsState, Map<string, number>>();
  let added = 0;

  const inside = <K, V>(map: Map<K, Map<string, V>>, key: K): Map<string, V> => {
    const found = map.get(key) ?? new Map<string, V>();
    map.set(key, found);
    return found;
  };

  return {
    at,
    draws: 0,
    get connectionsAdded() {
      return added;
    },
    findConnection(netns, tuple) {
      const changed = connections.get(netns)?.get(tupleKey(tuple));
      if (changed === 'removed') return undefined;
      return changed ?? netns.conntrack.find(tuple, at);
    },
    addConnection(netns, entry) {
      added++;
      inside(connections, netns).set(tupleKey(entry.original), { entry, direction: 'original' });
      inside(connections, netns).set(tupleKey(entry.reply), { entry, direction: 'reply' });
      work.push(() => netns.conntrack.insert(entry, at));
    },
    removeConnection(netns, entry) {
      for (const tuple of [entry.original, entry.reply])
        inside(connections, netns).set(tupleKey(tuple), 'removed');
      work.push(() => netns.conntrack.remove(entry));
    },
    updateConnection(entry, change) {
      work.push(() => void Object.assign(entry, change));
    },
    findPort(bridge, mac) {
      return ports.get(bridge)?.get(mac) ?? bridge.fdb.find(mac, at);
    },
    learnPort(bridge, mac, port) {
      inside(ports, bridge).set(mac, port);
      work.push(() => bridge.fdb.learn(mac, port, at));
    },
    findNeighbour(netns, device, address) {
      return neighbours.get(netns)?.get(`${device} ${address}`) ?? netns.neighbours.find(device, address);
    },
    setNeighbour(netns, neighbour) {
      inside(neighbours, netns).set(`${neighbour.device} ${neighbour.address}`, neighbour);
      work.push(() => netns.neighbours.set(neighbour));
    },
    count(netns, chain, place, bytes) {
      work.push(() => netns.ruleset.count(chain, place, bytes));
    },
    recentTimes(netns, list, address) {
      return recent.get(netns)?.get(`${list} ${address}`) ?? netns.recent.get(list)?.get(address) ?? [];
    },
    setRecent(netns, list, address, times) {
      inside(recent, netns).set(`${list} ${address}`, times);
      work.push(() => {
        const addresses = netns.recent.get(list) ?? new Map<string, readonly number[]>();
        if (times.length > 0) addresses.set(address, times.slice(-RECENT_TIMES));
        else addresses.delete(address);
        netns.recent.set(list, addresses);
      });
    },
    reapRecent(netns, list, before) {
      work.push(() => {
        for (const [address, times] of netns.recent.get(list) ?? []) {
          if (times.at(-1)! < before) netns.recent.get(list)!.delete(address);
        }
      });
    },
    elementExpiry(netns, table, set, key) {
      return (
        elements.get(netns)?.get(elementKey(table, set, key)) ??
        table.sets.get(set)?.expiry.get(key) ??
        Number.NEGATIVE_INFINITY
      );
    },
    setElement(netns, table, set, key, expires) {
      inside(elements, netns).set(elementKey(table, set, key), expires);
      work.push(() => void table.sets.get(set)?.expiry.set(key, expires));
    },
    commit() {
      for (const change of work.splice(0)) change();
    },
  };
}
