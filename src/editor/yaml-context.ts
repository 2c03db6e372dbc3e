import type { FieldQuery } from '../engine/index.ts';

/** Where a cursor stands in a manifest, found by indentation alone, so that it works in documents that are broken. */
export interface YamlContext {
  readonly apiVersion?: string;
  readonly kind?: string;
  /** The mapping that the cursor is in (`key`), or the field whose value it is in (`value`). */
  readonly path: readonly string[];
  readonly at: 'key' | 'value';
  /** The word under or before the cursor, and where it begins (column from 1). */
  readonly word: string;
  readonly column: number;
  /** Where keys of this mapping begin, from 0. */
  readonly indent: number;
  /** The keys that this mapping has already. */
  readonly siblings: readonly string[];
}

interface Parsed {
  /** Columns (from 0) of the dashes that open list items on this line. */
  readonly dashes: readonly number[];
  readonly key?: string;
  /** The column of the key, or of whatever stands there. */
  readonly column: number;
  /** What follows `key:`; undefined when there is no key. */
  readonly value?: string;
  readonly blank: boolean;
}

/** The context of a place; `line` and `column` count from 1. undefined: in a comment, a block of text, or a flow mapping. */
export function yamlContext(lines: readonly string[], line: number, column: number): YamlContext | undefined {
  const text = lines[line - 1] ?? '';
  const before = text.slice(0, column - 1);
  if (/(^|\s)#/.test(before) || /^\s*(?:- +)*[^\s:]+:\s+[{[]/.test(before)) return undefined;

  const [first, last] = documentAround(lines, line);
  const inDocument = (wanted: RegExp) => {
    for (let index = first; index <= last; index++) {
      const found = wanted.exec(lines[index] ?? '');
      if (found) return found[1];
    }
    return undefined;
  };
  const identity = {
    ...optional('apiVersion', inDocument(/^apiVersion:\s*["']?([^\s"'#]+)/)),
    ...optional('kind', inDocument(/^kind:\s*["']?([^\s"'#]+)/)),
  };

  const value = /^(\s*(?:- +)*)([^\s:#]+):\s+(\S*)$/.exec(before);
  if (value) {
    const [, lead = '', key = '', word = ''] = value;
    const path = [...ancestors(lines, line - 1, first, lead), key];
    return {
      ...identity,
      path,
      at: 'value',
      word,
      column: column - word.length,
      indent: lead.length,
      siblings: [],
    };
  }
  const item = /^(\s*(?:- +)*)(\S*)$/.exec(before);
  if (!item) return undefined;
  const [, lead = '', word = ''] = item;
  const path = ancestors(lines, line - 1, first, lead);
  const siblings = siblingsOf(lines, line - 1, first, last, lead.length);
  return { ...identity, path, at: 'key', word, column: column - word.length, indent: lead.length, siblings };
}

/** The field whose key or value is written at a place, to explain it. */
export function fieldAt(
  lines: readonly string[],
  line: number,
): (FieldQuery & { readonly column: number; readonly key: string }) | undefined {
  const parsed = parseLine(lines[line - 1] ?? '');
  if (parsed.key === undefined) return undefined;
  const context = yamlContext(lines, line, parsed.column + 1);
  if (!context) return undefined;
  return { ...context, path: [...context.path, parsed.key], column: parsed.column + 1, key: parsed.key };
}

/** Climbs from a line's own lead to the document's root: names of parents, `[]` for items. */
function ancestors(lines: readonly string[], index: number, first: number, lead: string): string[] {
  const path: string[] = [];
  let column = lead.length;
  // After a dash, its list's key may stand at the dash's own column.
  let listAt: number | undefined;
  const climbDashes = (dashes: readonly number[]) => {
    for (const dash of dashes.toReversed()) {
      if (dash >= column || (listAt !== undefined && dash >= listAt)) continue;
      path.unshift('[]');
      column = dash;
      listAt = dash;
    }
  };
  climbDashes([...lead.matchAll(/-/g)].map((match) => match.index));
  for (let at = index - 1; at >= first && column >= 0; at--) {
    const { blank, dashes, key, column: keyColumn, value } = parseLine(lines[at] ?? '');
    if (blank) continue;
    const opens = key !== undefined && (value === '' || /^[&!#]/.test(value ?? ''));
    if (opens && (listAt === undefined ? keyColumn < column : keyColumn <= listAt)) {
      path.unshift(key);
      column = keyColumn;
      listAt = undefined;
    } else if (listAt === undefined && !opens && keyColumn < column && dashes.length === 0) {
      // A scalar stands where a parent should: whatever follows it hangs from nothing we know.
      if (key !== undefined) column = Math.min(column, keyColumn + 1);
    }
    climbDashes(dashes);
    if (column === 0 && listAt === undefined) break;
  }
  return path;
}

function siblingsOf(
  lines: readonly string[],
  index: number,
  first: number,
  last: number,
  indent: number,
): readonly string[] {
  const keys: string[] = [];
  const visit = (at: number): boolean => {
    const parsed = parseLine(lines[at] ?? '');
    if (parsed.blank) return true;
    if (parsed.column < indent) return false;
    if (parsed.column === indent && parsed.key !== undefined && at !== index) keys.push(parsed.key);
    return true;
  };
  const opensItem = (at: number) => {
    const { dashes, column } = parseLine(lines[at] ?? '');
    return dashes.length > 0 && column === indent;
  };
  for (let at = index; at >= first && visit(at); at--) if (opensItem(at)) break;
  for (let at = index + 1; at <= last && !opensItem(at) && visit(at); at++);
  return keys;
}

function documentAround(lines: readonly string[], line: number): readonly [number, number] {
  let first = line - 1;
  while (first > 0 && !/^---(\s|$)/.test(lines[first - 1] ?? '')) first--;
  let last = line - 1;
  while (last < lines.length - 1 && !/^---(\s|$)/.test(lines[last + 1] ?? '')) last++;
  return [first, last];
}

function parseLine(text: string): Parsed {
  if (/^\s*(#|$)/.test(text) || /^---(\s|$)/.test(text)) return { dashes: [], column: 0, blank: true };
  const lead = /^\s*(?:-(?: +|$))*/.exec(text)?.[0] ?? '';
  const dashes = [...lead.matchAll(/-/g)].map((match) => match.index);
  const entry = /^("[^"]*"|'[^']*'|[^\s:#][^:#]*?)\s*:(?:\s+(.*)|$)/.exec(text.slice(lead.length));
  if (!entry) return { dashes, column: lead.length, blank: false };
  const value = (entry[2] ?? '').replace(/(^|\s)#.*$/, '').trim();
  return { dashes, key: entry[1]!.replace(/^["']|["']$/g, ''), column: lead.length, value, blank: false };
}

function optional<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, string>);
}
