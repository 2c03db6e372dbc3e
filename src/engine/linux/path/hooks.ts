import { REJECT_CODES, type RejectWith } from '../netfilter/target.ts';
import type { NetnsState } from '../netns-state.ts';
import type { HookedChain } from '../nftables/ruleset.ts';
import type { Disposition, Hook, RuleReference, TableName } from '../trace.ts';
import { type Devices, runNftChain, runTable } from './run-table.ts';
import type { SocketBuffer } from './skb.ts';
import { confirmConnection, trackConnection } from './track-connection.ts';
import { translateAddresses } from './translate-addresses.ts';
import type { Answer, Walk } from './walk.ts';

/**
 * What hangs on each netfilter hook, in the order of the kernel's priorities (raw -300, conntrack -200, mangle -150,
 * destination NAT -100, filter 0, source NAT 100, confirm last).
 *
 *     from a wire                                                                                       to a wire
 *         │                                                                                                 ▲
 *         ▼                                                                                                 │
 *     PREROUTING ──► route ──► not ours ──► FORWARD ───────────────────────────────────────────────► POSTROUTING
 *     raw               │                   mangle                                                    mangle
 *     conntrack         │                   filter                                                    nat (source)
 *     mangle            ▼ ours                                                                        confirm
 *     nat (destination) INPUT ──► socket ──► process ──► socket ──► route ──► OUTPUT ──► route again ────► ▲
 *                       mangle                                                raw         if it changed
 *                       filter                                                conntrack
 *                       nat (source)                                          mangle
 *                       confirm                                               nat (destination)
 *                                                                             filter
 */
const HOOK_ORDER = {
  PREROUTING: ['raw', 'conntrack', 'mangle', 'nat'],
  INPUT: ['mangle', 'filter', 'nat', 'confirm'],
  FORWARD: ['mangle', 'filter'],
  OUTPUT: ['raw', 'conntrack', 'mangle', 'nat', 'filter'],
  POSTROUTING: ['mangle', 'nat', 'confirm'],
} as const satisfies Readonly<Record<Hook, readonly (TableName | 'conntrack' | 'confirm')[]>>;

/**
 * Takes the packet through a hook. Answers how its way ended, or undefined when it goes on.
 * `afterChange` is called after a table that may have changed the route of a packet of our own (OUTPUT only).
 */
export function runHook(
  walk: Walk,
  netns: NetnsState,
  hook: Hook,
  skb: SocketBuffer,
  devices: Devices,
  afterChange?: () => Disposition | undefined,
): Disposition | undefined {
  for (const stage of stagesAt(netns, hook)) {
    if (typeof stage === 'object') {
      const result = runNftChain(walk, netns, stage, hook, skb, devices);
      if (result?.verdict === 'DROP') return walk.end(netns, skb, dropped(netns, result.rule));
      if (result?.verdict === 'REJECT') return reject(walk, netns, hook, skb, result.rule!, result.answer!);
      continue;
    }
    if (stage === 'conntrack') {
      trackConnection(walk, netns, skb);
      continue;
    }
    if (stage === 'confirm') {
      confirmConnection(walk, netns, skb);
      continue;
    }
    if (stage === 'nat') {
      const { ip } = skb.packet;
      if (translateAddresses(walk, netns, hook as Exclude<Hook, 'FORWARD'>, skb, devices) === 'DROP') {
        return walk.end(netns, skb, { kind: 'DROPPED', netns: netns.name, reason: 'nat' });
      }
      const moved = afterChange && ip.destination !== skb.packet.ip.destination ? afterChange() : undefined;
      if (moved) return moved;
      continue;
    }
    const mark = skb.mark;
    const result = runTable(walk, netns, stage, hook, skb, devices);
    if (!result) continue;
    if (result.verdict === 'DROP') return walk.end(netns, skb, dropped(netns, result.rule));
    if (result.verdict === 'REJECT') return reject(walk, netns, hook, skb, result.rule!, result.answer!);
    const moved = stage === 'mangle' && skb.mark !== mark ? afterChange?.() : undefined;
    if (moved) return moved;
  }
  return undefined;
}

type Stage = (typeof HOOK_ORDER)[Hook][number];

const PRIORITIES: Readonly<Record<Exclude<Stage, 'nat'>, number>> = {
  raw: -300,
  conntrack: -200,
  mangle: -150,
  filter: 0,
  confirm: Number.POSITIVE_INFINITY,
};

/** The order of {@link HOOK_ORDER}, with nftables' base chains among it, each before those of its priority. */
function stagesAt(netns: NetnsState, hook: Hook): readonly (Stage | HookedChain)[] {
  const chains = netns.nftables.at(hook).filter(({ chain }) => chain.base?.type !== 'nat');
  if (chains.length === 0) return HOOK_ORDER[hook];
  const natPriority = hook === 'PREROUTING' || hook === 'OUTPUT' ? -100 : 100;
  const left = [...chains];
  const stages: (Stage | HookedChain)[] = [];
  for (const stage of HOOK_ORDER[hook]) {
    const priority = stage === 'nat' ? natPriority : PRIORITIES[stage];
    while (left.length > 0 && left[0]!.chain.base!.priority <= priority) stages.push(left.shift()!);
    stages.push(stage);
  }
  return stages;
}

function dropped(netns: NetnsState, rule: RuleReference | undefined): Disposition {
  return { kind: 'DROPPED', netns: netns.name, ...(rule && { rule }) };
}

function reject(
  walk: Walk,
  netns: NetnsState,
  hook: Hook,
  skb: SocketBuffer,
  rule: RuleReference,
  answer: RejectWith,
): Disposition {
  const back: Answer =
    answer === 'tcp-reset'
      ? { kind: 'tcp-reset', attached: true }
      : { kind: 'icmp', type: 3, code: REJECT_CODES[answer], local: hook === 'INPUT' };
  return walk.end(netns, skb, { kind: 'REJECTED', netns: netns.name, rule, answer }, back);
}
