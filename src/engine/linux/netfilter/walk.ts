import { parseIpv4, prefixContains } from '../ipv4.ts';
import type { Packet } from '../packet.ts';
import type { Hook, RuleReference, RuleVisit } from '../trace.ts';
import { indexChain } from './chain-index.ts';
import { interfaceMatches } from './interface-pattern.ts';
import type { MatchContext } from './match.ts';
import type { Rule } from './rule.ts';
import type { Chain, Table } from './ruleset.ts';
import type { RejectWith, Target } from './target.ts';

/** What a walk through one table at one hook came to. */
export interface WalkResult {
  readonly verdict: 'ACCEPT' | 'DROP' | 'REJECT';
  readonly visited: readonly RuleVisit[];
  readonly mark: number;
  /** The rule that ended the walk: absent when nothing but a policy did. */
  readonly rule: RuleReference | undefined;
  /** For REJECT. */
  readonly answer: RejectWith | undefined;
  /** For the nat table: the translation that the rule asks for. */
  readonly nat: Extract<Target, { kind: 'dnat' | 'snat' | 'masquerade' | 'redirect' }> | undefined;
  readonly untracked: boolean;
  readonly log: readonly { readonly prefix: string; readonly rule: RuleReference }[];
  /** The rules whose counters go up. */
  readonly met: readonly { readonly chain: Chain; readonly place: number }[];
}

/** The context without what the walk itself provides. */
export type WalkContext = Omit<MatchContext, 'mark' | 'draw'> & {
  readonly mark: number;
  /** A number in [0, 1) and whether it is below the probability: see `traceAll` for who else decides. */
  draw(probability: number): { readonly number: number; readonly applies: boolean };
};

interface Frame {
  readonly chain: Chain;
  next: number;
  candidates: readonly number[] | undefined;
  cursor: number;
}

/** Chains may jump to chains this deep (the kernel's NFT_JUMP_STACK_SIZE is 16; legacy tables allow more). */
const MAX_DEPTH = 64;

/**
 * Takes a packet through a built-in chain, rule by rule:
 *
 *     rule applies? ──no──► next rule        jump CHAIN: go there, come back after this rule at its end or at RETURN
 *          │ yes                             goto CHAIN: go there, come back to where this chain was called from
 *          ▼                                 MARK, LOG and rules without a target: go on
 *       its target ──► ACCEPT, DROP, REJECT, DNAT, SNAT, MASQUERADE: the end
 *                      end of the built-in chain: its policy
 */
