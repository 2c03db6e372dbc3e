import type { TableName } from '../trace.ts';
import { parseRule } from './parse-rule.ts';
import type { Rule } from './rule.ts';
import { type Chain, type Counters, emptyTable, type Ruleset, TABLE_HOOKS, type Table } from './ruleset.ts';
import { splitWords } from './words.ts';

export interface RestoreError {
  /** From 1. */
  readonly line: number;
  /** The text of that line. */
  readonly text: string;
  /** In iptables' words. */
  readonly message: string;
}

export type RestoreResult = { readonly ok: true } | { readonly ok: false; readonly error: RestoreError };

export interface RestoreOptions {
  /** Leave alone the chains that the text does not name. Without it, a table that the text names is emptied first. */
  readonly noflush?: boolean;
  /** Read the `[packets:bytes]` of chains and rules. */
  readonly counters?: boolean;
}

/** Rules by table and line: kube-proxy writes the same lines again and again, on every node. */
export type RuleCache = Map<string, readonly Rule[]>;

interface Draft {
  readonly name: TableName;
  readonly chains: Map<string, DraftChain>;
  /** Whether a chain was taken away, so that chains which did not change may jump into nothing. */
  lostChain: boolean;
}

interface DraftChain {
  policy: 'ACCEPT' | 'DROP' | undefined;
  rules: Rule[];
  counters: Map<number, Counters>;
  /** The chain as it stands in the kernel, while it is still the same. */
  kept: Chain | undefined;
}

/**
 * Reads `iptables-restore` text into the ruleset. Each table is replaced whole at its COMMIT or, when a line of it is
 * wrong, not at all; tables committed before stay. `:CHAIN - [0:0]` makes a chain, or empties one of the user's own.
 * Models iptables/iptables-restore.c and what the kernel refuses (missing chains, chains in use, loops).
 */
export function restore(
  ruleset: Ruleset,
  text: string,
  options: RestoreOptions,
  cache: RuleCache,
): RestoreResult {
  let draft: Draft | undefined;
  let number = 0;
  for (const raw of text.split('\n')) {
    number++;
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const fail = (message: string): RestoreResult => ({
      ok: false,
      error: { line: number, text: raw, message },
    });
    if (line.startsWith('*')) {
      const name = line.slice(1).trim();
      if (!isTableName(name)) return fail(`can't initialize iptables table \`${name}': Table does not exist`);
      if (draft) return fail(`table \`${draft.name}' has no COMMIT`);
      draft = openDraft(ruleset, name, options.noflush ?? false);
      continue;
    }
    if (!draft) return fail('no table: a line `*nat` or the like must come first');
    if (line === 'COMMIT') {
      const problem = firstProblem(draft);
      if (problem) return fail(problem);
      ruleset.replace(closeDraft(draft));
      draft = undefined;
      continue;
    }
    const problem = line.startsWith(':')
      ? declareChain(draft, line, options)
      : readCommand(draft, line, options, cache);
    if (problem) return fail(problem);
  }
  if (draft)
    return { ok: false, error: { line: number, text: '', message: `table \`${draft.name}' has no COMMIT` } };
  return { ok: true };
}

function isTableName(name: string): name is TableName {
  return Object.hasOwn(TABLE_HOOKS, name);
}

function openDraft(ruleset: Ruleset, name: TableName, noflush: boolean): Draft {
  const base = (noflush ? ruleset.table(name) : undefined) ?? emptyTable(name);
  const chains = new Map<string, DraftChain>();
  for (const chain of base.chains.values())
    chains.set(chain.name, { policy: chain.policy, rules: [], counters: chain.counters, kept: chain });
  return { name, chains, lostChain: false };
}

/** The chain's own copy of its rules, made before the first change. */
function changing(chain: DraftChain): DraftChain {
  if (chain.kept) {
    chain.rules = [...chain.kept.rules];
    chain.counters = new Map(chain.kept.counters);
    chain.kept = undefined;
  }
  return chain;
}

function closeDraft(draft: Draft): Table {
  const chains = new Map<string, Chain>();
  for (const [name, { policy, rules, counters, kept }] of draft.chains)
    chains.set(name, kept ?? { name, policy, rules, counters });
  return { name: draft.name, chains };
}

