import type { Locale } from './locale.ts';

export type Values = Readonly<Record<string, Value>>;
type Value = string | number | readonly string[];

/** What a message's text is made of, once read. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'number' }
  | {
      readonly kind: 'choice';
      readonly by: 'plural' | 'select';
      readonly name: string;
      readonly cases: ReadonlyMap<string, readonly Part[]>;
    };

/** Writes a number as the language does: a comma for decimals in Spanish, no grouping, at most three decimals. */
export function formatNumber(locale: Locale, value: number): string {
  return new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 3 }).format(value);
}

/** Lists as the language does: `a, b y c`, `a, b, and c`. */
export function formatList(locale: Locale, items: readonly string[]): string {
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(items);
}

/** Fills a message's text with its values. Throws on a text that is not well formed: that is our own bug. */
export function format(locale: Locale, text: string, values: Values): string {
  // Nearly every text is plain or has simple values; reading it anew each time is cheaper than remembering it.
  return /[{}]/.test(text) ? write(locale, parse(text), values, undefined) : text;
}

function write(locale: Locale, parts: readonly Part[], values: Values, count: number | undefined): string {
  return parts.map((part) => writePart(locale, part, values, count)).join('');
}

function writePart(locale: Locale, part: Part, values: Values, count: number | undefined): string {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'number':
      return count === undefined ? '#' : formatNumber(locale, count);
    case 'value': {
      const value = values[part.name];
      if (value === undefined) return `{${part.name}}`;
      if (typeof value === 'number') return formatNumber(locale, value);
      return typeof value === 'string' ? value : formatList(locale, value);
    }
    case 'choice': {
      const value = values[part.name];
      const chosen = part.cases.get(caseOf(locale, part, value)) ?? part.cases.get('other') ?? [];
      return write(locale, chosen, values, part.by === 'plural' ? countOf(value) : count);
    }
  }
}

function caseOf(locale: Locale, choice: Extract<Part, { kind: 'choice' }>, value: Value | undefined): string {
  if (choice.by === 'select') return String(value);
  const count = countOf(value);
  const exact = `=${count}`;
  return choice.cases.has(exact) ? exact : new Intl.PluralRules(locale).select(count);
}

/** The number that a plural goes by; of a list, how many it has. */
function countOf(value: Value | undefined): number {
  return Array.isArray(value) ? value.length : Number(value);
}

/** Reads a message's text. */
export function parse(text: string): readonly Part[] {
  const reader = { text, at: 0 };
  const parts = parseParts(reader, false);
  if (reader.at < text.length) throw new Error(`Unbalanced } in message: ${text}`);
  return parts;
}

interface Reader {
  readonly text: string;
  at: number;
}

function parseParts(reader: Reader, inPlural: boolean): readonly Part[] {
  const parts: Part[] = [];
  while (reader.at < reader.text.length) {
    const here = reader.text[reader.at];
    if (here === '}') break;
    if (here === '{') parts.push(parseBraces(reader, inPlural));
    else if (here === '#' && inPlural) {
      parts.push({ kind: 'number' });
      reader.at += 1;
    } else {
      const rest = reader.text.slice(reader.at);
      const length = rest.search(inPlural ? /[{}#]/ : /[{}]/);
      const text = length < 0 ? rest : rest.slice(0, length);
      parts.push({ kind: 'text', text });
      reader.at += text.length;
    }
  }
  return parts;
}

const SIMPLE = /^\{(\w+)\}/;
const CHOICE = /^\{(\w+), (plural|select),\s*/;
const CASE = /^([\w=-]+) \{/;

function parseBraces(reader: Reader, inPlural: boolean): Part {
  const rest = reader.text.slice(reader.at);
  const simple = SIMPLE.exec(rest);
  if (simple) {
    reader.at += simple[0].length;
    return { kind: 'value', name: simple[1]! };
  }
  const choice = CHOICE.exec(rest);
  if (!choice) throw new Error(`Unreadable { in message: ${reader.text}`);
  reader.at += choice[0].length;
  const by = choice[2] as 'plural' | 'select';
  const cases = new Map<string, readonly Part[]>();
  for (;;) {
    const next = CASE.exec(reader.text.slice(reader.at));
    if (!next) break;
    reader.at += next[0].length;
    cases.set(next[1]!, parseParts(reader, inPlural || by === 'plural'));
    expectBrace(reader);
    while (reader.text[reader.at] === ' ') reader.at += 1;
  }
  expectBrace(reader);
  if (!cases.has('other')) throw new Error(`No "other" in message: ${reader.text}`);
  return { kind: 'choice', by, name: choice[1]!, cases };
}

function expectBrace(reader: Reader): void {
  if (reader.text[reader.at] !== '}') throw new Error(`Missing } in message: ${reader.text}`);
  reader.at += 1;
}
