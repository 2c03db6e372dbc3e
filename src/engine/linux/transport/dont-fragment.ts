import { parseIpv4 } from '../ipv4.ts';
import type { NetnsState } from '../netns-state.ts';
import type { Packet } from '../packet.ts';
import { packetSize } from '../packet-size.ts';

/**
 * A datagram with the DF flag as its socket sets it. By default (IP_PMTUDISC_WANT) what is larger than the MTU of its
 * own route's device leaves in fragments, which bear no DF, so that routers may cut them again; with `always`
 * (IP_PMTUDISC_DO, `ping -M do`) it does not leave at all (__ip_make_skb, ip_append_data).
 */
export function withDontFragment(netns: NetnsState, packet: Packet, always: boolean | undefined): Packet {
  const route = netns.fib.find(parseIpv4(packet.ip.destination)!);
  const device = route?.type === 'local' ? undefined : route && netns.links.get(route.device);
  const dontFragment = always || !device || packetSize(packet) <= device.mtu;
  return { ...packet, ip: { ...packet.ip, dontFragment } };
}
