import type { BridgeLink, Link } from './link.ts';

/** A device that hears a frame, and the bridges that the frame crosses on its way there. */
export interface Hearer {
  readonly link: Link;
  readonly bridges: readonly {
    readonly bridge: BridgeLink;
    readonly enteredBy: Link | undefined;
    readonly leftBy: Link | undefined;
  }[];
}

/** Every device that hears a frame which is broadcast out of this one. */
export function hearers(from: Link): Hearer[] {
  const seen = new Set<Link>([from]);
  if (from.kind === 'bridge') return throughBridge(from, undefined, [], seen);
  return outOf(from, [], seen);
}

function outOf(link: Link, bridges: Hearer['bridges'], seen: Set<Link>): Hearer[] {
  if (!link.up) return [];
  if (link.kind === 'veth') return link.peer ? into(link.peer, bridges, seen) : [];
  if (link.kind !== 'ethernet') return [];
  return [...link.segment.members]
    .filter((member) => member !== link)
    .flatMap((member) => into(member, bridges, seen));
}

function into(link: Link, bridges: Hearer['bridges'], seen: Set<Link>): Hearer[] {
  if (seen.has(link) || !link.up) return [];
  seen.add(link);
  return link.master ? throughBridge(link.master, link, bridges, seen) : [{ link, bridges }];
}

function throughBridge(
  bridge: BridgeLink,
  enteredBy: Link | undefined,
  before: Hearer['bridges'],
  seen: Set<Link>,
): Hearer[] {
  if (!bridge.up) return [];
  const crossed = (leftBy: Link | undefined) => [...before, { bridge, enteredBy, leftBy }];
  const own = enteredBy && !seen.has(bridge) ? [{ link: bridge as Link, bridges: crossed(undefined) }] : [];
  seen.add(bridge);
  const ports = portsOf(bridge).filter((port) => port !== enteredBy);
  return [...own, ...ports.flatMap((port) => outOf(port, crossed(port), seen))];
}

export function portsOf(bridge: BridgeLink): Link[] {
  return [...bridge.netns.links.values()].filter((link) => link.master === bridge);
}
