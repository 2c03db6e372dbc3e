import type { Hook } from '../trace.ts';
import { number, parseNftRule, readVerdict } from './parse-rule.ts';
import type { NftRuleset } from './ruleset.ts';
import { NftRefusal, type Transaction } from './transaction.ts';
import {
  type BaseChain,
  type BaseType,
  chainsOf,
  HOOKS,
  KEY_TYPES,
  type KeyType,
  type NftChain,
  type NftElement,
  type NftFamily,
  type NftRule,
  type NftSet,
  type NftTable,
  PRIORITIES,
  setsOf,
} from './types.ts';
import { createWords, NftSyntaxError, splitNft, unquote, type Words } from './words.ts';

/** Lines that were read before, in any namespace. */
export interface NftCache {
  readonly rules: Map<string, NftRule>;
  readonly elements: Map<string, readonly NftElement[]>;
}

export function createNftCache(): NftCache {
  return { rules: new Map(), elements: new Map() };
}

const MOST_REMEMBERED = 100_000;
const NOT_FOUND = 'No such file or directory';
const BUSY = 'Device or resource busy';
const EXISTS = 'File exists';
const UNSUPPORTED = 'Operation not supported';

/** Carries out one command. Throws NftSyntaxError or NftRefusal. */
export function readCommand(
  ruleset: NftRuleset,
  line: string,
  transaction: Transaction,
  cache: NftCache,
): void {
  const rule = /^(add|insert) rule (?:(ip|ip6) )?(\S+) (\S+) (.*)$/.exec(line);
  if (rule) {
    const [, verb, family = 'ip', tableName = '', chainName = '', text = ''] = rule;
    const table = tableOf(ruleset, family as NftFamily, tableName);
    const read = remembered(cache.rules, line, () => parseNftRule(text, line));
    addRule(table, chainName, read, verb === 'insert', transaction);
    return;
  }
  const element = /^(add|delete) element (?:(ip|ip6) )?(\S+) (\S+) (\{.*\})$/.exec(line);
  if (element) {
    const [, verb, family = 'ip', tableName = '', setName = '', text = ''] = element;
    const table = tableOf(ruleset, family as NftFamily, tableName);
    const set = table.sets.get(setName);
    if (!set) throw new NftRefusal(NOT_FOUND);
    const elements = remembered(cache.elements, line, () => readElements(text, line, set));
    for (const each of elements) changeElement(table, set, each, verb === 'add', transaction);
    return;
  }
  const words = createWords(splitNft(line));
  const verb = words.next();
  const object = words.next();
  if (verb === 'flush' && object === 'ruleset') {
    words.end();
    for (const key of [...ruleset.tables.keys()]) removeTable(ruleset, key, transaction);
    return;
  }
  const family = words.take('ip6') ? 'ip6' : 'ip';
  words.take('ip');
  const name = words.next();
  if (object === 'table') onTable(ruleset, verb, family, name, words, transaction);
  else {
    const table = tableOf(ruleset, family, name);
    if (object === 'chain') onChain(table, verb, words, transaction);
    else if (object === 'set' || object === 'map') onSet(table, object, verb, words, transaction);
    else throw new NftSyntaxError(`syntax error, unexpected ${object}`);
  }
}

function remembered<V>(known: Map<string, V>, line: string, read: () => V): V {
  const found = known.get(line);
  if (found !== undefined) return found;
  const value = read();
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(line, value);
  return value;
}

function tableOf(ruleset: NftRuleset, family: NftFamily, name: string): NftTable {
  const table = ruleset.table(family, name);
  if (!table) throw new NftRefusal(NOT_FOUND);
  return table;
}

/** Puts an entry in place of another, or takes it away, so that it can be undone. */
function change<V>(map: Map<string, V>, key: string, value: V | undefined, { undo }: Transaction): void {
  const before = map.get(key);
  if (value === undefined) map.delete(key);
  else map.set(key, value);
  undo.push(() => {
    if (before === undefined) map.delete(key);
    else map.set(key, before);
  });
}

function onTable(
  ruleset: NftRuleset,
  verb: string,
  family: NftFamily,
  name: string,
  words: Words,
  transaction: Transaction,
): void {
  const key = `${family} ${name}`;
  if (verb === 'add') {
    const { comment } = readBlock(words);
    if (ruleset.tables.has(key)) return;
    const table = { family, name, comment, chains: new Map(), sets: new Map(), uses: new Map() };
    change(ruleset.tables, key, table, transaction);
    return;
  }
  words.end();
  if (verb === 'delete') {
    tableOf(ruleset, family, name);
    removeTable(ruleset, key, transaction);
  } else if (verb === 'flush') {
    const table = tableOf(ruleset, family, name);
    for (const chain of table.chains.values()) setRules(table, chain, [], transaction);
  } else throw new NftSyntaxError(`syntax error, unexpected ${verb}`);
}

function removeTable(ruleset: NftRuleset, key: string, transaction: Transaction): void {
  transaction.hooksChanged = true;
  change(ruleset.tables, key, undefined, transaction);
}

