import type { AddressView, LinkView } from '../../../engine/index.ts';

/** `eth0@if4`: a veth names its peer's index, since the peer lives elsewhere. */
export function linkName(link: LinkView): string {
  return link.peer ? `${link.name}@if${link.peer.index}` : link.name;
}

export function linkFlags(link: LinkView): string {
  const carrier = link.up && hasCarrier(link);
  const flags =
    link.kind === 'loopback'
      ? ['LOOPBACK']
      : link.kind === 'uplink'
        ? ['POINTOPOINT', 'MULTICAST', 'NOARP']
        : ['BROADCAST', 'MULTICAST'];
  if (link.up && !carrier) flags.unshift('NO-CARRIER');
  if (link.up) flags.push('UP');
  if (carrier) flags.push('LOWER_UP');
  return `<${flags.join(',')}>`;
}

export function linkState(link: LinkView): string {
  if (link.kind === 'loopback' || link.kind === 'vxlan' || link.kind === 'dummy' || link.kind === 'uplink')
    return link.up ? 'UNKNOWN' : 'DOWN';
  return link.up && hasCarrier(link) ? 'UP' : 'DOWN';
}

/** A cable whose far end is down carries nothing. */
function hasCarrier(link: LinkView): boolean {
  return link.peer?.up !== false;
}

/** The first two lines of `ip link`; `ip addr` has the same but for `mode`. Recorded from iproute2 6.1. */
export function linkLines(
  link: LinkView,
  options: {
    readonly mode: boolean;
    readonly details: boolean;
    /** A host knows its pods' namespaces by name; inside of one there is only a number. */
    readonly host: boolean;
    /** -4: without the card's own address. */
    readonly bare?: boolean;
  },
): string {
  const master = link.master ? ` master ${link.master}` : '';
  const qdisc = link.kind === 'ethernet' ? 'fq_codel' : 'noqueue';
  const first = `${link.index}: ${linkName(link)}: ${linkFlags(link)} mtu ${link.mtu} qdisc ${qdisc}${master} state ${linkState(link)}${options.mode ? ' mode DEFAULT' : ''} group default qlen 1000`;
  const type = link.kind === 'loopback' ? 'loopback' : link.kind === 'uplink' ? 'none' : 'ether';
  const peer = link.peer ? ` link-netns${options.host ? ` ${netnsId(link.peer.netns)}` : 'id 0'}` : '';
  const second =
    type === 'none'
      ? '    link/none '
      : `    link/${type} ${link.mac} brd ${type === 'loopback' ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff'}${peer}`;
  if (options.bare) return `${first}\n`;
  return `${first}\n${second}${options.details ? detailText(link) : ''}\n`;
}

/**
 * The name that a container runtime gives a pod's network namespace (containerd's NewNetNS): `cni-` and a UUID. The same
 * pod has the same one at every replay.
 */
export function netnsId(netns: string): string {
  if (!netns.includes('/')) return netns;
  let bits = '';
  for (let part = 0; part < 4; part++) {
    let value = 0x811c9dc5 ^ part;
    for (const character of netns) value = Math.imul(value ^ character.charCodeAt(0), 0x01000193);
    bits += (value >>> 0).toString(16).padStart(8, '0');
  }
  return `cni-${bits.slice(0, 8)}-${bits.slice(8, 12)}-4${bits.slice(13, 16)}-a${bits.slice(17, 20)}-${bits.slice(20, 32)}`;
}

const QUEUES =
  'gso_max_size 65536 gso_max_segs 65535 tso_max_size 524280 tso_max_segs 65535 gro_max_size 65536 ';

function detailText(link: LinkView): string {
  if (link.kind === 'loopback')
    return ` promiscuity 0  allmulti 0 minmtu 0 maxmtu 0 addrgenmode eui64 numtxqueues 1 numrxqueues 1 ${QUEUES}`;
  const common = ` promiscuity ${link.master ? 1 : 0}  allmulti ${link.master ? 1 : 0} minmtu 68 maxmtu 65535 `;
  const id = `8000.${link.mac}`;
  const port = link.master
    ? `\n    bridge_slave state ${link.up ? 'forwarding' : 'disabled'} priority 32 cost 2 hairpin ${link.hairpin ? 'on' : 'off'} guard off root_block off fastleave off learning on flood on `
    : '';
  const kind =
    link.kind === 'vxlan' && link.vxlan
      ? `vxlan id ${link.vxlan.vni} local ${link.vxlan.local} dev eth0 srcport 0 0 dstport ${link.vxlan.port} nolearning ttl auto ageing 300 udpcsum noudp6zerocsumtx noudp6zerocsumrx`
      : link.kind === 'bridge'
        ? `bridge forward_delay 1500 hello_time 200 max_age 2000 ageing_time 30000 stp_state 0 priority 32768 vlan_filtering 0 bridge_id ${id} designated_root ${id} root_port 0 root_path_cost 0 topology_change 0 topology_change_detected 0 hello_timer    0.00 tcn_timer    0.00 topology_change_timer    0.00 gc_timer  296.65 group_fwd_mask 0 group_address 01:80:c2:00:00:00 mcast_snooping 1 no_linklocal_learn 0 mcast_vlan_snooping 0 mcast_router 1 mcast_query_use_ifaddr 0 mcast_querier 0 mcast_hash_elasticity 16 mcast_hash_max 4096 mcast_last_member_count 2 mcast_startup_query_count 2 mcast_last_member_interval 100 mcast_membership_interval 26000 mcast_querier_interval 25500 mcast_query_interval 12500 mcast_query_response_interval 1000 mcast_startup_query_interval 3124 mcast_stats_enabled 0 mcast_igmp_version 2 mcast_mld_version 1 nf_call_iptables 0 nf_call_ip6tables 0 nf_call_arptables 0`
        : link.kind === 'veth' || link.kind === 'dummy'
          ? link.kind
          : '';
  const queues = link.kind === 'veth' ? 2 : 1;
  return `${common}${kind === '' ? '' : `\n    ${kind} `}${port}addrgenmode eui64 numtxqueues ${queues} numrxqueues ${queues} ${QUEUES}`;
}

export function addressLines(address: AddressView): string {
  return `    inet ${address.address}/${address.length} scope ${address.scope} ${address.device}\n       valid_lft forever preferred_lft forever\n`;
}
