import type { IpSet, IpSetResult } from './ipset.ts';
import type { LinkChange, LinkSpec } from './link-changes.ts';
import type { RestoreOptions, RestoreResult } from './netfilter/restore.ts';
import type { SaveOptions } from './netfilter/save.ts';
import type { NetlinkResult } from './netlink-result.ts';
import type { AddressView, FdbView, LinkView, NeighbourView, RecentView, SocketView } from './netns-views.ts';
import type { NftResult } from './nftables/load.ts';
import type { RouteSpec } from './route-changes.ts';
import type { ConntrackEntryView, RouteView } from './trace.ts';

/** One network namespace: how it is set up, and what may be read of it. */
export interface Netns {
  readonly name: string;
  addLink(name: string, spec: LinkSpec): NetlinkResult;
  deleteLink(name: string): NetlinkResult;
  /** `master: null` takes a port off its bridge. */
  setLink(name: string, change: LinkChange): NetlinkResult;
  /** `10.0.0.1/24`. Adds the local, broadcast and network routes that come with it. */
  addAddress(
    device: string,
    cidr: string,
    options?: { readonly scope?: 'global' | 'link' | 'host' },
  ): NetlinkResult;
  deleteAddress(device: string, cidr: string): NetlinkResult;
  addRoute(route: RouteSpec): NetlinkResult;
  /** Takes away every route of table main that fits. */
  deleteRoute(route: Pick<RouteSpec, 'destination' | 'via' | 'device'>): NetlinkResult;
  /** A permanent neighbour. */
  addNeighbour(device: string, address: string, mac: string): NetlinkResult;
  deleteNeighbour(device: string, address: string): NetlinkResult;
  /** vxlan only: frames to this MAC go to that remote end. */
  addVxlanRemote(device: string, mac: string, remote: string): NetlinkResult;
  deleteVxlanRemote(device: string, mac: string): NetlinkResult;
  sysctl(name: string): string | undefined;
  setSysctl(name: string, value: string): void;
  sysctls(): readonly (readonly [name: string, value: string])[];
  /**
   * As `iptables-restore` reads its input; with `noflush`, as `iptables-restore --noflush`. The text may come in
   * pieces of whole lines: a piece that was read before is not read again.
   */
  iptablesRestore(text: string | readonly string[], options?: RestoreOptions): RestoreResult;
  /** What `iptables-save` prints, without its comments. */
  iptablesSave(options?: SaveOptions): string;
  /** As `nft -f -` reads its input: all of it in one transaction. It may come in pieces of whole lines. */
  nftLoad(text: string | readonly string[]): NftResult;
  /** What `nft list ruleset` prints. */
  nftList(): string;
  ipsetRestore(text: string): IpSetResult;
  ipsets(): readonly IpSet[];

  links(): readonly LinkView[];
  addresses(): readonly AddressView[];
  routes(table?: 'main' | 'local'): readonly RouteView[];
  /** What `ip route get` asks: the route, and the source address that goes with it. */
  routeGet(address: string): { readonly route: RouteView; readonly source: string | undefined } | undefined;
  neighbours(): readonly NeighbourView[];
  /** Learned addresses of every bridge, and the remote ends of vxlan devices. */
  fdb(): readonly FdbView[];
  sockets(): readonly SocketView[];
  conntrack(): readonly ConntrackEntryView[];
  /** The lists of `-m recent`, as /proc/net/xt_recent shows them. */
  recent(): readonly RecentView[];
  /** Empties one, as writing `/` into its file does. */
  clearRecent(list: string): void;
  /** `conntrack -D`: forgets the connections that fit, answers how many. */
  conntrackDelete(fits: (entry: ConntrackEntryView) => boolean): number;
}