/** `:PREROUTING ACCEPT [0:0]`, `:KUBE-SERVICES - [0:0]`. */
function declareChain(draft: Draft, line: string, options: RestoreOptions): string | undefined {
  const [name = '', policy = '', counts] = line.slice(1).trim().split(/\s+/);
  if (name === '') return 'bad line: chain name missing';
  if (name.length > 28) return `Invalid chain name \`${name}' (28 chars max)`;
  const counters = new Map<number, Counters>();
  if (options.counters && counts) counters.set(-1, parseCounters(counts) ?? { packets: 0, bytes: 0 });
  if ((TABLE_HOOKS[draft.name] as readonly string[]).includes(name)) {
    if (policy !== 'ACCEPT' && policy !== 'DROP' && policy !== '-')
      return `bad policy \`${policy}' for chain ${name}`;
    const chain = changing(draft.chains.get(name)!);
    if (policy !== '-') chain.policy = policy;
    return undefined;
  }
  if (policy !== '-') return `bad policy \`${policy}' for chain ${name}: only built-in chains have one`;
  draft.chains.set(name, { policy: undefined, rules: [], counters, kept: undefined });
  return undefined;
}

function parseCounters(text: string): Counters | undefined {
  const match = /^\[(\d+):(\d+)\]$/.exec(text);
  return match ? { packets: Number(match[1]), bytes: Number(match[2]) } : undefined;
}

/** `-A CHAIN …`, `-I CHAIN [n] …`, `-D CHAIN …|n`, `-F`, `-X`, `-N`, `-P`, `-Z`. */
function readCommand(
  draft: Draft,
  input: string,
  options: RestoreOptions,
  cache: RuleCache,
): string | undefined {
  let text = input;
  let counts: Counters | undefined;
  if (text.startsWith('[')) {
    const end = text.indexOf(']');
    counts = parseCounters(text.slice(0, end + 1));
    if (!counts) return `bad counters \`${text}'`;
    text = text.slice(end + 1).trim();
  }
  const [command = '', chainName, ...rest] = splitWords(text);
  const name = COMMANDS[command];
  if (!name) return `unknown option "${command}"`;
  if (chainName === undefined && name !== 'flush' && name !== 'delete-chain' && name !== 'zero')
    return `option "${command}" requires an argument`;
  const chain = chainName === undefined ? undefined : draft.chains.get(chainName);
  if (chainName !== undefined && !chain && name !== 'new-chain') return 'No chain/target/match by that name.';
  switch (name) {
    case 'new-chain':
      if (chain) return 'Chain already exists.';
      draft.chains.set(chainName!, { policy: undefined, rules: [], counters: new Map(), kept: undefined });
      return undefined;
    case 'flush':
      for (const each of chain ? [chain] : draft.chains.values())
        Object.assign(changing(each), { rules: [], counters: new Map() });
      return undefined;
    case 'delete-chain':
      return chainName === undefined ? undefined : deleteChain(draft, chainName);
    case 'policy': {
      const policy = rest[0];
      if (policy !== 'ACCEPT' && policy !== 'DROP')
        return `Bad policy name. Run \`dmesg' for more information.`;
      if (chain!.policy === undefined && !chain!.kept?.policy) return 'Bad built-in chain name.';
      changing(chain!).policy = policy;
      return undefined;
    }
    case 'zero':
      for (const each of chain ? [chain] : draft.chains.values()) changing(each).counters = new Map();
      return undefined;
  }
  const place = name !== 'append' && /^\d+$/.test(rest[0] ?? '') ? Number(rest.shift()) : undefined;
  const target = changing(chain!);
  if (name === 'delete' && place !== undefined) return removeAt(target, place - 1);
  // However it came in, a rule is shown as the line that appends it.
  const line = name === 'append' ? text : text.replace(/^\S+(\s+\S+)(\s+\d+)?(?=\s|$)/, '-A$1');
  const parsed = rulesOf(draft.name, chainName!, rest, line, cache);
  if (typeof parsed === 'string') return parsed;
  switch (name) {
    case 'append':
      for (const rule of parsed) {
        if (counts && options.counters) target.counters.set(target.rules.length, counts);
        target.rules.push(rule);
      }
      return undefined;
    case 'insert': {
      const at = (place ?? 1) - 1;
      if (at < 0 || at > target.rules.length) return 'Index of insertion too big.';
      target.rules.splice(at, 0, ...parsed);
      shiftCounters(target, at, parsed.length);
      return undefined;
    }
    case 'replace': {
      if (place === undefined || !target.rules[place - 1]) return 'Index of replacement too big.';
      target.rules.splice(place - 1, 1, ...parsed);
      return undefined;
    }
    case 'delete':
      for (const rule of parsed) {
        const at = target.rules.findIndex((other) => other.saved === rule.saved);
        if (at < 0) return 'Bad rule (does a matching rule exist in that chain?).';
        removeAt(target, at);
      }
      return undefined;
  }
}

