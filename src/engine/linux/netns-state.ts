import type { ConntrackTable } from './conntrack/table.ts';
import type { Fib } from './fib.ts';
import type { IpSet } from './ipset.ts';
import { parseIpv4 } from './ipv4.ts';
import type { Link } from './link.ts';
import type { NeighbourTable } from './neighbours.ts';
import type { Ruleset } from './netfilter/ruleset.ts';
import type { NftRuleset } from './nftables/ruleset.ts';
import type { SocketTable } from './sockets.ts';

/** An address on a device. */
export interface InterfaceAddress {
  readonly device: string;
  readonly address: string;
  readonly length: number;
  readonly scope: 'global' | 'link' | 'host';
}

/** All that one network namespace holds. Its own files change it; the packet's path only reads it. */
export interface NetnsState {
  readonly name: string;
  readonly links: Map<string, Link>;
  readonly addresses: InterfaceAddress[];
  readonly fib: Fib;
  readonly neighbours: NeighbourTable;
  readonly sysctls: Map<string, string>;
  readonly ruleset: Ruleset;
  readonly nftables: NftRuleset;
  readonly conntrack: ConntrackTable;
  readonly sockets: SocketTable;
  /** The lists of `-m recent`: address -> virtual ms of the times it was seen, the last one last. */
  readonly recent: Map<string, Map<string, readonly number[]>>;
  readonly ipsets: Map<string, IpSet>;
  /** Taken away: packets on their way here are lost. */
  gone: boolean;
  nextIndex: number;
}

/** `net.ipv4.ip_forward` is on. */
export function isOn(netns: NetnsState, sysctl: string): boolean {
  return (netns.sysctls.get(sysctl) ?? '0') !== '0';
}

/** A switch that each device has and `all` overrides: route_localnet. */
export function isOnFor(netns: NetnsState, device: string, name: string): boolean {
  return isOn(netns, `net.ipv4.conf.all.${name}`) || isOn(netns, `net.ipv4.conf.${device}.${name}`);
}

export function ownsAddress(netns: NetnsState, address: string): boolean {
  const value = parseIpv4(address);
  return value !== undefined && netns.fib.findIn('local', value)?.type === 'local';
}
