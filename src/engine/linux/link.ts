import type { Fdb } from './fdb.ts';
import type { NetnsState } from './netns-state.ts';

/**
 * A network device in one namespace.
 *
 *     loopback   answers to itself
 *     veth       a cable with two ends; the other end is usually in another namespace
 *     bridge     a switch; links whose `master` it is are its ports, and it is also the node's own port
 *     ethernet   a card on a shared segment (the network between the nodes)
 *     vxlan      puts frames into UDP packets and out of them
 *     dummy      holds addresses, swallows packets
 *     uplink     the way to everything that is not simulated
 */
export type Link = LinkBase &
  (
    | { readonly kind: 'loopback' }
    | { readonly kind: 'veth'; peer: Link | undefined }
    | { readonly kind: 'bridge'; readonly fdb: Fdb }
    | { readonly kind: 'ethernet'; readonly segment: Segment }
    | {
        readonly kind: 'vxlan';
        readonly vni: number;
        readonly local: string;
        readonly port: number /** MAC -> the remote end's address. */;
        readonly remotes: Map<string, string>;
      }
    | { readonly kind: 'dummy' }
    | { readonly kind: 'uplink' }
  );

interface LinkBase {
  readonly netns: NetnsState;
  readonly index: number;
  readonly name: string;
  mac: string;
  mtu: number;
  up: boolean;
  /** The bridge whose port this is. */
  master: BridgeLink | undefined;
  /** Bridge ports: may a frame leave by the port it came in by? */
  hairpin: boolean;
}

export type BridgeLink = Extract<Link, { kind: 'bridge' }>;
export type VxlanLink = Extract<Link, { kind: 'vxlan' }>;

/** An Ethernet segment: every card on it hears every other. */
export interface Segment {
  readonly name: string;
  readonly members: Set<Link>;
}

/** `fnv1a` of the names: the same link always has the same address, locally administered and unicast. */
export function macFor(netns: string, device: string): string {
  const bytes: number[] = [];
  let hash = 0x811c9dc5;
  for (const char of `${netns}/${device}/mac.`) {
    hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  }
  for (let index = 0; index < 6; index++) {
    hash = Math.imul(hash ^ index, 0x01000193) >>> 0;
    bytes.push((hash >>> 13) & 255);
  }
  bytes[0] = (bytes[0]! & 0xfc) | 0x02;
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}
