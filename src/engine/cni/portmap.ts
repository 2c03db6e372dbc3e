import { type Connected, subnetOf } from './attachment.ts';
import { chainName } from './chain-name.ts';
import type { PortmapConf } from './netconf.ts';

export interface PortMapping {
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  /** Absent: every address of the node. */
  readonly hostIP?: string;
}

/** 2^13: the mark of packets that need masquerading (`markMasqBit`). */
const MARK = '0x2000/0x2000';

/**
 * Models the portmap plugin (plugins/meta/portmap/portmap_iptables.go): hostPort as DNAT on every address of the
 * pod's node.
 *
 *     PREROUTING, OUTPUT ──to an own address──► CNI-HOSTPORT-DNAT ──its ports──► CNI-DN-… ──► DNAT to the pod
 *                                                     clients that are the pod itself, or 127.0.0.1 ──► CNI-HOSTPORT-SETMARK
 *     POSTROUTING ──► CNI-HOSTPORT-MASQ ──marked──► MASQUERADE
 *
 * Answers which rule line translates for which mapping.
 */
export function addPortMappings(
  conf: PortmapConf,
  connected: Connected,
  mappings: readonly PortMapping[],
): ReadonlyMap<string, PortMapping> {
  const mappingOf = new Map<string, PortMapping>();
  if (mappings.length === 0) return mappingOf;
  const { network, networkName, node, containerId, vethName, lease } = connected;
  const host = network.netns(node)!;
  const chain = chainName(networkName, containerId, 'DN-');
  const snat = conf.snat ?? true;
  const present = host.iptablesSave({ table: 'nat' });
  const lines = ['*nat'];
  if (!present.includes(':CNI-HOSTPORT-DNAT ')) {
    lines.push(
      ':CNI-HOSTPORT-DNAT - [0:0]',
      '-A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT',
      '-A OUTPUT -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT',
    );
    if (snat) {
      lines.push(
        ':CNI-HOSTPORT-SETMARK - [0:0]',
        ':CNI-HOSTPORT-MASQ - [0:0]',
        `-A CNI-HOSTPORT-SETMARK -m comment --comment "CNI portfwd masquerade mark" -j MARK --set-xmark ${MARK}`,
        `-A CNI-HOSTPORT-MASQ -m mark --mark ${MARK} -j MASQUERADE`,
        '-A POSTROUTING -m comment --comment "CNI portfwd requiring masquerade" -j CNI-HOSTPORT-MASQ',
      );
    }
  }
  lines.push(`:${chain} - [0:0]`, ...entryRules(connected, chain, mappings).map((rule) => `-A ${rule}`));
  for (const mapping of mappings) {
    const { hostPort, containerPort, protocol, hostIP } = mapping;
    const match = `-p ${protocol} -m ${protocol} --dport ${hostPort}${hostIP ? ` -d ${hostIP}` : ''}`;
    if (snat) {
      lines.push(`-A ${chain} -s ${subnetOf(lease)} ${match} -j CNI-HOSTPORT-SETMARK`);
      lines.push(`-A ${chain} -s 127.0.0.1 ${match} -j CNI-HOSTPORT-SETMARK`);
    }
    const translation = `-A ${chain} ${match} -j DNAT --to-destination ${lease.address}:${containerPort}`;
    lines.push(translation);
    mappingOf.set(translation, mapping);
  }
  lines.push('COMMIT', '');
  host.iptablesRestore(lines.join('\n'), { noflush: true });
  // Packets from 127.0.0.1 may leave by the pod's veth (enableLocalnetRouting).
  for (const device of [vethName, host.links().find((link) => link.name === vethName)?.master]) {
    if (device) host.setSysctl(`net.ipv4.conf.${device}.route_localnet`, '1');
  }
  return mappingOf;
}

export function removePortMappings(connected: Connected, mappings: readonly PortMapping[]): void {
  if (mappings.length === 0) return;
  const { network, networkName, node, containerId } = connected;
  const chain = chainName(networkName, containerId, 'DN-');
  const lines = [
    '*nat',
    ...entryRules(connected, chain, mappings).map((rule) => `-D ${rule}`),
    `-F ${chain}`,
    `-X ${chain}`,
    'COMMIT',
    '',
  ];
  network.netns(node)!.iptablesRestore(lines.join('\n'), { noflush: true });
}

/** One rule for each protocol, with up to 15 ports. */
function entryRules(
  { networkName, containerId }: Connected,
  chain: string,
  mappings: readonly PortMapping[],
): string[] {
  return (['tcp', 'udp', 'sctp'] as const).flatMap((protocol) => {
    const ports = [
      ...new Set(mappings.filter((mapping) => mapping.protocol === protocol).map(({ hostPort }) => hostPort)),
    ];
    const groups = Array.from({ length: Math.ceil(ports.length / 15) }, (_, group) =>
      ports.slice(group * 15, group * 15 + 15),
    );
    return groups.map(
      (group) =>
        `CNI-HOSTPORT-DNAT -p ${protocol} -m comment --comment "dnat name: \\"${networkName}\\" id: \\"${containerId}\\"" -m multiport --dports ${group.join(',')} -j ${chain}`,
    );
  });
}
