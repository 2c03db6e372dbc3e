import { type Filter, SyntaxProblem } from './syntax-tree.ts';

type Token = { /** Where it begins. */ readonly at: number } & (
  | { readonly kind: 'word' | 'field' | 'variable' | 'format' | 'sign'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string; readonly parts: readonly (string | Filter)[] }
);

const IDENTITY: Filter = { kind: 'identity' };
const KEYWORDS = ['and', 'or', 'if', 'then', 'elif', 'else', 'end', 'as', 'reduce', 'try', 'catch'];
/** The loosest first; all associate to the left, but `//`. */
const LEVELS: readonly (readonly string[])[] = [
  ['//'],
  ['or'],
  ['and'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
];

/** Reads a program. Throws {@link SyntaxProblem} with what was not expected. */
export function parseProgram(text: string): Filter {
  const tokens = tokenize(text);
  let at = 0;
  const peek = () => tokens[at];
  const is = (sign: string) => {
    const token = peek();
    return (
      token !== undefined &&
      token.kind !== 'string' &&
      token.kind !== 'number' &&
      token.kind !== 'field' &&
      token.text === sign
    );
  };
  const accept = (sign: string) => {
    const accepted = is(sign);
    if (accepted) at++;
    return accepted;
  };
  const expect = (sign: string) => {
    if (!accept(sign)) unexpected();
  };
  function unexpected(): never {
    const token = peek();
    const said = token ? `syntax error, unexpected ${nameOf(token)}` : 'syntax error, unexpected $end';
    throw new SyntaxProblem(said, (token ?? tokens.at(-1))?.at ?? 0);
  }

  function pipe(): Filter {
    const left = comma();
    if (accept('as')) {
      const variable = peek();
      if (variable?.kind !== 'variable') unexpected();
      at++;
      expect('|');
      return { kind: 'bind', value: left, name: variable.text, body: pipe() };
    }
    return accept('|') ? { kind: 'binary', operator: '|', left, right: pipe() } : left;
  }

  function comma(): Filter {
    let left = level(0);
    while (accept(',')) left = { kind: 'binary', operator: ',', left, right: level(0) };
    return left;
  }

  function level(depth: number): Filter {
    const signs = LEVELS[depth];
    if (!signs) return unary();
    let left = level(depth + 1);
    for (;;) {
      const operator = signs.find(is);
      if (operator === undefined) return left;
      at++;
      left = { kind: 'binary', operator, left, right: operator === '//' ? level(depth) : level(depth + 1) };
    }
  }

  function unary(): Filter {
    if (accept('-')) return { kind: 'negate', of: unary() };
    return postfix(primary());
  }

  function postfix(start: Filter): Filter {
    let filter = start;
    for (;;) {
      const token = peek();
      if (token?.kind === 'field') {
        at++;
        filter = { kind: 'index', of: filter, key: { kind: 'literal', value: token.text } };
      } else if (is('.') && (tokens[at + 1]?.kind === 'string' || isSign(tokens[at + 1], '['))) {
        at++;
        const next = peek();
        if (next?.kind === 'string') {
          at++;
          filter = { kind: 'index', of: filter, key: textFilter(next) };
        }
      } else if (accept('[')) filter = bracket(filter);
      else if (accept('?')) filter = { kind: 'try', of: filter };
      else return filter;
    }
  }

  function bracket(of: Filter): Filter {
    if (accept(']')) return { kind: 'iterate', of };
    if (accept(':')) {
      const to = pipe();
      expect(']');
      return { kind: 'slice', of, from: undefined, to };
    }
    const key = pipe();
    if (accept(':')) {
      const to = is(']') ? undefined : pipe();
      expect(']');
      return { kind: 'slice', of, from: key, to };
    }
    expect(']');
    return { kind: 'index', of, key };
  }

  function primary(): Filter {
    const token = peek();
    if (!token) unexpected();
    at++;
    switch (token.kind) {
      case 'number':
        return { kind: 'literal', value: Number(token.text) };
      case 'string':
        return textFilter(token);
      case 'variable':
        return { kind: 'variable', name: token.text };
      case 'field':
        return { kind: 'index', of: IDENTITY, key: { kind: 'literal', value: token.text } };
      case 'format': {
        const next = peek();
        if (next?.kind !== 'string') return { kind: 'format', name: token.text };
        at++;
        return { kind: 'text', parts: next.parts, format: token.text };
      }
      case 'sign':
        return sign(token.text);
      case 'word':
        return word(token.text);
    }
  }

  function sign(text: string): Filter {
    if (text === '..') return { kind: 'recurse' };
    if (text === '.') {
      const next = peek();
      if (next?.kind === 'string') {
        at++;
        return { kind: 'index', of: IDENTITY, key: textFilter(next) };
      }
      return IDENTITY;
    }
    if (text === '(') {
      const inner = pipe();
      expect(')');
      return inner;
    }
    if (text === '[') {
      if (accept(']')) return { kind: 'literal', value: [] };
      const inner = pipe();
      expect(']');
      return { kind: 'collect', of: inner };
    }
    if (text === '{') return object();
    at--;
    unexpected();
  }

  function object(): Filter {
    const entries: { key: Filter; value: Filter }[] = [];
    while (!accept('}')) {
      const token = peek();
      if (!token) unexpected();
      at++;
      let key: Filter;
      let short: Filter | undefined;
      if (token.kind === 'string') {
        key = textFilter(token);
        short = { kind: 'index', of: IDENTITY, key };
      } else if (token.kind === 'variable') {
        key = { kind: 'literal', value: token.text };
        short = { kind: 'variable', name: token.text };
      } else if (token.kind === 'word') {
        key = { kind: 'literal', value: token.text };
        short = { kind: 'index', of: IDENTITY, key };
      } else if (token.kind === 'sign' && token.text === '(') {
        key = pipe();
        expect(')');
      } else {
        at--;
        unexpected();
      }
      if (accept(':')) entries.push({ key, value: objectValue() });
      else if (short) entries.push({ key, value: short });
      else unexpected();
      if (!accept(',') && !is('}')) unexpected();
    }
    return { kind: 'object', entries };
  }

  /** A value ends at a comma: `{a: 1, b: 2}`; alternatives are `|`-ed in brackets only. */
  function objectValue(): Filter {
    const left = level(0);
    return accept('|') ? { kind: 'binary', operator: '|', left, right: objectValue() } : left;
  }

  function word(name: string): Filter {
    if (name === 'if') return condition();
    if (name === 'reduce') {
      const over = postfix(primary());
      expect('as');
      const variable = peek();
      if (variable?.kind !== 'variable') unexpected();
      at++;
      expect('(');
      const start = pipe();
      expect(';');
      const step = pipe();
      expect(')');
      return { kind: 'reduce', over, name: variable.text, start, step };
    }
    if (name === 'try') {
      const of = postfix(primary());
      if (!accept('catch')) return { kind: 'try', of };
      return { kind: 'call', name: 'try-catch', arguments: [of, postfix(primary())] };
    }
    if (KEYWORDS.includes(name)) {
      at--;
      unexpected();
    }
    if (name === 'null' || name === 'true' || name === 'false')
      return { kind: 'literal', value: name === 'null' ? null : name === 'true' };
    if (name === 'empty') return { kind: 'empty' };
    const given: Filter[] = [];
    if (accept('(')) {
      do given.push(pipe());
      while (accept(';'));
      expect(')');
    }
    return { kind: 'call', name, arguments: given };
  }

  function condition(): Filter {
    const test = pipe();
    expect('then');
    const then = pipe();
    if (accept('elif')) return { kind: 'if', test, then, otherwise: condition() };
    const otherwise = accept('else') ? pipe() : IDENTITY;
    expect('end');
    return { kind: 'if', test, then, otherwise };
  }

  if (tokens.length === 0) return IDENTITY;
  const program = pipe();
  if (at < tokens.length) unexpected();
  return program;
}

function isSign(token: Token | undefined, text: string): boolean {
  return token?.kind === 'sign' && token.text === text;
}

function textFilter({ parts }: Extract<Token, { kind: 'string' }>): Filter {
  const [only] = parts;
  if (parts.length === 0) return { kind: 'literal', value: '' };
  return parts.length === 1 && typeof only === 'string'
    ? { kind: 'literal', value: only }
    : { kind: 'text', parts, format: undefined };
}

function nameOf(token: Token): string {
  switch (token.kind) {
    case 'word':
      return KEYWORDS.includes(token.text) ? `"${token.text}"` : 'IDENT';
    case 'field':
      return 'FIELD';
    case 'number':
      return 'LITERAL';
    case 'string':
      return 'QQSTRING_START';
    case 'format':
      return 'FORMAT';
    case 'variable':
      return "'$'";
    case 'sign':
      return token.text.length === 1 ? `'${token.text}'` : `"${token.text}"`;
  }
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const blank = /^(?:\s+|#[^\n]*)/.exec(rest);
    if (blank) {
      at += blank[0].length;
      continue;
    }
    if (rest.startsWith('"')) {
      const { parts, length } = readString(rest);
      tokens.push({ at, kind: 'string', text: '"', parts });
      at += length;
      continue;
    }
    const match =
      /^(?:(\.[A-Za-z_]\w*)|\$(\w+)|@(\w+)|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*(?:::\w+)*)|(\.\.|\/\/|==|!=|<=|>=|[-+*/%|,.:;()[\]{}?<>]))/.exec(
        rest,
      );
    if (!match) throw new SyntaxProblem('syntax error, unexpected INVALID_CHARACTER', at);
    const [all, field, variable, format, number, word, sign] = match;
    if (field !== undefined) tokens.push({ at, kind: 'field', text: field.slice(1) });
    else if (variable !== undefined) tokens.push({ at, kind: 'variable', text: variable });
    else if (format !== undefined) tokens.push({ at, kind: 'format', text: format });
    else if (number !== undefined) tokens.push({ at, kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ at, kind: 'word', text: word });
    else tokens.push({ at, kind: 'sign', text: sign! });
    at += all.length;
  }
  return tokens;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '/': '/',
  '\\': '\\',
  '"': '"',
};

