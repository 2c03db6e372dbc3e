import { parseIpv4, parsePrefix, prefixContains } from '../ipv4.ts';
import { interfaceMatches } from '../netfilter/interface-pattern.ts';
import type { AddressType } from '../netfilter/match.ts';
import type { RejectWith } from '../netfilter/target.ts';
import type { WalkContext, WalkResult } from '../netfilter/walk.ts';
import type { NftTableName, RuleReference, RuleVisit } from '../trace.ts';
import type { HookedChain } from './ruleset.ts';
import type { Field, MapKey, NftChain, NftElement, NftTable, NftVerdict, Statement } from './types.ts';

/** What a base chain and those that it leads to came to for one packet. */
export interface NftWalkResult {
  readonly verdict: 'ACCEPT' | 'DROP' | 'REJECT';
  readonly visited: readonly RuleVisit[];
  readonly mark: number;
  readonly rule: RuleReference | undefined;
  readonly answer: RejectWith | undefined;
  readonly nat: WalkResult['nat'];
}

/** What a packet's walk needs beside what iptables' rules look at. */
export interface NftWalkContext extends Omit<WalkContext, 'recent' | 'inSet'> {
  /** Whether a packet put the key into the set, and it is still there. */
  isInSet(table: NftTable, set: string, key: string): boolean;
  /** Puts the key into the set, or starts its time again. */
  update(table: NftTable, set: string, key: string, timeoutMs: number | undefined): void;
}

interface Frame {
  readonly chain: NftChain;
  next: number;
}

/** The kernel's NFT_JUMP_STACK_SIZE. */
const MAX_DEPTH = 16;

/**
 * Takes a packet through a base chain, rule by rule; in a rule, statement by statement, until one does not hold:
 *
 *     ip daddr . meta l4proto . th dport vmap @service-ips
 *     └────────── key ──────────────────┘      │ found: its verdict, `goto service-…`; not found: next rule
 *
 * `accept` and the end of the base chain let the packet go on to the next base chain; `drop` is the end.
 */
