import type { NatRange, RejectWith } from '../netfilter/target.ts';
import type { Hook } from '../trace.ts';

/** What a rule can look at in a packet, in nft's words. */
export const FIELDS = [
  'ip saddr',
  'ip daddr',
  'ip6 saddr',
  'ip6 daddr',
  'ip protocol',
  'meta l4proto',
  'th sport',
  'th dport',
  'tcp sport',
  'tcp dport',
  'udp sport',
  'udp dport',
  'sctp sport',
  'sctp dport',
  'iifname',
  'oifname',
  'fib saddr type',
  'fib daddr type',
  'ct state',
] as const;
export type Field = (typeof FIELDS)[number];

/** Types of a set's keys, as far as the fields have them. */
export const KEY_TYPES = ['ipv4_addr', 'ipv6_addr', 'inet_proto', 'inet_service', 'ifname', 'mark'] as const;
export type KeyType = (typeof KEY_TYPES)[number];

export type NftVerdict =
  | { readonly kind: 'accept' | 'drop' | 'return' | 'continue' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string };

/** `@cluster-ips`, or values that stand in the rule. A value is the text of a key, or a prefix. */
export type Operand =
  | { readonly kind: 'set'; readonly name: string }
  | { readonly kind: 'values'; readonly values: readonly string[] };

/** What a rule's `vmap` is asked with: fields of the packet, or a number drawn in [0, modulus). */
export type MapKey =
  | { readonly kind: 'fields'; readonly fields: readonly Field[] }
  | { readonly kind: 'random'; readonly modulus: number };

/** The parts of a rule, from left to right: the first match that fails ends the rule. */
export type Statement =
  | {
      readonly kind: 'match';
      readonly fields: readonly Field[];
      readonly inverted: boolean;
      readonly operand: Operand;
    }
  | { readonly kind: 'mark-is'; readonly mask: number; readonly value: number; readonly inverted: boolean }
  /** mark = (mark AND and) XOR xor */
  | { readonly kind: 'set-mark'; readonly and: number; readonly xor: number; readonly text: string }
  | {
      readonly kind: 'vmap';
      readonly key: MapKey;
      readonly map:
        | { readonly kind: 'map'; readonly name: string }
        | { readonly kind: 'elements'; readonly elements: ReadonlyMap<string, NftVerdict> };
    }
  | { readonly kind: 'update'; readonly set: string; readonly field: Field }
  | { readonly kind: 'verdict'; readonly verdict: NftVerdict }
  | { readonly kind: 'reject'; readonly answer: RejectWith; readonly text: string }
  | {
      readonly kind: 'dnat' | 'snat';
      readonly range: NatRange;
      readonly text: string;
      readonly random: boolean;
    }
  | { readonly kind: 'masquerade'; readonly random: boolean }
  | { readonly kind: 'counter' };

/** One rule, ready to be compared with packets. Never changes: namespaces with the same rules share it. */
export interface NftRule {
  /** The line as it was read: `add rule ip kube-proxy services ip daddr …`. */
  readonly line: string;
  readonly statements: readonly Statement[];
  readonly comment: string | undefined;
}

export interface NftElement {
  /** The line as it was read: `add element ip kube-proxy service-ips { … }`. */
  readonly line: string;
  /** Its parts joined by ` . `, as {@link NftSet.elements} has it. */
  readonly key: string;
  readonly comment: string | undefined;
  /** Of a map. */
  readonly verdict: NftVerdict | undefined;
}

export type BaseType = 'filter' | 'nat' | 'route';

/** What hangs a chain on a hook. */
export interface BaseChain {
  readonly type: BaseType;
  readonly hook: Hook;
  readonly priority: number;
  readonly policy: 'accept' | 'drop';
}

export interface NftChain {
  readonly name: string;
  readonly base: BaseChain | undefined;
  readonly comment: string | undefined;
  rules: readonly NftRule[];
}

export interface NftSet {
  readonly name: string;
  readonly kind: 'set' | 'map';
  /** Of the key's parts. */
  readonly types: readonly KeyType[];
  readonly flags: readonly string[];
  readonly timeoutMs: number | undefined;
  readonly comment: string | undefined;
  /** By key: `10.96.0.1 . tcp . 443`. */
  readonly elements: Map<string, NftElement>;
  /** Elements that packets put in, and the virtual ms at which each goes. */
  readonly expiry: Map<string, number>;
}

export type NftFamily = 'ip' | 'ip6';

export interface NftTable {
  readonly family: NftFamily;
  readonly name: string;
  readonly comment: string | undefined;
  readonly chains: Map<string, NftChain>;
  readonly sets: Map<string, NftSet>;
  /** How many rules and elements lead to each chain. */
  readonly uses: Map<string, number>;
}

export const HOOKS: Readonly<Record<string, Hook>> = {
  prerouting: 'PREROUTING',
  input: 'INPUT',
  forward: 'FORWARD',
  output: 'OUTPUT',
  postrouting: 'POSTROUTING',
};

/** The priorities that have names (nft's manual); dstnat and srcnat are names at one hook each. */
export const PRIORITIES: Readonly<Record<string, { readonly value: number; readonly hook?: Hook }>> = {
  raw: { value: -300 },
  mangle: { value: -150 },
  dstnat: { value: -100, hook: 'PREROUTING' },
  filter: { value: 0 },
  security: { value: 50 },
  srcnat: { value: 100, hook: 'POSTROUTING' },
};

/** The chains that a verdict or a statement leads to. */
export function chainsOf(statement: Statement): readonly string[] {
  const target = (verdict: NftVerdict) => ('chain' in verdict ? [verdict.chain] : []);
  if (statement.kind === 'verdict') return target(statement.verdict);
  if (statement.kind === 'vmap' && statement.map.kind === 'elements')
    return [...statement.map.elements.values()].flatMap(target);
  return [];
}

/** The named sets and maps that a statement asks or fills. */
export function setsOf(statement: Statement): readonly string[] {
  if (statement.kind === 'match' && statement.operand.kind === 'set') return [statement.operand.name];
  if (statement.kind === 'vmap' && statement.map.kind === 'map') return [statement.map.name];
  return statement.kind === 'update' ? [statement.set] : [];
}
