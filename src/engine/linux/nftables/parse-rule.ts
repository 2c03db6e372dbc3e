import { parsePrefix } from '../ipv4.ts';
import type { RejectWith } from '../netfilter/target.ts';
import { FIELDS, type Field, type NftRule, type NftVerdict, type Operand, type Statement } from './types.ts';
import { createWords, NftSyntaxError, splitNft, unquote, type Words } from './words.ts';

const REJECTS: Readonly<Record<string, RejectWith>> = {
  'net-unreachable': 'icmp-net-unreachable',
  'host-unreachable': 'icmp-host-unreachable',
  'prot-unreachable': 'icmp-proto-unreachable',
  'port-unreachable': 'icmp-port-unreachable',
  'net-prohibited': 'icmp-net-prohibited',
  'host-prohibited': 'icmp-host-prohibited',
  'admin-prohibited': 'icmp-admin-prohibited',
};
const STATES = ['new', 'established', 'related', 'invalid', 'untracked'];
const PROTOCOLS = ['tcp', 'udp', 'sctp', 'icmp', 'icmpv6'];
const ADDRESS_TYPES = ['local', 'unicast', 'broadcast', 'multicast'];

/** Reads the words of a rule behind its chain (nftables' parser_bison.y, as far as the statements of {@link Statement}). */
export function parseNftRule(text: string, line: string): NftRule {
  const words = createWords(splitNft(text));
  const statements: Statement[] = [];
  let comment: string | undefined;
  while (words.peek() !== undefined) {
    if (words.take('comment')) {
      comment = unquote(words.next());
      words.end();
    } else statements.push(readStatement(words));
  }
  if (statements.length === 0) throw new NftSyntaxError('syntax error, unexpected newline');
  return { line, statements, comment };
}

function readStatement(words: Words): Statement {
  const word = words.peek();
  switch (word) {
    case 'counter':
      words.next();
      if (words.take('packets')) for (const expected of ['', 'bytes', '']) readCount(words, expected);
      return { kind: 'counter' };
    case 'update':
    case 'add':
      return readUpdate(words);
    case 'reject':
      return readReject(words);
    case 'masquerade':
      words.next();
      return { kind: 'masquerade', random: words.take('fully-random') || words.take('random') };
    case 'dnat':
    case 'snat':
      return readNat(words, word);
    case 'numgen': {
      words.next();
      words.expect('random');
      words.expect('mod');
      const modulus = number(words.next());
      words.expect('vmap');
      return { kind: 'vmap', key: { kind: 'random', modulus }, map: readMap(words) };
    }
    case 'mark':
      return readMark(words);
    case 'meta':
      return words.peek(1) === 'mark' ? readMark(words) : readFields(words);
  }
  const verdict = readVerdict(words);
  return verdict ? { kind: 'verdict', verdict } : readFields(words);
}

function readCount(words: Words, expected: string): void {
  if (expected) words.expect(expected);
  else number(words.next());
}

/** `accept`, `jump CHAIN` …; undefined: there is no verdict here. */
export function readVerdict(words: Words): NftVerdict | undefined {
  const word = words.peek();
  switch (word) {
    case 'accept':
    case 'drop':
    case 'return':
    case 'continue':
      words.next();
      return { kind: word };
    case 'jump':
    case 'goto':
      words.next();
      return { kind: word, chain: words.next() };
    default:
      return undefined;
  }
}

function readUpdate(words: Words): Statement {
  words.next();
  const set = setName(words.next());
  words.expect('{');
  const field = readField(words);
  words.expect('}');
  return { kind: 'update', set, field };
}

function readReject(words: Words): Statement {
  words.next();
  if (!words.take('with')) return { kind: 'reject', answer: 'icmp-port-unreachable', text: 'reject' };
  if (words.take('tcp')) {
    words.expect('reset');
    return { kind: 'reject', answer: 'tcp-reset', text: 'reject with tcp reset' };
  }
  words.expect('icmp');
  words.take('type');
  const type = words.next();
  const answer = REJECTS[type];
  if (!answer) throw new NftSyntaxError(`Could not parse ICMP unreachable code ${type}`);
  return {
    kind: 'reject',
    answer,
    text: type === 'port-unreachable' ? 'reject' : `reject with icmp ${type}`,
  };
}

function readNat(words: Words, kind: 'dnat' | 'snat'): Statement {
  words.next();
  words.expect('to');
  const text = words.next();
  const match = /^(?:\[([0-9a-f:.]+)\]|([\d.]+))?(?::(\d+))?$/i.exec(text);
  const address = match?.[1] ?? match?.[2];
  if (!match || (address === undefined && match[3] === undefined))
    throw new NftSyntaxError(`syntax error, unexpected ${text}`);
  if (match[2] !== undefined) parsedPrefix(match[2]);
  const port = match[3] === undefined ? undefined : number(match[3]);
  return {
    kind,
    range: {
      ...(address !== undefined && { addresses: { first: address, last: address } }),
      ...(port !== undefined && { ports: { first: port, last: port } }),
    },
    text,
    random: words.take('fully-random') || words.take('random'),
  };
}

