import { readsAsOtherType } from './resolve-scalar.ts';

interface Place {
  /** Columns already taken on the first line. */
  readonly column: number;
  /** Where continuation lines begin. */
  readonly indent: number;
  readonly simpleKey: boolean;
}

type Style = 'plain' | 'single' | 'double' | 'literal';

const BEST_WIDTH = 80;
const FIRST_INDICATORS = '#,[]{}&*!|>\'"%@`';
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\0', '\\0'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\v', '\\v'],
  ['\f', '\\f'],
  ['\r', '\\r'],
  ['\x1b', '\\e'],
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\x85', '\\N'],
  ['\xa0', '\\_'],
  ['\u2028', '\\L'],
  ['\u2029', '\\P'],
]);

/** A text as YAML, line by line: the emitter of gopkg.in/yaml.v2 (emitterc.go: analyze, select style, write). */
export function writeScalar(text: string, place: Place): readonly string[] {
  const style = styleOf(text, place.simpleKey);
  if (style === 'literal') return literal(text, place);
  if (style === 'double') return fold(doubleQuoted(text), place, 'double');
  if (style === 'single' && text.includes('\n')) return singleOverLines(text, place);
  if (style === 'single') return fold(`'${text.replaceAll("'", "''")}'`, place, 'single');
  return fold(text, place, 'plain');
}

function styleOf(text: string, simpleKey: boolean): Style {
  const characters = Array.from(text);
  if (readsAsOtherType(text)) return 'double';
  const special = characters.some(
    (character) => !isPrintable(character) && (character === '\r' || !isBreak(character)),
  );
  const spaceBeforeBreak = characters.some(
    (character, at) => isBreak(character) && characters[at - 1] === ' ',
  );
  if (special || spaceBeforeBreak) return 'double';
  const multiline = characters.some(isBreak);
  if (text.includes('\n') && !simpleKey && !text.endsWith(' ')) return 'literal';
  if (multiline && simpleKey) return 'double';
  const edge = text.startsWith(' ') || text.endsWith(' ');
  if (multiline || edge || blockIndicators(characters))
    return /[\n\x85\u2028\u2029] /.test(text) ? 'double' : 'single';
  return 'plain';
}

/** Indicators that a plain scalar outside of `[]` and `{}` may not have. */
function blockIndicators(characters: readonly string[]): boolean {
  const text = characters.join('');
  if (text.startsWith('---') || text.startsWith('...')) return true;
  return characters.some((character, at) => {
    const blankAfter = at + 1 >= characters.length || /[\s]/.test(characters[at + 1]!);
    if (at === 0) return FIRST_INDICATORS.includes(character) || ('?:-'.includes(character) && blankAfter);
    return (character === ':' && blankAfter) || (character === '#' && /\s/.test(characters[at - 1]!));
  });
}

function isBreak(character: string): boolean {
  return (
    character === '\n' ||
    character === '\r' ||
    character === '\x85' ||
    character === '\u2028' ||
    character === '\u2029'
  );
}

/** The emitter writes no character beyond the Basic Multilingual Plane, and no tab, unescaped. */
function isPrintable(character: string): boolean {
  const code = character.codePointAt(0)!;
  return (
    (code >= 0x20 && code <= 0x7e) ||
    (code >= 0xa0 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff)
  );
}

function doubleQuoted(text: string): string {
  let result = '"';
  for (const character of text) {
    const escaped = ESCAPES.get(character);
    if (escaped && character !== '\xa0') result += escaped;
    else if (isPrintable(character)) result += character;
    else result += hexEscape(character.codePointAt(0)!);
  }
  return `${result}"`;
}

function hexEscape(code: number): string {
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** Breaks a flow scalar at the first single space after column 80. */
function fold(written: string, place: Place, style: Style): readonly string[] {
  const length = place.column + written.length;
  if (place.simpleKey || length <= BEST_WIDTH) return [written];
  const characters = Array.from(written);
  const lines: string[] = [];
  let line = '';
  let column = place.column;
  characters.forEach((character, at) => {
    const inside = style === 'plain' || (at > 1 && at < characters.length - 2);
    const lonely = characters[at - 1] !== ' ' && (style === 'double' || characters[at + 1] !== ' ');
    if (character === ' ' && column > BEST_WIDTH && inside && lonely) {
      lines.push(line);
      line = ' '.repeat(place.indent) + (characters[at + 1] === ' ' ? '\\' : '');
      column = line.length;
    } else {
      line += character;
      column++;
    }
  });
  return [...lines, line];
}

function literal(text: string, place: Place): readonly string[] {
  const hint = text.startsWith(' ') || isBreak(text[0] ?? '') ? '2' : '';
  const chomp = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : '';
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  return [
    `|${hint}${chomp}`,
    ...body.split('\n').map((line) => (line === '' ? '' : ' '.repeat(place.indent) + line)),
  ];
}

/** In single quotes one line break means a blank: n of them are written as n + 1. */
function singleOverLines(text: string, place: Place): readonly string[] {
  const lines: string[] = [];
  let line = "'";
  for (const part of text.replaceAll("'", "''").split(/(\n+)/)) {
    if (!part.startsWith('\n')) {
      line += part;
      continue;
    }
    lines.push(line, ...Array<string>(part.length).fill(''));
    line = ' '.repeat(place.indent);
  }
  return [...lines, `${line}'`];
}
