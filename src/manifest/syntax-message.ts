import type { YAMLError } from 'yaml';

/** What gopkg.in/yaml.v2 says where the `yaml` package reports this code. */
const WORDS: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'did not find expected node content',
  BAD_ALIAS: 'did not find expected alphabetic or numeric character',
  BAD_DIRECTIVE: 'found unknown directive name',
  BAD_DQ_ESCAPE: 'found unknown escape character',
  BAD_INDENT: 'did not find expected key',
  BAD_PROP_ORDER: 'did not find expected node content',
  BAD_SCALAR_START: 'found character that cannot start any token',
  BLOCK_AS_IMPLICIT_KEY: 'mapping values are not allowed in this context',
  BLOCK_IN_FLOW: 'did not find expected node content',
  MISSING_CHAR: "could not find expected ':'",
  MULTILINE_IMPLICIT_KEY: "could not find expected ':'",
  TAB_AS_INDENT: 'found character that cannot start any token',
  UNEXPECTED_TOKEN: 'did not find expected key',
};

/** The sentence and its line (from 1, within the document) as kubectl's YAML reader would give them. */
export function syntaxMessage(error: YAMLError, line: number): string {
  return `yaml: line ${line}: ${wordsOf(error)}`;
}

function wordsOf(error: YAMLError): string {
  const text = error.message;
  if (/Missing closing ["']quote/.test(text)) return 'found unexpected end of stream';
  if (/Flow map .* end with a }/.test(text)) return "did not find expected ',' or '}'";
  if (/Flow sequence .* end with a ]/.test(text)) return "did not find expected ',' or ']'";
  if (/Unexpected block-seq-ind/.test(text)) return 'block sequence entries are not allowed in this context';
  if (/Sequence item without - indicator/.test(text)) return "did not find expected '-' indicator";
  return WORDS[error.code] ?? 'did not find expected node content';
}
