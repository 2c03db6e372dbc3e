import type { YAMLError } from 'yaml';

/** Who finds the fault in libyaml: the scanner counts lines from 1, the parser (by an old slip) from 0. */
interface Words {
  readonly by: 'scanner' | 'parser';
  readonly text: string;
  /** Where it is noticed: at the error's begin, at its end, or only on the next line. */
  readonly at?: 'end' | 'next-line';
}

const KEY: Words = { by: 'parser', text: 'did not find expected key' };
const DASH: Words = { by: 'parser', text: "did not find expected '-' indicator" };
const NODE: Words = { by: 'parser', text: 'did not find expected node content' };
const VALUE: Words = { by: 'scanner', text: 'mapping values are not allowed in this context' };
const COLON: Words = { by: 'scanner', text: "could not find expected ':'", at: 'next-line' };
const TOKEN: Words = { by: 'scanner', text: 'found character that cannot start any token' };

/** What gopkg.in/yaml.v2 says where the `yaml` package reports this code; compared with the real kubectl. */
const WORDS: Readonly<Record<string, Words>> = {
  ALIAS_PROPS: NODE,
  BAD_ALIAS: { by: 'scanner', text: 'did not find expected alphabetic or numeric character' },
  BAD_DIRECTIVE: { by: 'scanner', text: 'found unknown directive name' },
  BAD_DQ_ESCAPE: { by: 'scanner', text: 'found unknown escape character' },
  BAD_INDENT: KEY,
  BAD_PROP_ORDER: NODE,
  BAD_SCALAR_START: TOKEN,
  BLOCK_AS_IMPLICIT_KEY: VALUE,
  BLOCK_IN_FLOW: NODE,
  MISSING_CHAR: COLON,
  MULTILINE_IMPLICIT_KEY: { ...VALUE, at: 'end' },
  TAB_AS_INDENT: TOKEN,
  UNEXPECTED_TOKEN: KEY,
};

/** The sentence that kubectl's YAML reader would give: `yaml: line 3: mapping values are not allowed in this context`. */
export function syntaxMessage(error: YAMLError, text: string, next?: YAMLError): string {
  // A value that goes on over lines until a colon turns up is noticed at the colon.
  if (/^Nested mappings/.test(error.message) && next?.code === 'MULTILINE_IMPLICIT_KEY')
    return syntaxMessage(next, text);
  const words = wordsOf(error, text);
  const offset = words.at === 'end' ? error.pos[1] : error.pos[0];
  const line = text.slice(0, offset).split('\n').length + (words.at === 'next-line' ? 1 : 0);
  const shown = words.by === 'parser' ? line - 1 : line;
  return `yaml: ${shown > 0 ? `line ${shown}: ` : ''}${words.text}`;
}

function wordsOf(error: YAMLError, text: string): Words {
  const { message, code } = error;
  if (/Missing closing ["']quote/.test(message))
    return { by: 'scanner', text: 'found unexpected end of stream' };
  if (/Flow map .* end with a }/.test(message))
    return { by: 'parser', text: "did not find expected ',' or '}'" };
  if (/Flow sequence .* end with a ]/.test(message))
    return { by: 'parser', text: "did not find expected ',' or ']'" };
  if (/Unexpected block-seq-ind/.test(message))
    return { by: 'scanner', text: 'block sequence entries are not allowed in this context' };
  if (/Sequence item without - indicator/.test(message)) return KEY;
  if (/block sequence may not be used as an implicit map key/.test(message)) return KEY;
  if (code === 'MULTILINE_IMPLICIT_KEY' && hasSiblingBefore(text, error.pos[0])) return COLON;
  if (code === 'BAD_INDENT' && followsDash(text, error.pos[0])) return DASH;
  return WORDS[code] ?? NODE;
}

/** Whether the nearest line before, as far to the right as this one, is an item of a list. */
function followsDash(text: string, offset: number): boolean {
  const lineStart = text.lastIndexOf('\n', Math.max(0, offset - 1)) + 1;
  const lineEnd = text.indexOf('\n', lineStart);
  const line = text.slice(lineStart, lineEnd === -1 ? undefined : lineEnd);
  const indent = line.length - line.trimStart().length;
  const before = text.slice(0, lineStart).split('\n').reverse();
  return (
    before
      .find((each) => each.trim() !== '' && each.length - each.trimStart().length === indent)
      ?.trimStart()
      .startsWith('-') ?? false
  );
}

/** Whether a line before, in the same block, begins in the same column: then this one cannot be continued on the next. */
function hasSiblingBefore(text: string, offset: number): boolean {
  const lineStart = text.lastIndexOf('\n', Math.max(0, offset - 1)) + 1;
  const indent = text.slice(lineStart, offset).search(/\S|$/);
  for (const line of text.slice(0, lineStart).split('\n').reverse()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const column = line.length - line.trimStart().length;
    if (column <= indent) return column === indent;
  }
  return false;
}