function onChain(table: NftTable, verb: string, words: Words, transaction: Transaction): void {
  const name = words.next();
  const known = table.chains.get(name);
  if (verb === 'add') {
    const { comment, base } = readBlock(words);
    if (known) {
      const same =
        base === undefined || (base.hook === known.base?.hook && base.priority === known.base.priority);
      if (!same) throw new NftRefusal(UNSUPPORTED);
      return;
    }
    change(table.chains, name, { name, base, comment, rules: [] }, transaction);
    if (base) transaction.hooksChanged = true;
    return;
  }
  words.end();
  if (!known) throw new NftRefusal(NOT_FOUND);
  if (verb !== 'flush' && verb !== 'delete') throw new NftSyntaxError(`syntax error, unexpected ${verb}`);
  if (verb === 'delete' && (table.uses.get(name) ?? 0) > 0) throw new NftRefusal(BUSY);
  setRules(table, known, [], transaction);
  if (verb === 'flush') return;
  change(table.chains, name, undefined, transaction);
  if (known.base) transaction.hooksChanged = true;
}

/** Counts what leads to chains, by rules and elements that come or go. */
function countUses(table: NftTable, chains: Iterable<string>, by: 1 | -1, { undo }: Transaction): void {
  for (const chain of chains) {
    table.uses.set(chain, (table.uses.get(chain) ?? 0) + by);
    undo.push(() => void table.uses.set(chain, (table.uses.get(chain) ?? 0) - by));
  }
}

const targetsOf = (rules: readonly NftRule[]) =>
  rules.flatMap(({ statements }) => statements.flatMap((statement) => chainsOf(statement)));
const targetOf = ({ verdict }: NftElement) => (verdict && 'chain' in verdict ? [verdict.chain] : []);

/** Puts other rules in place of a chain's: those that go lead nowhere any more. */
function setRules(
  table: NftTable,
  chain: NftChain,
  rules: readonly NftRule[],
  transaction: Transaction,
): void {
  const before = chain.rules;
  if (rules.length < before.length) countUses(table, targetsOf(before), -1, transaction);
  chain.rules = rules;
  transaction.undo.push(() => {
    chain.rules = before;
  });
}

function addRule(
  table: NftTable,
  chainName: string,
  rule: NftRule,
  first: boolean,
  transaction: Transaction,
): void {
  const chain = table.chains.get(chainName);
  if (!chain) throw new NftRefusal(NOT_FOUND);
  for (const statement of rule.statements) {
    for (const set of setsOf(statement)) if (!table.sets.has(set)) throw new NftRefusal(NOT_FOUND);
    for (const target of chainsOf(statement)) {
      const to = table.chains.get(target);
      if (!to) throw new NftRefusal(NOT_FOUND);
      if (to.base) throw new NftRefusal(UNSUPPORTED);
      transaction.led.push({ table: `${table.family} ${table.name}`, chain: target });
    }
    const translates = ['dnat', 'snat', 'masquerade'].includes(statement.kind);
    if (translates && chain.base && chain.base.type !== 'nat') throw new NftRefusal(UNSUPPORTED);
  }
  countUses(table, targetsOf([rule]), 1, transaction);
  setRules(table, chain, first ? [rule, ...chain.rules] : [...chain.rules, rule], transaction);
  transaction.hooksChanged ||= rule.statements.some(
    (part) => part.kind === 'match' && part.fields.includes('ct state'),
  );
}

function changeElement(
  table: NftTable,
  set: NftSet,
  element: NftElement,
  present: boolean,
  transaction: Transaction,
): void {
  const known = set.elements.get(element.key);
  if (!present) {
    if (!known) throw new NftRefusal(NOT_FOUND);
    countUses(table, targetOf(known), -1, transaction);
    change(set.elements, element.key, undefined, transaction);
    return;
  }
  if (set.kind === 'map' && !element.verdict)
    throw new NftSyntaxError('syntax error, unexpected }, expecting :');
  if (element.verdict && 'chain' in element.verdict) {
    if (!table.chains.has(element.verdict.chain)) throw new NftRefusal(NOT_FOUND);
    transaction.led.push({ table: `${table.family} ${table.name}`, chain: element.verdict.chain });
  }
  if (known) {
    const same = JSON.stringify(known.verdict) === JSON.stringify(element.verdict);
    if (!same) throw new NftRefusal(EXISTS);
    return;
  }
  countUses(table, targetOf(element), 1, transaction);
  change(set.elements, element.key, element, transaction);
}

/** `{ 10.96.0.1 . tcp . 443 comment "default/kubernetes:https" : goto reject-chain }` */
function readElements(text: string, line: string, set: NftSet): readonly NftElement[] {
  const words = createWords(splitNft(text));
  const elements: NftElement[] = [];
  words.expect('{');
  do {
    const parts = [words.next()];
    while (words.take('.')) parts.push(words.next());
    if (parts.length !== set.types.length)
      throw new NftSyntaxError(`element has ${parts.length} parts, ${set.name} has ${set.types.length}`);
    const comment = words.take('comment') ? unquote(words.next()) : undefined;
    const verdict = words.take(':') ? readVerdict(words) : undefined;
    elements.push({ line, key: parts.join(' . '), comment, verdict });
  } while (words.take(','));
  words.expect('}');
  words.end();
  return elements;
}

