import { type Route, routeFor, routeView } from '../fib.ts';
import { isMulticast, parseIpv4 } from '../ipv4.ts';
import type { Link } from '../link.ts';
import { isOn, type NetnsState } from '../netns-state.ts';
import { packetSize } from '../packet-size.ts';
import { deliver } from './deliver.ts';
import { runHook } from './hooks.ts';
import type { SocketBuffer } from './skb.ts';
import { sourceProblem } from './source-problem.ts';
import { decapsulate, vxlanFor } from './vxlan.ts';
import type { Next, Walk } from './walk.ts';

/** A packet comes up from a device: PREROUTING, then route (ip_rcv, ip_rcv_finish). */
export function ipReceive(walk: Walk, netns: NetnsState, device: Link, skb: SocketBuffer): Next {
  if (!skb.wasPrerouted) {
    const ended = runHook(walk, netns, 'PREROUTING', skb, { in: device.name });
    if (ended) return ended;
  }
  const { destination } = skb.packet.ip;
  const problem = sourceProblem(netns, device, skb);
  if (problem) return walk.end(netns, skb, { kind: 'DROPPED', netns: netns.name, reason: problem });
  const route = routeFor(netns.fib.find(parseIpv4(destination)!), skb.packet);
  if (route?.type === 'local') {
    walk.note({ kind: 'route', route: routeView(route), decision: 'local' }, skb);
    return input(walk, netns, device, skb);
  }
  if (route?.type === 'broadcast' || isMulticast(parseIpv4(destination)!)) {
    return walk.end(netns, skb, { kind: 'DROPPED', netns: netns.name, reason: 'broadcast' });
  }
  if (!isOn(netns, 'net.ipv4.ip_forward')) {
    return walk.end(netns, skb, { kind: 'DROPPED', netns: netns.name, reason: 'forwarding-off' });
  }
  return forward(walk, netns, device, skb, route);
}

/** To a socket of this namespace (ip_local_deliver). */
function input(walk: Walk, netns: NetnsState, device: Link, skb: SocketBuffer): Next {
  const ended = runHook(walk, netns, 'INPUT', skb, { in: device.name });
  if (ended) return ended;
  const tunnel = vxlanFor(netns, skb);
  if (!tunnel) return deliver(walk, netns, skb);
  const inner = decapsulate(walk, tunnel, skb);
  if (inner.packet.ethernet?.destination !== tunnel.mac)
    return walk.end(netns, inner, { kind: 'DROPPED', netns: netns.name, reason: 'other-host' });
  return { kind: 'ip-receive', netns, device: tunnel, skb: inner };
}

/** On to another machine (ip_forward). */
function forward(
  walk: Walk,
  netns: NetnsState,
  device: Link,
  skb: SocketBuffer,
  route: Route | undefined,
): Next {
  const { destination, ttl, dontFragment } = skb.packet.ip;
  if (route?.type !== 'unicast') {
    walk.note({ kind: 'route', ...(route && { route: routeView(route) }), decision: 'unreachable' }, skb);
    const code = route
      ? { unreachable: 1, prohibit: 13, blackhole: undefined }[
          route.type as 'unreachable' | 'prohibit' | 'blackhole'
        ]
      : 0;
    const answer = code === undefined ? undefined : ({ kind: 'icmp', type: 3, code, local: false } as const);
    return walk.end(netns, skb, { kind: 'NO_ROUTE', netns: netns.name, destination }, answer);
  }
  if (ttl <= 1) {
    walk.note({ kind: 'route', route: routeView(route), decision: 'forward' }, skb);
    return walk.end(
      netns,
      skb,
      { kind: 'TTL_EXCEEDED', netns: netns.name },
      { kind: 'icmp', type: 11, code: 0, local: false },
    );
  }
  const out = netns.links.get(route.device);
  if (out && dontFragment && packetSize(skb.packet) > out.mtu) {
    walk.note({ kind: 'route', route: routeView(route), decision: 'forward' }, skb);
    return walk.end(
      netns,
      skb,
      { kind: 'DROPPED', netns: netns.name, reason: 'mtu' },
      { kind: 'icmp', type: 3, code: 4, mtu: out.mtu, local: false },
    );
  }
  skb.packet = { ...skb.packet, ip: { ...skb.packet.ip, ttl: ttl - 1 } };
  walk.note({ kind: 'route', route: routeView(route), decision: 'forward' }, skb);
  const ended = runHook(walk, netns, 'FORWARD', skb, { in: device.name, out: route.device });
  return ended ?? { kind: 'ip-finish', netns, route, forwarded: true, skb };
}
