import { selectAddress } from '../address-selection.ts';
import { hearers } from '../l2.ts';
import type { Link } from '../link.ts';
import { neighbourState } from '../neighbours.ts';
import { type NetnsState, ownsAddress } from '../netns-state.ts';
import type { SocketBuffer } from './skb.ts';
import type { Walk } from './walk.ts';

/**
 * Finds the MAC address of the next hop: from the neighbour table, or by asking who has it. Both sides and the bridges
 * between them learn from the question and the answer. undefined: nobody has it (noted as `failed`).
 */
export function resolveNeighbour(
  walk: Walk,
  netns: NetnsState,
  link: Link,
  address: string,
  skb: SocketBuffer,
): string | undefined {
  const { effects } = walk;
  const known = effects.findNeighbour(netns, link.name, address);
  const state = known && neighbourState(known, effects.at);
  if (known && (state === 'PERMANENT' || state === 'REACHABLE')) return use(known.mac, 'cached');
  const owner = hearers(link).find((hearer) => ownsAddress(hearer.link.netns, address));
  if (!owner) {
    if (known && state !== 'FAILED') {
      // The kernel sends to the old address at once, and notices only later that nobody answers.
      effects.setNeighbour(netns, { ...known, doubtedSince: known.doubtedSince ?? effects.at });
      return use(known.mac, 'cached');
    }
    effects.setNeighbour(netns, {
      address,
      device: link.name,
      mac: '',
      permanent: false,
      confirmedAt: 0,
      doubtedSince: Number.NEGATIVE_INFINITY,
    });
    note(undefined, 'failed');
    return undefined;
  }
  const { mac } = owner.link;
  effects.setNeighbour(netns, { address, device: link.name, mac, permanent: false, confirmedAt: effects.at });
  const asker = ownsAddress(netns, skb.packet.ip.source)
    ? skb.packet.ip.source
    : selectAddress(netns, link.name, address, 'link');
  if (asker)
    effects.setNeighbour(owner.link.netns, {
      address: asker,
      device: owner.link.name,
      mac: link.mac,
      permanent: false,
      confirmedAt: effects.at,
    });
  for (const { bridge, enteredBy, leftBy } of owner.bridges) {
    if (enteredBy) effects.learnPort(bridge, link.mac, enteredBy);
    if (leftBy) effects.learnPort(bridge, mac, leftBy);
  }
  return use(mac, known && state !== 'FAILED' && known.mac === mac ? 'cached' : 'resolved');

  function use(destination: string, how: 'cached' | 'resolved'): string {
    skb.packet = {
      ...skb.packet,
      ethernet: { source: skb.packet.ethernet?.source ?? link.mac, destination },
    };
    note(destination, how);
    return destination;
  }

  function note(found: string | undefined, how: 'cached' | 'resolved' | 'failed'): void {
    walk.note(
      { kind: 'neighbour', device: link.name, address, ...(found && { mac: found }), state: how },
      skb,
    );
  }
}