/** `mark set mark or 0x4000`, `meta mark set meta mark | 0x4000`, `mark and 0x4000 == 0`, `meta mark 0x1`. */
function readMark(words: Words): Statement {
  takeMark(words);
  if (words.take('set')) {
    if (words.peek() !== 'mark' && words.peek() !== 'meta') {
      const value = number(words.next());
      return { kind: 'set-mark', and: 0, xor: value, text: hex(value) };
    }
    takeMark(words);
    const operator = operatorOf(words.next());
    const value = number(words.next());
    const text = `meta mark ${operator} ${hex(value)}`;
    if (operator === '&') return { kind: 'set-mark', and: value, xor: 0, text };
    const keep = operator === '|' ? ~value >>> 0 : 0xffffffff;
    return { kind: 'set-mark', and: keep, xor: value, text };
  }
  const masked = ['and', '&'].includes(words.peek() ?? '');
  if (masked) words.next();
  const mask = masked ? number(words.next()) : 0xffffffff;
  const inverted = words.take('!=');
  if (!inverted) words.take('==');
  return { kind: 'mark-is', mask, value: number(words.next()), inverted };
}

function takeMark(words: Words): void {
  words.take('meta');
  words.expect('mark');
}

function operatorOf(word: string): '|' | '&' | '^' {
  const operator = { or: '|', and: '&', xor: '^', '|': '|', '&': '&', '^': '^' }[word];
  if (!operator) throw new NftSyntaxError(`syntax error, unexpected ${word}`);
  return operator as '|' | '&' | '^';
}

/** Fields of the packet, and what they must be, or the map that they are looked up in. */
function readFields(words: Words): Statement {
  const fields = [readField(words)];
  while (words.take('.')) fields.push(readField(words));
  if (words.take('vmap')) return { kind: 'vmap', key: { kind: 'fields', fields }, map: readMap(words) };
  const inverted = words.take('!=');
  if (!inverted) words.take('==');
  return { kind: 'match', fields, inverted, operand: readOperand(words, fields) };
}

function readField(words: Words): Field {
  const first = words.next();
  if (first === 'meta' && ['iifname', 'oifname'].includes(words.peek() ?? '')) return readField(words);
  const longest = first === 'fib' ? 3 : first === 'iifname' || first === 'oifname' ? 1 : 2;
  const parts = [first];
  while (parts.length < longest) parts.push(words.next());
  const field = FIELDS.find((known) => known === parts.join(' '));
  if (!field) throw new NftSyntaxError(`syntax error, unexpected ${parts.join(' ')}`);
  return field;
}

function readOperand(words: Words, fields: readonly Field[]): Operand {
  const [only] = fields;
  if (words.peek()?.startsWith('@')) return { kind: 'set', name: setName(words.next()) };
  const values: string[] = [];
  if (words.take('{')) {
    do values.push(readValue(words, fields));
    while (words.take(','));
    words.expect('}');
  } else {
    values.push(readValue(words, fields));
    while (only === 'ct state' && words.take(',')) values.push(readValue(words, fields));
  }
  return { kind: 'values', values };
}

function readValue(words: Words, fields: readonly Field[]): string {
  return fields
    .map((field, place) => {
      if (place > 0) words.expect('.');
      return valueText(field, words.next());
    })
    .join(' . ');
}

function valueText(field: Field, word: string): string {
  const known = (values: readonly string[]) => {
    if (!values.includes(word)) throw new NftSyntaxError(`Could not resolve symbol: ${word}`);
    return word;
  };
  if (field.endsWith('port')) return String(portOf(word));
  switch (field) {
    case 'ip saddr':
    case 'ip daddr':
      return parsedPrefix(word);
    case 'ip6 saddr':
    case 'ip6 daddr':
      if (!/^[0-9a-f:.]+(\/\d+)?$/i.test(word))
        throw new NftSyntaxError(`Could not resolve hostname: ${word}`);
      return word;
    case 'ct state':
      return known(STATES);
    case 'fib saddr type':
    case 'fib daddr type':
      return known(ADDRESS_TYPES);
    case 'meta l4proto':
    case 'ip protocol':
      return known(PROTOCOLS);
    default:
      return word.startsWith('"') ? unquote(word) : word;
  }
}

/** An address, or a prefix with its length, as nft prints it. */
function parsedPrefix(word: string): string {
  const prefix = parsePrefix(word);
  if (!prefix) throw new NftSyntaxError(`Could not resolve hostname: Name or service not known (${word})`);
  return word.endsWith('/32') ? word.slice(0, -3) : word;
}

function readMap(words: Words): Extract<Statement, { kind: 'vmap' }>['map'] {
  const name = words.peek();
  if (name?.startsWith('@')) {
    words.next();
    return { kind: 'map', name: setName(name) };
  }
  words.expect('{');
  const elements = new Map<string, NftVerdict>();
  do {
    const key = words.next();
    words.expect(':');
    const verdict = readVerdict(words);
    if (!verdict) throw new NftSyntaxError(`syntax error, unexpected ${words.peek() ?? 'newline'}`);
    elements.set(key, verdict);
  } while (words.take(','));
  words.expect('}');
  return { kind: 'elements', elements };
}

function setName(word: string): string {
  if (!/^@./.test(word)) throw new NftSyntaxError(`syntax error, unexpected ${word}, expecting @`);
  return word.slice(1);
}

function portOf(word: string): number {
  const port = number(word);
  if (port > 65535) throw new NftSyntaxError(`Value ${port} exceeds valid range 0-65535`);
  return port;
}

export function number(word: string): number {
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(word))
    throw new NftSyntaxError(`syntax error, unexpected ${word}, expecting number`);
  return Number(word);
}

/** As nft prints a mark. */
export function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
