import type { TableName } from '../trace.ts';
import { parseRule } from './parse-rule.ts';
import { createRestoreCache, type RestoreCache } from './restore-cache.ts';
import type { Rule } from './rule.ts';
import { type Counters, TABLE_HOOKS } from './ruleset.ts';
import {
  addChain,
  type ChainDraft,
  chainIn,
  chainNames,
  changing,
  removeChain,
  shiftCounters,
  type TableDraft,
} from './table-draft.ts';
import { splitWords } from './words.ts';

/** The rules of a piece of text, by chain. */
type PieceRules = ReadonlyMap<string, readonly Rule[]>;

/** What was read before, in any namespace: kube-proxy writes the same again and again, on every node. */
export interface RuleCache {
  /** Rules by table and line. */
  readonly rules: Readonly<Record<TableName, Map<string, readonly Rule[]>>>;
  /** Rules by chain, of pieces of text that only append. */
  readonly pieces: Readonly<Record<TableName, Map<string, PieceRules>>>;
  readonly restores: RestoreCache;
}

export function createRuleCache(): RuleCache {
  return {
    rules: { raw: new Map(), mangle: new Map(), nat: new Map(), filter: new Map() },
    pieces: { raw: new Map(), mangle: new Map(), nat: new Map(), filter: new Map() },
    restores: createRestoreCache(),
  };
}

type Command =
  | 'append'
  | 'insert'
  | 'replace'
  | 'delete'
  | 'flush'
  | 'delete-chain'
  | 'new-chain'
  | 'policy'
  | 'zero';

const COMMANDS: Readonly<Record<string, Command>> = {
  '-A': 'append',
  '--append': 'append',
  '-I': 'insert',
  '--insert': 'insert',
  '-R': 'replace',
  '--replace': 'replace',
  '-D': 'delete',
  '--delete': 'delete',
  '-F': 'flush',
  '--flush': 'flush',
  '-X': 'delete-chain',
  '--delete-chain': 'delete-chain',
  '-N': 'new-chain',
  '--new-chain': 'new-chain',
  '-P': 'policy',
  '--policy': 'policy',
  '-Z': 'zero',
  '--zero': 'zero',
};
const MAX_NAME = 28;

/** Carries out one line: `-A CHAIN …`, `-I CHAIN [n] …`, `-D CHAIN …`, `-X CHAIN`. Answers what is wrong with it. */
export function runCommand(
  draft: TableDraft,
  text: string,
  counters: Counters | undefined,
  cache: RuleCache,
): string | undefined {
  const table = draft.base.name;
  const known = text.startsWith('-A ') ? cache.rules[table].get(text) : undefined;
  if (known) {
    const chain = chainIn(draft, known[0]!.chain);
    return chain ? append(chain, known, counters) : noChain();
  }
  const [flag = '', chainName, ...words] = splitWords(text);
  const command = COMMANDS[flag];
  if (!command) return `unknown option "${flag}"`;
  if (command === 'new-chain')
    return chainName === undefined ? needsArgument(flag) : newChain(draft, chainName);
  const chain = chainName === undefined ? undefined : chainIn(draft, chainName);
  if (chainName !== undefined && !chain) return noChain();
  if (command === 'flush' || command === 'zero' || command === 'delete-chain')
    return onChains(draft, command, chainName);
  if (chainName === undefined || !chain) return needsArgument(flag);
  if (command === 'policy') return setPolicy(chain, words[0]);

  const place = command !== 'append' && /^\d+$/.test(words[0] ?? '') ? Number(words.shift()) : undefined;
  if (command === 'delete' && place !== undefined) return removeAt(chain, place - 1);
  // However it came in, a rule is shown as the line that appends it.
  const line = command === 'append' ? text : text.replace(/^\S+(\s+\S+)(\s+\d+)?(?=\s|$)/, '-A$1');
  const parsed = parseRule(table, chainName, words, line);
  if (!parsed.ok) return parsed.message;
  const { rules } = parsed;
  remember(cache.rules[table], line, rules);
  switch (command) {
    case 'append':
      return append(chain, rules, counters);
    case 'insert':
      return insert(chain, rules, (place ?? 1) - 1);
    case 'replace':
      if (place === undefined || !chain.rules[place - 1])
        return 'RULE_REPLACE failed (Numerical result out of range)';
      changing(chain).rules.splice(place - 1, 1, ...rules);
      return undefined;
    case 'delete':
      for (const rule of rules) {
        const at = chain.rules.findIndex((other) => other.saved === rule.saved);
        if (at < 0) return 'Bad rule (does a matching rule exist in that chain?).';
        removeAt(chain, at);
      }
      return undefined;
  }
}

