import { parseIpv4 } from '../ipv4.ts';
import { hearers, portsOf } from '../l2.ts';
import type { BridgeLink, Link } from '../link.ts';
import { isOn } from '../netns-state.ts';
import type { Disposition, Step } from '../trace.ts';
import { runHook } from './hooks.ts';
import { resolveNeighbour } from './resolve-neighbour.ts';
import type { SocketBuffer } from './skb.ts';
import { sourceProblem } from './source-problem.ts';
import type { Next, Walk } from './walk.ts';

/** Namespaces in which it is on hand bridged packets to iptables (the kernel's default, and what Kubernetes asks for). */
export const BRIDGE_NF = 'net.bridge.bridge-nf-call-iptables';

/**
 * A frame comes in by a port of a bridge (br_handle_frame, br_netfilter_hooks.c). With bridge-nf-call-iptables:
 *
 *     port ──► [PREROUTING] ──► DNAT to an address behind the same bridge? ──yes──► its MAC address instead ─┐
 *                                   │ no                                                                     │
 *                                   ▼                                                                        ▼
 *                               whose MAC address? ──── the bridge's own ──► up to the node: route     another port's
 *                                                                                                            │
 *                                                                  [FORWARD] ──► [POSTROUTING] ──► out by it ┘
 *
 * Without it, the hooks in brackets are left out, and PREROUTING comes only when the packet goes up to the node.
 */
export function bridgeReceive(walk: Walk, port: Link, bridge: BridgeLink, skb: SocketBuffer): Next {
  const { netns } = port;
  const callsIptables = isOn(netns, BRIDGE_NF);
  walk.effects.learnPort(bridge, skb.packet.ethernet!.source, port);
  skb.physicalIn = port.name;
  if (callsIptables) {
    const { destination } = skb.packet.ip;
    const ended = runHook(walk, netns, 'PREROUTING', skb, { in: bridge.name });
    if (ended) return ended;
    skb.wasPrerouted = true;
    const problem = skb.packet.ip.destination !== destination ? redirect(walk, bridge, skb) : undefined;
    if (problem) return problem;
  }
  const mac = skb.packet.ethernet!.destination;
  if (mac === bridge.mac || portsOf(bridge).some((other) => other.mac === mac)) {
    walk.note(
      { kind: 'bridge', bridge: bridge.name, from: port.name, to: bridge.name, because: 'local' },
      skb,
    );
    return { kind: 'ip-receive', netns, device: bridge, skb };
  }
  const found = findPort(walk, bridge, mac, port);
  const out = found?.port;
  if (!out) return walk.end(netns, skb, { kind: 'DROPPED', netns: netns.name, reason: 'nobody-there' });
  if (out === port && !port.hairpin)
    return walk.end(netns, skb, { kind: 'DROPPED', netns: netns.name, reason: 'hairpin' });
  walk.note(
    { kind: 'bridge', bridge: bridge.name, from: port.name, to: out.name, because: found.because },
    skb,
  );
  if (callsIptables) {
    skb.isBridged = true;
    skb.physicalOut = out.name;
    const ended =
      runHook(walk, netns, 'FORWARD', skb, { in: bridge.name, out: bridge.name }) ??
      runHook(walk, netns, 'POSTROUTING', skb, { out: bridge.name, nexthop: skb.packet.ip.destination });
    if (ended) return ended;
  }
  return { kind: 'transmit', link: out, skb };
}

/** DNAT changed where the frame must go (br_nf_pre_routing_finish). */
function redirect(walk: Walk, bridge: BridgeLink, skb: SocketBuffer): Disposition | undefined {
  const { netns } = bridge;
  const { destination } = skb.packet.ip;
  const problem = sourceProblem(netns, bridge, skb);
  if (problem) return walk.end(netns, skb, { kind: 'DROPPED', netns: netns.name, reason: problem });
  const route = netns.fib.find(parseIpv4(destination)!);
  if (!route) return walk.end(netns, skb, { kind: 'NO_ROUTE', netns: netns.name, destination });
  if (route.type === 'unicast' && route.device === bridge.name) {
    const address = route.via ?? destination;
    if (resolveNeighbour(walk, netns, bridge, address, skb) !== undefined) return undefined;
    const answer = { kind: 'icmp', type: 3, code: 1, local: false } as const;
    return walk.end(
      netns,
      skb,
      { kind: 'NEIGHBOUR_UNREACHABLE', netns: netns.name, device: bridge.name, address },
      answer,
    );
  }
  skb.packet = { ...skb.packet, ethernet: { source: skb.packet.ethernet!.source, destination: bridge.mac } };
  return undefined;
}

/** The node's own stack sends by the bridge (br_dev_xmit). */
export function bridgeTransmit(walk: Walk, bridge: BridgeLink, skb: SocketBuffer): Next {
  const found = findPort(walk, bridge, skb.packet.ethernet!.destination, undefined);
  if (!found)
    return walk.end(bridge.netns, skb, { kind: 'DROPPED', netns: bridge.netns.name, reason: 'nobody-there' });
  walk.note(
    { kind: 'bridge', bridge: bridge.name, from: bridge.name, to: found.port.name, because: found.because },
    skb,
  );
  return { kind: 'transmit', link: found.port, skb };
}

/**
 * The port that the frame leaves by. An unknown address is flooded to all of them: the trace follows the copy that
 * somebody takes.
 */
function findPort(
  walk: Walk,
  bridge: BridgeLink,
  mac: string,
  from: Link | undefined,
): { readonly port: Link; readonly because: Extract<Step, { kind: 'bridge' }>['because'] } | undefined {
  const learned = walk.effects.findPort(bridge, mac);
  if (learned?.master === bridge) return { port: learned, because: 'fdb' };
  const taker = hearers(bridge).find((hearer) => hearer.link.mac === mac);
  const port = taker?.bridges[0]?.leftBy;
  if (!port || (port === from && !from.hairpin)) return undefined;
  return { port, because: 'flood' };
}