export function walkTable(table: Table, hook: Hook, context: WalkContext): WalkResult {
  const visited: RuleVisit[] = [];
  const met: { chain: Chain; place: number }[] = [];
  const log: { prefix: string; rule: RuleReference }[] = [];
  const stack: Frame[] = [];
  let untracked = false;
  let drawn: RuleVisit['draw'];
  const matchContext: MatchContext & { mark: number } = {
    ...context,
    draw(probability) {
      const { number, applies } = context.draw(probability);
      drawn = { number, probability };
      return applies;
    },
  };

  const enter = (chain: Chain): Frame => {
    chain.index ??= indexChain(chain.rules);
    return { chain, next: 0, candidates: chain.index?.candidates(context.packet), cursor: 0 };
  };
  const reference = (chain: Chain, place: number): RuleReference => {
    const known = chain.references.get(place);
    if (known) return known;
    const made = { table: table.name, chain: chain.name, number: place + 1, text: chain.rules[place]!.text };
    chain.references.set(place, made);
    return made;
  };
  /** Notes that the rules from `frame.next` up to and with `last` did not match. */
  const pass = (frame: Frame, last: number, depth: number): void => {
    if (last < frame.next) return;
    visited.push({ rule: reference(frame.chain, last), matched: false, count: last - frame.next + 1, depth });
    frame.next = last + 1;
  };
  const finish = (result: Pick<WalkResult, 'verdict'> & Partial<WalkResult>): WalkResult => ({
    visited,
    mark: matchContext.mark,
    untracked,
    log,
    met,
    rule: undefined,
    answer: undefined,
    nat: undefined,
    ...result,
  });

  const builtIn = table.chains.get(hook)!;
  let frame = enter(builtIn);
  for (;;) {
    const depth = stack.length;
    const { chain } = frame;
    const place = nextCandidate(frame);
    if (place === undefined) {
      pass(frame, chain.rules.length - 1, depth);
      const back = stack.pop();
      if (back) {
        frame = back;
        continue;
      }
      return policy();
    }
    const rule = chain.rules[place]!;
    drawn = undefined;
    if (!ruleMatches(rule, matchContext)) {
      if (drawn) {
        pass(frame, place - 1, depth);
        visited.push({ rule: reference(chain, place), matched: false, draw: drawn, depth });
        frame.next = place + 1;
      }
      continue;
    }
    pass(frame, place - 1, depth);
    frame.next = place + 1;
    met.push({ chain, place });
    const here = reference(chain, place);
    const note = (verdict: string) =>
      visited.push({ rule: here, matched: true, ...(drawn && { draw: drawn }), verdict, depth });
    const { target } = rule;
    switch (target?.kind) {
      case undefined:
        note('continue');
        break;
      case 'accept':
        note('ACCEPT');
        return finish({ verdict: 'ACCEPT', rule: here });
      case 'drop':
        note('DROP');
        return finish({ verdict: 'DROP', rule: here });
      case 'reject':
        note(`REJECT with ${target.answer}`);
        return finish({ verdict: 'REJECT', rule: here, answer: target.answer });
      case 'return': {
        note('RETURN');
        const back = stack.pop();
        if (!back) return policy();
        frame = back;
        break;
      }
      case 'jump':
      case 'goto': {
        note(`${target.kind} ${target.chain}`);
        if (stack.length >= MAX_DEPTH) return finish({ verdict: 'DROP', rule: here });
        if (target.kind === 'jump') stack.push(frame);
        frame = enter(table.chains.get(target.chain)!);
        break;
      }
      case 'mark':
        matchContext.mark = ((matchContext.mark & ~target.mask) ^ target.value) >>> 0;
        note(`mark 0x${matchContext.mark.toString(16)}`);
        break;
      case 'log':
        note('LOG');
        log.push({ prefix: target.prefix, rule: here });
        break;
      case 'notrack':
        untracked = true;
        note('NOTRACK');
        break;
      case 'dnat':
      case 'snat':
      case 'masquerade':
      case 'redirect':
        note(natVerdict(target));
        return finish({ verdict: 'ACCEPT', rule: here, nat: target });
    }
  }

  function policy(): WalkResult {
    const verdict = builtIn.policy ?? 'ACCEPT';
    const rule = { table: table.name, chain: hook, number: 0, text: `-P ${hook} ${verdict}` };
    visited.push({ rule, matched: true, verdict, depth: 0 });
    met.push({ chain: builtIn, place: -1 });
    return finish(verdict === 'DROP' ? { verdict, rule } : { verdict });
  }
}

function nextCandidate(frame: Frame): number | undefined {
  if (!frame.candidates) return frame.cursor < frame.chain.rules.length ? frame.cursor++ : undefined;
  return frame.candidates[frame.cursor++];
}

function natVerdict(target: NonNullable<WalkResult['nat']>): string {
  const ports = (range: { first: number; last: number } | undefined) =>
    range ? `:${range.first}${range.last === range.first ? '' : `-${range.last}`}` : '';
  switch (target.kind) {
    case 'dnat':
    case 'snat': {
      const { addresses } = target.range;
      const address = addresses
        ? addresses.first === addresses.last
          ? addresses.first
          : `${addresses.first}-${addresses.last}`
        : '';
      return `${target.kind.toUpperCase()} to ${address}${ports(target.range.ports)}`;
    }
    case 'masquerade':
      return 'MASQUERADE';
    case 'redirect':
      return `REDIRECT to ports ${ports(target.ports).slice(1)}`;
  }
}

function ruleMatches(rule: Rule, context: MatchContext): boolean {
  const { packet } = context;
  if (rule.destination && !addressMatches(rule.destination, packet.ip.destination)) return false;
  if (rule.source && !addressMatches(rule.source, packet.ip.source)) return false;
  if (rule.protocol && (packet.transport.protocol === rule.protocol.name) === rule.protocol.inverted)
    return false;
  if (rule.fragment && !rule.fragment.inverted) return false;
  if (rule.inDevice && interfaceMatches(rule.inDevice.pattern, context.inDevice) === rule.inDevice.inverted)
    return false;
  if (
    rule.outDevice &&
    interfaceMatches(rule.outDevice.pattern, context.outDevice) === rule.outDevice.inverted
  )
    return false;
  // A `statistic` that stands after a match that fails is never asked: it draws no number.
  return rule.matches.every((match) => match.matches(context));
}

function addressMatches(wanted: NonNullable<Rule['source']>, address: Packet['ip']['source']): boolean {
  return prefixContains(wanted.prefix, parseIpv4(address)!) !== wanted.inverted;
}
