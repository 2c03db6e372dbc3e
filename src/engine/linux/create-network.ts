import { createChance } from './chance.ts';
import { createNetns, createNetnsState } from './create-netns.ts';
import type { Link, Segment } from './link.ts';
import { newLink, removeLink } from './link-changes.ts';
import { createRuleCache } from './netfilter/commands.ts';
import type { NetlinkResult } from './netlink-result.ts';
import type { Netns } from './netns.ts';
import { type NetnsState, ownsAddress } from './netns-state.ts';
import type { NetworkOptions, PacketNetwork } from './network.ts';
import { createNftCache } from './nftables/read-command.ts';
import type { Packet } from './packet.ts';
import { traceAll, type WeighedTrace } from './path/trace-all.ts';
import { tracePacket } from './path/trace-packet.ts';
import { type Machinery, recordOf } from './path/walk.ts';
import type { Listener } from './sockets.ts';
import type { Trace } from './trace.ts';
import { createRequests } from './transport/request.ts';

/** The machines' network: its namespaces, the cables between them, and what packets do in it. */
export interface Network extends PacketNetwork {
  /** Makes a namespace with `lo`, or answers the one that has the name. */
  addNetns(name: string): Netns;
  /** Takes a namespace away with all in it; the far ends of its cables go too. */
  removeNetns(name: string): void;
  netns(name: string): Netns | undefined;
  namespaces(): readonly string[];
  /** A veth pair: one end in each namespace. Both ends are down. */
  addVeth(one: VethEnd, other: VethEnd): NetlinkResult;
  /** All that `-m statistic` could make of the packet, with probabilities; they add up to 1. */
  traceAll(netns: string, packet: Packet): readonly WeighedTrace[];
  /** Called with every trace that is committed, in order. Answers how to stop. */
  observe(observer: (trace: Trace, at: number) => void): () => void;
}

export interface VethEnd {
  readonly netns: string;
  readonly name: string;
  readonly mac?: string;
  readonly mtu?: number;
}

/**
 * Makes an empty network. `random` should be the network's own generator: it is read ahead of use, so that a trace
 * which is not committed uses up no numbers.
 */
export function createNetwork(options: NetworkOptions): Network {
  const states = new Map<string, NetnsState>();
  const faces = new Map<string, Netns>();
  const segments = new Map<string, Segment>();
  const ruleCache = createRuleCache();
  const nftCache = createNftCache();
  const observers = new Set<(trace: Trace, at: number) => void>();
  const chance = createChance(options.random);
  let connectionId = 1;
  const machinery: Machinery = { chance, nextConnectionId: () => connectionId };

  const surroundings = {
    now: options.now,
    ruleCache,
    nftCache,
    segment(name: string): Segment {
      const found = segments.get(name) ?? { name, members: new Set<Link>() };
      segments.set(name, found);
      return found;
    },
  };

  const stateOf = (name: string): NetnsState => {
    const state = states.get(name);
    if (!state) throw new Error(`no network namespace ${name}`);
    return state;
  };

  const commit = (trace: Trace): void => {
    const record = recordOf(trace);
    if (!record) return;
    connectionId += record.effects.connectionsAdded;
    chance.consume(record.effects.draws);
    record.effects.draws = 0;
    record.effects.commit();
    for (const observer of observers) observer(trace, record.effects.at);
  };

  const request = createRequests({ machinery, now: options.now, stateOf, commit });

  const network: Network = {
    addNetns(name) {
      const known = faces.get(name);
      if (known) return known;
      const state = createNetnsState(name);
      const face = createNetns(state, surroundings);
      states.set(name, state);
      faces.set(name, face);
      state.links.set('lo', {
        ...newLink(state, 'lo', '00:00:00:00:00:00', 65536),
        kind: 'loopback',
        up: true,
      });
      face.addAddress('lo', '127.0.0.1/8', { scope: 'host' });
      return face;
    },
    removeNetns(name) {
      const state = states.get(name);
      if (!state) return;
      for (const link of [...state.links.values()]) removeLink(link);
      state.gone = true;
      states.delete(name);
      faces.delete(name);
    },
    netns: (name) => faces.get(name),
    namespaces: () => [...states.keys()],
    addVeth(one, other) {
      const ends = [one, other].map((end) => ({ ...end, state: stateOf(end.netns) }));
      const clash = ends.find(({ state, name }) => state.links.has(name));
      if (clash) return { ok: false, errno: 'EEXIST', message: 'RTNETLINK answers: File exists' };
      const [first, second] = ends.map(({ state, name, mac, mtu }) => {
        const link: Extract<Link, { kind: 'veth' }> = {
          ...newLink(state, name, mac, mtu ?? 1500),
          kind: 'veth',
          peer: undefined,
        };
        state.links.set(name, link);
        return link;
      });
      first!.peer = second;
      second!.peer = first;
      return { ok: true };
    },
    trace: (name, packet) => tracePacket(machinery, stateOf(name), packet, { at: options.now() }),
    traceAll: (name, packet) => traceAll(machinery, stateOf(name), packet, options.now()),
    commit,
    request: (asked) => request(asked, options.now()),
    listen(name, asked) {
      const state = stateOf(name);
      const { protocol, address, port, process, packetInfo = false, handler } = asked;
      if (address !== '0.0.0.0' && !ownsAddress(state, address)) return { ok: false, errno: 'EADDRNOTAVAIL' };
      const listener: Listener = { reference: { protocol, address, port, process }, packetInfo, handler };
      if (!state.sockets.listen(listener)) return { ok: false, errno: 'EADDRINUSE' };
      return { ok: true, close: () => state.sockets.close(listener) };
    },
    observe(observer) {
      observers.add(observer);
      return () => void observers.delete(observer);
    },
  };
  return network;
}