/** A string with what is interpolated into it: `"\(.name): \(.ip)"`. */
function readString(text: string): { readonly parts: readonly (string | Filter)[]; readonly length: number } {
  const parts: (string | Filter)[] = [];
  let piece = '';
  let at = 1;
  for (; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') {
      if (piece !== '') parts.push(piece);
      return { parts, length: at + 1 };
    }
    if (character !== '\\') {
      piece += character;
      continue;
    }
    const next = text[++at] ?? '';
    if (next === '(') {
      const end = closing(text, at);
      if (piece !== '') parts.push(piece);
      piece = '';
      parts.push(parseProgram(text.slice(at + 1, end)));
      at = end;
    } else if (next === 'u') {
      piece += String.fromCharCode(Number.parseInt(text.slice(at + 1, at + 5), 16));
      at += 4;
    } else if (next in ESCAPES) piece += ESCAPES[next];
    else throw new SyntaxProblem('syntax error, invalid escape in a string');
  }
  throw new SyntaxProblem(
    'syntax error, unexpected $end, expecting QQSTRING_TEXT or QQSTRING_INTERP_START or QQSTRING_END',
  );
}

/** Where the bracket that opens at `from` closes. */
function closing(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '"') at += readString(text.slice(at)).length - 1;
    else if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return at;
  }
  throw new SyntaxProblem('syntax error, unexpected $end');
}
