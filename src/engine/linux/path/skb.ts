import type { ConntrackEntry } from '../conntrack/entry.ts';
import type { Packet } from '../packet.ts';
import type { ConntrackState } from '../trace.ts';

/** A packet inside one namespace, with the notes that the kernel keeps on it (struct sk_buff). */
export interface SocketBuffer {
  packet: Packet;
  mark: number;
  /** What conntrack said; undefined until it was asked. */
  connection: SkbConnection | undefined;
  untracked: boolean;
  /** The bridge port it came in by, while it is in this namespace. */
  physicalIn: string | undefined;
  physicalOut: string | undefined;
  isBridged: boolean;
  /** The bridge already took it through PREROUTING (bridge-nf-call-iptables): not again. */
  wasPrerouted: boolean;
}

/** `entry` is absent when the packet belongs to no connection: INVALID. */
export interface SkbConnection {
  readonly state: ConntrackState;
  readonly direction: 'original' | 'reply';
  readonly entry: ConntrackEntry | undefined;
  /** This packet made the entry, and it is not in the table yet. */
  unconfirmed: boolean;
}

export function newSkb(packet: Packet, connection?: SkbConnection): SocketBuffer {
  return {
    packet,
    mark: 0,
    connection,
    untracked: false,
    physicalIn: undefined,
    physicalOut: undefined,
    isBridged: false,
    wasPrerouted: false,
  };
}
