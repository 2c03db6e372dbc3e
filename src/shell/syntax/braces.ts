/**
 * Brace expansion, which bash does on the text of a word before anything else: `{a,b}`, `{1..9}`, `{01..10..3}`, `{a..e}`,
 * one inside another. One text at a time, so that `{1..1000000}` costs what is used of it.
 */
export function* expandBraces(text: string): Generator<string> {
  const found = findBraces(text);
  if (!found) {
    yield text;
    return;
  }
  const { open, close, commas } = found;
  const before = text.slice(0, open);
  const after = text.slice(close + 1);
  for (const middle of alternatives(text, open, close, commas))
    for (const rest of expandBraces(after)) yield before + middle + rest;
}

interface Braces {
  readonly open: number;
  readonly close: number;
  /** Where the commas of this pair stand, not those of a pair inside it. */
  readonly commas: readonly number[];
}

/** The first pair of braces that means something. */
function findBraces(text: string): Braces | undefined {
  for (let at = 0; at < text.length; at = skip(text, at)) {
    if (text[at] !== '{') continue;
    const braces = matchBraces(text, at);
    if (braces && (braces.commas.length > 0 || sequence(text.slice(at + 1, braces.close)))) return braces;
  }
  return undefined;
}

function matchBraces(text: string, open: number): Braces | undefined {
  const commas: number[] = [];
  let depth = 0;
  for (let at = open; at < text.length; at = skip(text, at)) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return { open, close: at, commas };
    else if (text[at] === ',' && depth === 1) commas.push(at);
  }
  return undefined;
}

const CLOSING: Readonly<Record<string, string>> = { '{': '}', '(': ')' };

/** The place after what stands at `at`: a quoted stretch, an escape or a `$…` counts as one. */
function skip(text: string, at: number): number {
  const character = text[at]!;
  if (character === '\\') return at + 2;
  if (character === "'" || character === '"' || character === '`') {
    const end = text.indexOf(character, at + 1);
    return end === -1 ? text.length : end + 1;
  }
  const closing = character === '$' ? CLOSING[text[at + 1] ?? ''] : undefined;
  if (closing === undefined) return at + 1;
  const opening = text[at + 1]!;
  let depth = 0;
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === opening) depth++;
    else if (text[end] === closing && --depth === 0) return end + 1;
  }
  return text.length;
}

function* alternatives(
  text: string,
  open: number,
  close: number,
  commas: readonly number[],
): Generator<string> {
  if (commas.length === 0) {
    yield* sequence(text.slice(open + 1, close))!;
    return;
  }
  const ends = [...commas, close];
  for (const [index, end] of ends.entries())
    yield* expandBraces(text.slice((ends[index - 1] ?? open) + 1, end));
}

/** `1..9`, `01..10..3`, `a..e`; undefined: it is none. */
function sequence(inside: string): Generator<string> | undefined {
  const numbers = /^(-?\d{1,15})\.\.(-?\d{1,15})(?:\.\.(-?\d{1,15}))?$/.exec(inside);
  if (numbers) {
    const [, from = '', to = '', step = '1'] = numbers;
    const padded = [from, to].some((number) => /^-?0\d/.test(number));
    const width = padded ? Math.max(from.length, to.length) : 0;
    return steps(Number(from), Number(to), Number(step), (value) =>
      value < 0 ? `-${String(-value).padStart(width - 1, '0')}` : String(value).padStart(width, '0'),
    );
  }
  const letters = /^([a-zA-Z])\.\.([a-zA-Z])(?:\.\.(-?\d+))?$/.exec(inside);
  if (!letters) return undefined;
  const [, from = '', to = '', step = '1'] = letters;
  return steps(from.charCodeAt(0), to.charCodeAt(0), Number(step), (code) => String.fromCharCode(code));
}

function* steps(
  from: number,
  to: number,
  step: number,
  textOf: (value: number) => string,
): Generator<string> {
  const by = Math.max(1, Math.abs(step)) * (from <= to ? 1 : -1);
  for (let value = from; by > 0 ? value <= to : value >= to; value += by) yield textOf(value);
}
