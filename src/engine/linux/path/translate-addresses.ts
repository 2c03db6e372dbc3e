import { selectAddress } from '../address-selection.ts';
import { conntrackView } from '../conntrack/entry.ts';
import { isTranslated, type Manipulation, setUpNat, translate, translateError } from '../conntrack/nat.ts';
import type { NatRange, Target } from '../netfilter/target.ts';
import type { WalkResult } from '../netfilter/walk.ts';
import type { NetnsState } from '../netns-state.ts';
import type { Packet } from '../packet.ts';
import type { Hook, Step, Tuple } from '../trace.ts';
import { sameTuple, tupleOf } from '../tuple.ts';
import type { Devices } from './run-table.ts';
import { runNftChain, runTable } from './run-table.ts';
import type { SocketBuffer } from './skb.ts';
import type { Walk } from './walk.ts';

type NatHook = Exclude<Hook, 'FORWARD'>;

/**
 * The nat table's turn (nf_nat_inet_fn). Destinations change on the way in, sources on the way out:
 *
 *     PREROUTING, OUTPUT    destination        POSTROUTING, INPUT    source
 *
 * Its rules are read for a connection's first packet alone. All others, and the replies, follow the conntrack entry.
 * Answers the rule's DROP, if a rule said that.
 */
export function translateAddresses(
  walk: Walk,
  netns: NetnsState,
  hook: NatHook,
  skb: SocketBuffer,
  devices: Devices,
): 'ACCEPT' | 'DROP' {
  const { connection } = skb;
  const translates = netns.ruleset.table('nat') !== undefined || netns.nftables.translates();
  if (!connection?.entry || !translates) return 'ACCEPT';
  const { entry, direction } = connection;
  const manipulation: Manipulation = hook === 'PREROUTING' || hook === 'OUTPUT' ? 'destination' : 'source';
  const before = skb.packet;
  if (connection.state === 'RELATED') {
    if (!isTranslated(entry, manipulation, direction)) return 'ACCEPT';
    skb.packet = translateError(skb.packet, entry, manipulation, direction);
    noteChange(undefined);
    return 'ACCEPT';
  }
  const decided = manipulation === 'source' ? entry.sourceDecided : entry.destinationDecided;
  let rule: Extract<Step, { kind: 'nat' }>['rule'];
  if (connection.state === 'NEW' && !decided) {
    const result = askForTranslation(walk, netns, hook, skb, devices);
    if (result && result.verdict !== 'ACCEPT') return 'DROP';
    const target = result?.nat;
    rule = target && result?.rule;
    const range = target && rangeOf(netns, target, hook, skb.packet, devices);
    setUpNat(entry, manipulation, range, target ? target.random : false, {
      isTaken: (tuple) => {
        const found = walk.effects.findConnection(netns, tuple);
        return found !== undefined && found.entry !== entry;
      },
      random: walk.draw,
    });
  }
  if (isTranslated(entry, manipulation, direction))
    skb.packet = translate(skb.packet, entry, manipulation, direction);
  noteChange(rule);
  return 'ACCEPT';

  function noteChange(cause: typeof rule): void {
    const from = tupleFor(before);
    const to = tupleFor(skb.packet);
    if (sameTuple(from, to)) return;
    walk.note(
      {
        kind: 'nat',
        hook,
        change: nameOf(manipulation, direction, connection?.state === 'NEW' && cause !== undefined),
        from,
        to,
        ...(cause && { rule: cause }),
        entry: conntrackView(entry, walk.effects.at),
      },
      skb,
    );
  }
}

/**
 * Asks whoever may translate at the hook, by priority, until one does: the nat table, and nftables' chains of type nat.
 * At the same priority, who was registered last comes first (nf_hook_entries_grow): kube-proxy's chains.
 */
function askForTranslation(
  walk: Walk,
  netns: NetnsState,
  hook: NatHook,
  skb: SocketBuffer,
  devices: Devices,
): Pick<WalkResult, 'verdict' | 'rule' | 'nat'> | undefined {
  const chains = netns.nftables.at(hook).filter(({ chain }) => chain.base?.type === 'nat');
  const priority = hook === 'PREROUTING' || hook === 'OUTPUT' ? -100 : 100;
  const before = chains.filter(({ chain }) => chain.base!.priority <= priority);
  const after = chains.filter(({ chain }) => chain.base!.priority > priority);
  for (const asked of [...before, undefined, ...after]) {
    const result = asked
      ? runNftChain(walk, netns, asked, hook, skb, devices)
      : runTable(walk, netns, 'nat', hook, skb, devices);
    if (result && (result.nat || result.verdict !== 'ACCEPT')) return result;
  }
  return undefined;
}

function nameOf(
  manipulation: Manipulation,
  direction: 'original' | 'reply',
  isFirst: boolean,
): Extract<Step, { kind: 'nat' }>['change'] {
  if (direction === 'reply') return manipulation === 'source' ? 'un-dnat' : 'un-snat';
  if (manipulation === 'source') return isFirst ? 'snat' : 'snat-again';
  return isFirst ? 'dnat' : 'dnat-again';
}

function tupleFor(packet: Packet): Tuple {
  const { source, destination } = packet.ip;
  return tupleOf(packet) ?? { protocol: 'icmp', source, destination, sourcePort: 0, destinationPort: 0 };
}

/** MASQUERADE takes the address of the outgoing device, REDIRECT that of the incoming one. */
function rangeOf(
  netns: NetnsState,
  target: Extract<Target, { kind: 'dnat' | 'snat' | 'masquerade' | 'redirect' }>,
  hook: NatHook,
  packet: Packet,
  devices: Devices,
): NatRange {
  if ('range' in target) return target.range;
  const address =
    target.kind === 'masquerade'
      ? selectAddress(netns, devices.out!, devices.nexthop ?? packet.ip.destination)
      : hook === 'OUTPUT'
        ? '127.0.0.1'
        : selectAddress(netns, devices.in!, undefined);
  return {
    ...(address && { addresses: { first: address, last: address } }),
    ...(target.ports && { ports: target.ports }),
  };
}