function onSet(
  table: NftTable,
  kind: 'set' | 'map',
  verb: string,
  words: Words,
  transaction: Transaction,
): void {
  const name = words.next();
  const known = table.sets.get(name);
  if (verb === 'add') {
    const { comment, types, flags = [], timeoutMs } = readBlock(words);
    if (!types) throw new NftSyntaxError('set definition does not specify key');
    if (known) {
      if (known.kind !== kind || known.types.join() !== types.join()) throw new NftRefusal(EXISTS);
      return;
    }
    const set = { name, kind, types, flags, timeoutMs, comment, elements: new Map(), expiry: new Map() };
    change(table.sets, name, set, transaction);
    return;
  }
  words.end();
  if (!known) throw new NftRefusal(NOT_FOUND);
  if (verb === 'flush' || verb === 'delete')
    countUses(table, [...known.elements.values()].flatMap(targetOf), -1, transaction);
  if (verb === 'flush') {
    change(table.sets, name, { ...known, elements: new Map(), expiry: new Map() }, transaction);
  } else if (verb === 'delete') {
    const isAsked = [...table.chains.values()].some(({ rules }) =>
      rules.some(({ statements }) => statements.some((statement) => setsOf(statement).includes(name))),
    );
    if (isAsked) throw new NftRefusal(BUSY);
    change(table.sets, name, undefined, transaction);
  } else throw new NftSyntaxError(`syntax error, unexpected ${verb}`);
}

interface Block {
  comment: string | undefined;
  base: BaseChain | undefined;
  types: readonly KeyType[] | undefined;
  flags: readonly string[] | undefined;
  timeoutMs: number | undefined;
}

/** `{ type filter hook input priority 0 ; policy accept ; comment "…" ; }`, or nothing. */
function readBlock(words: Words): Block {
  const block: Block = {
    comment: undefined,
    base: undefined,
    types: undefined,
    flags: undefined,
    timeoutMs: undefined,
  };
  if (words.peek() === undefined) return block;
  words.expect('{');
  while (!words.take('}')) {
    const property = words.next();
    switch (property) {
      case 'comment':
        block.comment = unquote(words.next());
        break;
      case 'type':
        readType(words, block);
        break;
      case 'policy':
        readPolicy(words, block);
        break;
      case 'flags':
        block.flags = readList(words, ',');
        break;
      case 'timeout':
        block.timeoutMs = durationOf(words.next());
        break;
      case 'size':
        number(words.next());
        break;
      default:
        throw new NftSyntaxError(`syntax error, unexpected ${property}`);
    }
    words.take(';');
  }
  words.end();
  return block;
}

function readType(words: Words, block: Block): void {
  const first = words.next();
  if (words.take('hook')) {
    const hook: Hook | undefined = HOOKS[words.next()];
    if (!hook || !['filter', 'nat', 'route'].includes(first))
      throw new NftSyntaxError(`unknown chain type ${first} or hook`);
    words.expect('priority');
    const priority = readPriority(words);
    block.base = { type: first as BaseType, hook, priority, policy: 'accept' };
    return;
  }
  const types = [first];
  while (words.take('.')) types.push(words.next());
  for (const type of types)
    if (!KEY_TYPES.includes(type as KeyType)) throw new NftSyntaxError(`unknown datatype ${type}`);
  if (words.take(':')) words.expect('verdict');
  block.types = types as KeyType[];
}

/** `0`, `-110`, `dstnat`, `dstnat - 10`, `dstnat-10`. */
function readPriority(words: Words): number {
  const text = readList(words, '').join('');
  const match = /^([a-z]+)?([+-]?\d+)?$/.exec(text);
  const named = match?.[1] === undefined ? 0 : PRIORITIES[match[1]]?.value;
  if (text === '' || !match || named === undefined)
    throw new NftSyntaxError(`'${text}' is invalid priority.`);
  return named + Number(match[2] ?? 0);
}

function readPolicy(words: Words, block: Block): void {
  const policy = words.next();
  if (!block.base || (policy !== 'accept' && policy !== 'drop'))
    throw new NftSyntaxError(`syntax error, unexpected ${policy}`);
  block.base = { ...block.base, policy };
}

/** Words up to the end of the property. */
function readList(words: Words, separator: string): string[] {
  const list: string[] = [];
  while (![';', '}', undefined].includes(words.peek())) {
    const word = words.next();
    if (word !== separator) list.push(word);
  }
  return list;
}

/** `10800s`, `3h`, `1h30m` in milliseconds. */
function durationOf(text: string): number {
  if (!/^(\d+[dhms])+$/.test(text)) throw new NftSyntaxError(`syntax error, unexpected ${text}`);
  const units = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([dhms])/g))
    sum += Number(count) * units[unit as keyof typeof units];
  return sum;
}
