/** What a stretch of YAML is, as far as colour goes. */
export type TokenKind = 'key' | 'number' | 'comment' | 'text';

export interface YamlToken {
  readonly kind: TokenKind;
  /** From 0, within the line. */
  readonly start: number;
}

/**
 * What one line leaves to the next: inside a block scalar (`|`, `>`), the indentation that its lines must exceed; else
 * undefined.
 */
export type LineState = number | undefined;

const KEY =
  /(?:"[^"]*"|'[^']*'|[^\s'"#,{}[\]&*!|>%@`-][^#,{}[\]:]*?|-[^\s#,{}[\]:][^#,{}[\]:]*?)(?=\s*:(?:\s|$))/y;
const NUMBER = /(?:[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?|0x[\da-f]+|true|false|null|~)(?=\s*(?:$|[,}\]]|\s#))/iy;
const QUOTED = /"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?/y;

/**
 * Cuts a line of YAML into stretches of one colour each. The editor and the page's own listing share it, so that nothing
 * changes colour when the one takes the other's place.
 */
export function tokenizeYamlLine(
  line: string,
  state: LineState,
): { readonly tokens: readonly YamlToken[]; readonly state: LineState } {
  const indent = line.search(/\S/);
  if (state !== undefined && (indent === -1 || indent > state))
    return { tokens: [{ kind: 'text', start: 0 }], state };

  const tokens: YamlToken[] = [];
  let mayBeKey = true;
  let mayBeNumber = false;
  let keyColumn = Math.max(indent, 0);
  let at = 0;
  const take = (kind: TokenKind, length: number) => {
    if (tokens.at(-1)?.kind !== kind) tokens.push({ kind, start: at });
    at += length;
  };
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(line)?.[0];
  };

  while (at < line.length) {
    const here = line[at]!;
    if (here === '#' && (at === 0 || /\s/.test(line[at - 1]!))) {
      take('comment', line.length - at);
      break;
    }
    if (/^(---|\.\.\.)(\s|$)/.test(line) && at === 0) {
      take('comment', 3);
      continue;
    }
    if (/\s/.test(here)) {
      take('text', 1);
      continue;
    }
    if (here === '-' && mayBeKey && /\s|$/.test(line[at + 1] ?? '')) {
      take('text', 1);
      mayBeNumber = true;
      continue;
    }
    const key = mayBeKey ? match(KEY) : undefined;
    if (key) {
      keyColumn = at;
      take('key', key.length);
      mayBeKey = false;
      continue;
    }
    const number = mayBeNumber ? match(NUMBER) : undefined;
    if (number) {
      take('number', number.length);
      mayBeNumber = false;
      continue;
    }
    const quoted = match(QUOTED);
    if (quoted) {
      take('text', quoted.length);
      continue;
    }
    if (here === ':' && /^:(\s|$)/.test(line.slice(at))) mayBeNumber = true;
    else if (here === '{' || here === ',' || here === '[') {
      mayBeKey = here !== '[';
      mayBeNumber = true;
    } else if (!/[}\]]/.test(here)) {
      mayBeKey = false;
      mayBeNumber = false;
    }
    take('text', 1);
  }
  const opensBlock = /(?:^|[\s:-])[|>][-+\d]*\s*(?:#.*)?$/.test(line) && /[:-]\s+[|>]/.test(line);
  return { tokens, state: opensBlock ? Math.min(keyColumn, Math.max(indent, 0)) : undefined };
}

/** A whole text as lines of stretches, for a page to print. */
export function tokenizeYaml(
  text: string,
): readonly (readonly { readonly kind: TokenKind; readonly text: string }[])[] {
  let state: LineState;
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const result = tokenizeYamlLine(line, state);
      state = result.state;
      return result.tokens.map((token, index) => ({
        kind: token.kind,
        text: line.slice(token.start, result.tokens[index + 1]?.start),
      }));
    });
}