export function walkNft({ table, chain: base }: HookedChain, context: NftWalkContext): NftWalkResult {
  const visited: RuleVisit[] = [];
  const stack: Frame[] = [];
  const name: NftTableName = `${table.family} ${table.name}`;
  let mark = context.mark;
  let frame: Frame = { chain: base, next: 0 };
  const result = (
    verdict: NftWalkResult['verdict'],
    rest: Partial<Pick<NftWalkResult, 'rule' | 'answer' | 'nat'>> = {},
  ): NftWalkResult => ({
    verdict,
    visited,
    mark,
    rule: undefined,
    answer: undefined,
    nat: undefined,
    ...rest,
  });

  for (;;) {
    const rule = frame.chain.rules[frame.next];
    if (!rule) {
      const back = stack.pop();
      if (back) {
        frame = back;
        continue;
      }
      return policy();
    }
    const depth = stack.length;
    const place = frame.next++;
    let here: RuleReference = {
      table: name,
      chain: frame.chain.name,
      number: place + 1,
      text: rule.line,
    };
    let verdict: NftVerdict | undefined;
    let draw: RuleVisit['draw'];
    let did = '';
    let holds = true;
    for (const statement of rule.statements) {
      switch (statement.kind) {
        case 'counter':
          continue;
        case 'match':
          holds = matches(statement);
          break;
        case 'mark-is':
          holds = ((mark & statement.mask) >>> 0 === statement.value) !== statement.inverted;
          break;
        case 'set-mark':
          mark = ((mark & statement.and) ^ statement.xor) >>> 0;
          did = `mark 0x${mark.toString(16)}`;
          break;
        case 'vmap': {
          const found = lookUp(statement);
          holds = found !== undefined;
          if (!found) break;
          verdict = found.verdict;
          draw = found.draw;
          if (found.element) here = { ...here, element: found.element };
          break;
        }
        case 'update': {
          const key = fieldValue(statement.field);
          if (key !== undefined)
            context.update(table, statement.set, key, table.sets.get(statement.set)?.timeoutMs);
          did = `update @${statement.set}`;
          break;
        }
        case 'verdict':
          verdict = statement.verdict;
          break;
        case 'reject':
          note(here, `REJECT with ${statement.answer}`, depth, draw);
          return result('REJECT', { rule: here, answer: statement.answer });
        case 'dnat':
        case 'snat':
          note(here, `${statement.kind.toUpperCase()} to ${statement.text}`, depth, draw);
          return result('ACCEPT', {
            rule: here,
            nat: { kind: statement.kind, range: statement.range, random: statement.random },
          });
        case 'masquerade':
          note(here, 'MASQUERADE', depth, draw);
          return result('ACCEPT', { rule: here, nat: { kind: 'masquerade', random: statement.random } });
      }
      if (!holds || verdict) break;
    }
    if (!holds) {
      visited.push({ rule: here, matched: false, ...(draw && { draw }), depth });
      continue;
    }
    switch (verdict?.kind) {
      case undefined:
      case 'continue':
        note(here, did || 'continue', depth, draw);
        break;
      case 'accept':
        note(here, 'ACCEPT', depth, draw);
        return result('ACCEPT', { rule: here });
      case 'drop':
        note(here, 'DROP', depth, draw);
        return result('DROP', { rule: here });
      case 'return': {
        note(here, 'RETURN', depth, draw);
        const back = stack.pop();
        if (!back) return policy();
        frame = back;
        break;
      }
      case 'jump':
      case 'goto':
        note(here, `${verdict.kind} ${verdict.chain}`, depth, draw);
        if (verdict.kind === 'jump') {
          if (stack.length >= MAX_DEPTH) return result('DROP', { rule: here });
          stack.push(frame);
        }
        frame = { chain: table.chains.get(verdict.chain)!, next: 0 };
        break;
    }
  }

  function note(rule: RuleReference, verdict: string, depth: number, draw: RuleVisit['draw']): void {
    visited.push({ rule, matched: true, ...(draw && { draw }), verdict, depth });
  }

  function policy(): NftWalkResult {
    const dropped = base.base?.policy === 'drop';
    const verdict = dropped ? 'DROP' : 'ACCEPT';
    const rule = { table: name, chain: base.name, number: 0, text: `policy ${base.base?.policy}` };
    visited.push({ rule, matched: true, verdict, depth: 0 });
    return result(verdict, dropped ? { rule } : {});
  }

  /** The packet's field as the text of a key; undefined: it has no such field. */
  function fieldValue(field: Field): string | undefined {
    const { packet, connection } = context;
    const { ip, transport } = packet;
    switch (field) {
      case 'ip saddr':
        return ip.source;
      case 'ip daddr':
        return ip.destination;
      case 'ip6 saddr':
      case 'ip6 daddr':
        return undefined;
      case 'ip protocol':
      case 'meta l4proto':
        return transport.protocol;
      case 'iifname':
        return context.inDevice ?? '';
      case 'oifname':
        return context.outDevice ?? '';
      case 'fib saddr type':
        return fibType(context.addressType(ip.source));
      case 'fib daddr type':
        return fibType(context.addressType(ip.destination));
      case 'ct state':
        return connection?.state.toLowerCase() ?? 'invalid';
      default: {
        const [protocol, port] = field.split(' ') as [string, 'sport' | 'dport'];
        if (transport.protocol === 'icmp' || (protocol !== 'th' && protocol !== transport.protocol))
          return undefined;
        return String(port === 'sport' ? transport.sourcePort : transport.destinationPort);
      }
    }
  }

  function keyOf(fields: readonly Field[]): string | undefined {
    const [only] = fields;
    if (only && fields.length === 1) return fieldValue(only);
    const values = fields.map(fieldValue);
    return values.every((value) => value !== undefined) ? values.join(' . ') : undefined;
  }

  function matches({ fields, inverted, operand }: Extract<Statement, { kind: 'match' }>): boolean {
    const key = keyOf(fields);
    // A rule about a port is not about packets that have none, whatever it says of the port.
    if (key === undefined) return false;
    const found =
      operand.kind === 'set'
        ? table.sets.get(operand.name)?.elements.has(key) || context.isInSet(table, operand.name, key)
        : operand.values.some((value) => value === key || holdsValue(fields[0]!, value, key));
    return found !== inverted;
  }

  function lookUp({ key, map }: Extract<Statement, { kind: 'vmap' }>):
    | {
        readonly verdict: NftVerdict;
        readonly draw?: RuleVisit['draw'];
        readonly element?: string;
      }
    | undefined {
    const { text, draw } = mapKey(key);
    if (text === undefined) return undefined;
    if (map.kind === 'elements') {
      const verdict = map.elements.get(text);
      const element =
        verdict && `${text} : ${'chain' in verdict ? `${verdict.kind} ${verdict.chain}` : verdict.kind}`;
      return verdict && { verdict, ...(draw && { draw }), ...(element && { element }) };
    }
    const element: NftElement | undefined = table.sets.get(map.name)?.elements.get(text);
    return element?.verdict && { verdict: element.verdict, element: element.line, ...(draw && { draw }) };
  }

  function mapKey(key: MapKey): { readonly text: string | undefined; readonly draw?: RuleVisit['draw'] } {
    if (key.kind === 'fields') return { text: keyOf(key.fields) };
    // One number in [0, modulus): asked for as one choice after the other, so that each can be followed.
    for (let number = 0; number < key.modulus - 1; number++) {
      const drawn = context.draw(1 / (key.modulus - number));
      if (drawn.applies) return { text: String(number), draw: drawOf(number, key.modulus) };
    }
    return { text: String(key.modulus - 1), draw: drawOf(key.modulus - 1, key.modulus) };
  }
}

/** `numgen random mod 3` gave 1: the middle third of [0, 1). */
function drawOf(number: number, modulus: number): NonNullable<RuleVisit['draw']> {
  return { number: (number + 0.5) / modulus, probability: 1 / modulus };
}

function holdsValue(field: Field, value: string, key: string): boolean {
  if (field === 'iifname' || field === 'oifname')
    return value.endsWith('*') && interfaceMatches(`${value.slice(0, -1)}+`, key);
  if (!value.includes('/')) return false;
  const prefix = parsePrefix(value);
  const address = parseIpv4(key);
  return prefix !== undefined && address !== undefined && prefixContains(prefix, address);
}

function fibType(type: AddressType): string {
  return type.toLowerCase();
}
