import type { Network } from '../linux/index.ts';
import type { Lease } from './host-local.ts';

/** One call of a plugin: the sandbox that is to be connected, or was. */
export interface Attachment {
  readonly network: Network;
  /** The configuration list's name. */
  readonly networkName: string;
  /** The node's own namespace. */
  readonly node: string;
  readonly containerId: string;
  readonly netns: string;
  /** `eth0` */
  readonly ifName: string;
  /** The node's end: veth1, veth2 … */
  readonly vethName: string;
}

/** What ADD answers, as far as anybody here reads it. */
export interface CniResult {
  readonly interfaces: readonly { readonly name: string; readonly mac: string; readonly sandbox?: string }[];
  readonly ips: readonly { readonly address: string; readonly gateway: string }[];
  readonly routes: readonly { readonly dst: string; readonly gw?: string }[];
}

export type PluginResult = { readonly ok: true } | { readonly ok: false; readonly message: string };

export interface Connected extends Attachment {
  readonly lease: Lease;
}

/** The network that the lease is of: 10.244.1.5/24 -> 10.244.1.0/24. */
export function subnetOf({ address, prefixLength }: Lease): string {
  const value = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const network = value - (value % 2 ** (32 - prefixLength));
  return `${[24, 16, 8, 0].map((shift) => (network >>> shift) & 255).join('.')}/${prefixLength}`;
}