const COMMANDS: Readonly<
  Record<
    string,
    'append' | 'insert' | 'replace' | 'delete' | 'flush' | 'delete-chain' | 'new-chain' | 'policy' | 'zero'
  >
> = {
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

function rulesOf(
  table: TableName,
  chain: string,
  words: readonly string[],
  text: string,
  cache: RuleCache,
): readonly Rule[] | string {
  const key = `${table} ${text}`;
  const known = cache.get(key);
  if (known) return known;
  const parsed = parseRule(table, chain, words, text);
  if (!parsed.ok) return parsed.message;
  cache.set(key, parsed.rules);
  return parsed.rules;
}

function removeAt(chain: DraftChain, place: number): string | undefined {
  if (!chain.rules[place]) return 'Index of deletion too big.';
  chain.rules.splice(place, 1);
  shiftCounters(chain, place + 1, -1);
  return undefined;
}

function shiftCounters(chain: DraftChain, from: number, by: number): void {
  const moved = new Map<number, Counters>();
  for (const [place, counters] of chain.counters) {
    if (place < from + Math.min(by, 0)) moved.set(place, counters);
    else if (place >= from) moved.set(place + by, counters);
  }
  chain.counters = moved;
}

function deleteChain(draft: Draft, name: string): string | undefined {
  const chain = draft.chains.get(name)!;
  if (chain.kept ? chain.kept.policy : chain.policy) return `Can't delete built-in chain \`${name}'`;
  if (rulesIn(chain).length > 0) return `CHAIN_DEL failed (Device or resource busy): chain ${name}`;
  draft.chains.delete(name);
  draft.lostChain = true;
  return undefined;
}

function rulesIn(chain: DraftChain): readonly Rule[] {
  return chain.kept ? chain.kept.rules : chain.rules;
}

function jumpsOf(chain: DraftChain): string[] {
  return rulesIn(chain).flatMap(({ target }) =>
    target?.kind === 'jump' || target?.kind === 'goto' ? [target.chain] : [],
  );
}

/** What the kernel would refuse of the table as a whole. */
function firstProblem(draft: Draft): string | undefined {
  for (const [name, chain] of draft.chains) {
    if (chain.kept && !draft.lostChain) continue;
    for (const target of jumpsOf(chain)) {
      const other = draft.chains.get(target);
      if (!other)
        return `RULE_APPEND failed (No such file or directory): rule in chain ${name}: no chain or target \`${target}'`;
      if (other.policy) return `rule in chain ${name}: cannot jump to the built-in chain ${target}`;
    }
  }
  return findLoop(draft);
}

function findLoop(draft: Draft): string | undefined {
  const state = new Map<string, 'open' | 'done'>();
  const visit = (name: string): string | undefined => {
    if (state.get(name) === 'done') return undefined;
    if (state.get(name) === 'open')
      return `RULE_APPEND failed (Too many levels of symbolic links): chain ${name} leads back to itself`;
    state.set(name, 'open');
    for (const next of new Set(jumpsOf(draft.chains.get(name)!))) {
      const loop = visit(next);
      if (loop) return loop;
    }
    state.set(name, 'done');
    return undefined;
  };
  for (const name of draft.chains.keys()) {
    const loop = visit(name);
    if (loop) return loop;
  }
  return undefined;
}