/** Texts come and go: what is no longer written is forgotten, all at a time. */
const MOST_REMEMBERED = 100_000;

function remember<V>(known: Map<string, V>, key: string, value: V): void {
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(key, value);
}

/** Keeps what a piece of text came to, if all that its lines did was to append rules. */
export function rememberPiece(
  table: TableName,
  piece: string,
  lines: readonly string[],
  cache: RuleCache,
): void {
  const byChain = new Map<string, Rule[]>();
  for (const line of lines) {
    const rules = line.startsWith('-A ') ? cache.rules[table].get(line) : undefined;
    if (!rules) return;
    const { chain } = rules[0]!;
    byChain.set(chain, [...(byChain.get(chain) ?? []), ...rules]);
  }
  remember(cache.pieces[table], piece, byChain);
}

/** Appends such a piece's rules; false: nothing is known of it, or a chain is not there. */
export function appendKnown(draft: TableDraft, piece: PieceRules | undefined): boolean {
  if (!piece) return false;
  for (const name of piece.keys()) if (!chainIn(draft, name)) return false;
  for (const [name, rules] of piece) append(chainIn(draft, name)!, rules, undefined);
  return true;
}

const noChain = () => 'No chain/target/match by that name.';
const needsArgument = (flag: string) => `option "${flag}" requires an argument`;

/** `:PREROUTING ACCEPT [0:0]`, `:KUBE-SERVICES - [0:0]`: a policy, or a chain that is made or emptied. */
export function declareChain(
  draft: TableDraft,
  name: string,
  policy: string,
  counters: Counters | undefined,
): string | undefined {
  const hooks: readonly string[] = TABLE_HOOKS[draft.base.name];
  const builtIn = hooks.includes(name) ? chainIn(draft, name) : undefined;
  if (!builtIn) {
    if (policy !== '-') return `bad policy \`${policy}' for chain ${name}: only built-in chains have one`;
    if (name.length > MAX_NAME) return nameTooLong(name);
    addChain(draft, name, new Map(counters ? [[-1, counters]] : []));
    return undefined;
  }
  if (policy === '-') return undefined;
  if (counters) changing(builtIn).counters.set(-1, counters);
  return setPolicy(builtIn, policy);
}

function nameTooLong(name: string): string {
  return `chain name \`${name}' too long (must be under ${MAX_NAME + 1} chars)`;
}

function newChain(draft: TableDraft, name: string): string | undefined {
  if (chainIn(draft, name)) return 'Chain already exists.';
  if (name.length > MAX_NAME) return nameTooLong(name);
  addChain(draft, name);
  return undefined;
}

function setPolicy(chain: ChainDraft, policy: string | undefined): string | undefined {
  if (policy !== 'ACCEPT' && policy !== 'DROP') return `Bad policy \`${policy}'`;
  if (!chain.policy) return 'Bad built-in chain name.';
  if (chain.policy !== policy) changing(chain).policy = policy;
  return undefined;
}

function onChains(
  draft: TableDraft,
  command: 'flush' | 'zero' | 'delete-chain',
  name: string | undefined,
): string | undefined {
  const names = name !== undefined ? [name] : chainNames(draft);
  for (const each of names) {
    const chain = chainIn(draft, each)!;
    if (command === 'delete-chain') {
      if (chain.policy && name === undefined) continue;
      if (chain.policy) return `Can't delete built-in chain \`${each}'`;
      if (chain.rules.length > 0) return `CHAIN_DEL failed (Device or resource busy): chain ${each}`;
      removeChain(draft, each);
      continue;
    }
    const target = changing(chain);
    target.counters = new Map();
    if (command === 'flush') target.rules = [];
  }
  return undefined;
}

function append(chain: ChainDraft, rules: readonly Rule[], counters: Counters | undefined): undefined {
  const target = changing(chain);
  for (const rule of rules) {
    if (counters) target.counters.set(target.rules.length, { ...counters });
    target.rules.push(rule);
  }
}

function insert(chain: ChainDraft, rules: readonly Rule[], at: number): string | undefined {
  if (at < 0 || at > chain.rules.length) return 'RULE_INSERT failed (Numerical result out of range)';
  const target = changing(chain);
  target.rules.splice(at, 0, ...rules);
  shiftCounters(target, at, rules.length);
  return undefined;
}

function removeAt(chain: ChainDraft, place: number): string | undefined {
  if (!chain.rules[place]) return 'RULE_DELETE failed (Numerical result out of range)';
  const target = changing(chain);
  target.rules.splice(place, 1);
  shiftCounters(target, place + 1, -1);
  return undefined;
}
