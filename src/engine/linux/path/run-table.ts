import { isMulticast, parseIpv4 } from '../ipv4.ts';
import type { AddressType, ConnectionState, RecentLists } from '../netfilter/match.ts';
import { type WalkResult, walkTable } from '../netfilter/walk.ts';
import type { NetnsState } from '../netns-state.ts';
import type { HookedChain } from '../nftables/ruleset.ts';
import { type NftWalkResult, walkNft } from '../nftables/walk.ts';
import { packetSize } from '../packet-size.ts';
import type { Hook, TableName } from '../trace.ts';
import type { SocketBuffer } from './skb.ts';
import type { Walk } from './walk.ts';

/** The devices that a hook's rules see, and where a routed packet goes next. */
export interface Devices {
  readonly in?: string | undefined;
  out?: string | undefined;
  nexthop?: string | undefined;
}

/** Takes the packet through one table at one hook, and notes it. undefined: there is nothing to walk through. */
export function runTable(
  walk: Walk,
  netns: NetnsState,
  name: TableName,
  hook: Hook,
  skb: SocketBuffer,
  devices: Devices,
): WalkResult | undefined {
  const table = netns.ruleset.table(name);
  const chain = table?.chains.get(hook);
  if (!table || !chain || (chain.rules.length === 0 && chain.policy === 'ACCEPT')) return undefined;
  const result = walkTable(table, hook, {
    ...packetContext(walk, netns, skb, devices),
    recent: recentLists(walk, netns),
    inSet: (set, directions, packet) => netns.ipsets.get(set)?.holds(packet, directions),
  });
  for (const { chain: met, place } of result.met)
    walk.effects.count(netns, met, place, packetSize(skb.packet));
  const markBefore = skb.mark;
  skb.mark = result.mark;
  skb.untracked ||= result.untracked;
  walk.note(
    {
      kind: 'table',
      table: name,
      hook,
      visited: result.visited,
      verdict: result.verdict,
      markBefore,
      markAfter: result.mark,
    },
    skb,
  );
  return result;
}

/** Takes the packet through a base chain of nftables, and notes it. undefined: there is no rule in it. */
export function runNftChain(
  walk: Walk,
  netns: NetnsState,
  hooked: HookedChain,
  hook: Hook,
  skb: SocketBuffer,
  devices: Devices,
): NftWalkResult | undefined {
  const { table, chain } = hooked;
  if (chain.rules.length === 0 && chain.base?.policy === 'accept') return undefined;
  const result = walkNft(hooked, {
    ...packetContext(walk, netns, skb, devices),
    isInSet: (_, set, element) => walk.effects.elementExpiry(netns, table, set, element) > walk.effects.at,
    update(_, set, element, timeoutMs) {
      const expires = timeoutMs === undefined ? Number.POSITIVE_INFINITY : walk.effects.at + timeoutMs;
      walk.effects.setElement(netns, table, set, element, expires);
    },
  });
  const markBefore = skb.mark;
  skb.mark = result.mark;
  const { visited, verdict, mark: markAfter } = result;
  walk.note(
    {
      kind: 'table',
      table: `${table.family} ${table.name}`,
      hook,
      ...(chain.base?.type === 'nat' && { isNat: true }),
      visited,
      verdict,
      markBefore,
      markAfter,
    },
    skb,
  );
  return result;
}

/** What rules may look at, of iptables and nftables alike. */
function packetContext(walk: Walk, netns: NetnsState, skb: SocketBuffer, devices: Devices) {
  return {
    packet: skb.packet,
    mark: skb.mark,
    inDevice: devices.in,
    outDevice: devices.out,
    physicalIn: skb.physicalIn,
    physicalOut: skb.physicalOut,
    isBridged: skb.isBridged,
    connection: connectionOf(skb),
    addressType: (address: string, device?: string) => addressType(netns, address, device),
    now: walk.effects.at,
    draw: (probability: number) => walk.choose(probability, walk.draw),
  };
}

function connectionOf({ connection }: SocketBuffer): ConnectionState | undefined {
  if (!connection) return undefined;
  const { state, direction, entry } = connection;
  return {
    state,
    isReply: direction === 'reply',
    sourceNat: entry?.sourceNat ?? false,
    destinationNat: entry?.destinationNat ?? false,
    original: entry?.original,
    reply: entry?.reply,
  };
}

/** Whose address it is, by the local table (inet_addr_type). */
function addressType(netns: NetnsState, address: string, device?: string): AddressType {
  const value = parseIpv4(address)!;
  if (isMulticast(value)) return 'MULTICAST';
  if (value === 0xffffffff) return 'BROADCAST';
  const route = netns.fib.findIn('local', value);
  if (!route || (device !== undefined && route.device !== device)) return 'UNICAST';
  if (route.type === 'local') return 'LOCAL';
  return route.type === 'broadcast' ? 'BROADCAST' : 'UNICAST';
}

function recentLists(walk: Walk, netns: NetnsState): RecentLists {
  const { effects } = walk;
  return {
    find: (list, address) => effects.recentTimes(netns, list, address),
    update: (list, address, change) =>
      effects.setRecent(
        netns,
        list,
        address,
        change === 'set' ? [...effects.recentTimes(netns, list, address), effects.at] : [],
      ),
    reap: (list, before) => effects.reapRecent(netns, list, before),
  };
}
