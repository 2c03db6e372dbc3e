import type { Route } from '../fib.ts';
import { routeFor, routeView } from '../fib.ts';
import { isLoopback, parseIpv4 } from '../ipv4.ts';
import type { Link } from '../link.ts';
import { isOnFor, type NetnsState } from '../netns-state.ts';
import { packetSize } from '../packet-size.ts';
import type { Disposition } from '../trace.ts';
import { runHook } from './hooks.ts';
import { resolveNeighbour } from './resolve-neighbour.ts';
import type { Devices } from './run-table.ts';
import type { SocketBuffer } from './skb.ts';
import { encapsulate } from './vxlan.ts';
import type { Next, Walk } from './walk.ts';

/** A packet of our own leaves: route, OUTPUT, route again if that changed it, then out (ip_queue_xmit). */
export function ipOutput(walk: Walk, netns: NetnsState, skb: SocketBuffer): Next {
  let route = findRoute(netns, skb);
  const failed = noteRoute();
  if (failed) return failed;
  if (isTooLargeToSend(netns, route!, skb))
    return walk.end(netns, skb, { kind: 'DROPPED', netns: netns.name, reason: 'mtu' });
  const devices: Devices = { out: deviceOf(route!) };
  const ended = runHook(walk, netns, 'OUTPUT', skb, devices, () => {
    const next = findRoute(netns, skb);
    const changed = next !== route;
    route = next;
    const problem = changed ? noteRoute() : undefined;
    if (route) devices.out = deviceOf(route);
    return problem;
  });
  return ended ?? { kind: 'ip-finish', netns, route: route!, forwarded: false, skb };

  /** ip_route_output_key, and what it refuses. */
  function noteRoute(): Disposition | undefined {
    const usable =
      route && (route.type === 'unicast' || route.type === 'local' || route.type === 'broadcast');
    walk.note(
      {
        kind: 'route',
        ...(route && { route: routeView(route) }),
        decision: usable ? 'output' : 'unreachable',
      },
      skb,
    );
    const { source, destination } = skb.packet.ip;
    if (!usable) return walk.end(netns, skb, { kind: 'NO_ROUTE', netns: netns.name, destination });
    const device = deviceOf(route!);
    if (isLoopback(parseIpv4(source)!) && device !== 'lo' && !isOnFor(netns, device, 'route_localnet')) {
      return walk.end(netns, skb, { kind: 'DROPPED', netns: netns.name, reason: 'martian' });
    }
    return undefined;
  }
}

/** `sendto` itself refuses a datagram that may not be cut (ip_append_data); TCP cuts its segments to fit. */
function isTooLargeToSend(netns: NetnsState, route: Route, { packet }: SocketBuffer): boolean {
  const mtu = netns.links.get(deviceOf(route))?.mtu;
  return (
    packet.ip.dontFragment === true &&
    packet.transport.protocol !== 'tcp' &&
    mtu !== undefined &&
    packetSize(packet) > mtu
  );
}

function findRoute(netns: NetnsState, skb: SocketBuffer): Route | undefined {
  return routeFor(netns.fib.find(parseIpv4(skb.packet.ip.destination)!), skb.packet);
}

/** Packets to an address of our own go round through lo, whichever device holds it. */
function deviceOf(route: Route): string {
  return route.type === 'local' ? 'lo' : route.device;
}

/** POSTROUTING, the next hop's MAC address, and out by the device (ip_output, ip_finish_output). */
export function finishOutput(
  walk: Walk,
  netns: NetnsState,
  skb: SocketBuffer,
  route: Route,
  forwarded: boolean,
): Next {
  const device = deviceOf(route);
  const nexthop = route.via ?? skb.packet.ip.destination;
  const ended = runHook(walk, netns, 'POSTROUTING', skb, { out: device, nexthop });
  if (ended) return ended;
  const link = netns.links.get(device);
  if (!link?.up) return walk.end(netns, skb, { kind: 'DROPPED', netns: netns.name, reason: 'device-down' });
  if (
    !forwarded &&
    link.kind !== 'loopback' &&
    packetSize(skb.packet) > link.mtu &&
    skb.packet.ip.dontFragment
  ) {
    return walk.end(
      netns,
      skb,
      { kind: 'DROPPED', netns: netns.name, reason: 'mtu' },
      { kind: 'icmp', type: 3, code: 4, mtu: link.mtu, local: false },
    );
  }
  switch (link.kind) {
    case 'loopback':
      return throughLoopback(walk, netns, link, skb);
    case 'uplink':
      return walk.end(netns, skb, {
        kind: 'EXITS_CLUSTER',
        netns: netns.name,
        destination: skb.packet.ip.destination,
      });
    case 'dummy':
      return walk.end(netns, skb, { kind: 'DROPPED', netns: netns.name, reason: 'dummy' });
    case 'veth':
    case 'bridge':
    case 'ethernet':
    case 'vxlan': {
      // The frame of the wire it came by is off.
      const { ethernet: _old, ...bare } = skb.packet;
      skb.packet = bare;
      if (resolveNeighbour(walk, netns, link, nexthop, skb) === undefined) {
        const answer = { kind: 'icmp', type: 3, code: 1, local: false } as const;
        return walk.end(
          netns,
          skb,
          { kind: 'NEIGHBOUR_UNREACHABLE', netns: netns.name, device, address: nexthop },
          answer,
        );
      }
      return link.kind === 'vxlan' ? encapsulate(walk, netns, link, skb) : { kind: 'transmit', link, skb };
    }
  }
}

function throughLoopback(walk: Walk, netns: NetnsState, lo: Link, skb: SocketBuffer): Next {
  const self = { netns: netns.name, device: lo.name };
  walk.note({ kind: 'transmit', device: lo.name, peer: self }, skb);
  walk.note({ kind: 'receive', device: lo.name, peer: self }, skb);
  return { kind: 'ip-receive', netns, device: lo, skb };
}
