import type { NeighbourState } from './neighbours.ts';
import type { SocketReference } from './trace.ts';

/** Plain data for `ip`, `bridge`, `ss` and the map. */

export interface LinkView {
  readonly name: string;
  readonly index: number;
  readonly kind: 'loopback' | 'veth' | 'bridge' | 'ethernet' | 'vxlan' | 'dummy' | 'uplink';
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  readonly master?: string;
  readonly hairpin?: boolean;
  /** veth: the other end; `eth0@if15` names its index. */
  readonly peer?: {
    readonly netns: string;
    readonly device: string;
    readonly index: number;
    readonly up: boolean;
  };
  /** ethernet: the segment that the card is on. */
  readonly segment?: string;
  readonly vxlan?: { readonly vni: number; readonly local: string; readonly port: number };
}

export interface AddressView {
  readonly device: string;
  readonly address: string;
  readonly length: number;
  readonly scope: 'global' | 'link' | 'host';
}

export interface NeighbourView {
  readonly address: string;
  readonly device: string;
  readonly mac?: string;
  readonly state: NeighbourState;
}

export interface FdbView {
  readonly mac: string;
  readonly device: string;
  readonly master?: string;
  readonly remote?: string;
  readonly permanent?: boolean;
  readonly ageMs?: number;
}

export interface SocketView extends SocketReference {
  readonly state: 'LISTEN' | 'UNCONN' | 'ESTAB';
  readonly peer?: { readonly address: string; readonly port: number };
  readonly packetInfo?: boolean;
}

export interface RecentView {
  readonly list: string;
  readonly entries: readonly {
    readonly address: string /** Virtual ms ago, the last time last. */;
    readonly seenAgoMs: readonly number[];
  }[];
}
