import { JsonPathError, type JsonPathNode, type SliceEnd } from './nodes.ts';

/** Reads a template by the rules of client-go's util/jsonpath: text, and actions in braces. Throws {@link JsonPathError}. */
export function parseTemplate(input: string): readonly JsonPathNode[] {
  const nodes: JsonPathNode[] = [];
  let at = 0;
  while (at < input.length) {
    const open = input.indexOf('{', at);
    const end = open === -1 ? input.length : open;
    if (end > at) nodes.push({ kind: 'text', text: input.slice(at, end) });
    if (open === -1) break;
    const action = createReader(input, open + 1);
    nodes.push({ kind: 'list', nodes: action.readAction() });
    at = action.position();
  }
  return nodes;
}

/** The steps of one action alone: an operand of a filter, a member of a union. */
function parseAction(text: string): readonly JsonPathNode[] {
  return createReader(`${text}}`, 0).readAction();
}

const ENDS_A_NAME = /[ \t\r\n.,[\]$@{}]/;
const SLICE = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/;

interface Reader {
  /** Up to and with the closing brace. */
  readAction(): readonly JsonPathNode[];
  position(): number;
}

function createReader(input: string, start: number): Reader {
  let at = start;
  const nodes: JsonPathNode[] = [];

  function readAction(): readonly JsonPathNode[] {
    while (!input.startsWith('}', at)) readStep();
    at++;
    return nodes;
  }

  function readStep(): void {
    const character = input[at];
    if (input.startsWith('[?(', at)) readFilter();
    else if (input.startsWith('..', at)) readRecursive();
    else if (character === undefined || character === '\n' || character === '\r')
      throw new JsonPathError('unclosed action');
    else if (character === ' ' || character === '@' || character === '$') at++;
    else if (character === '[') readBrackets();
    else if (character === '"' || character === "'") readQuoted(character);
    else if (character === '.') {
      at++;
      readField();
    } else if (/[+\-\d]/.test(character)) readNumber();
    else if (/[_\p{L}]/u.test(character)) readWord();
    else {
      const code = input.codePointAt(at)!.toString(16).toUpperCase().padStart(4, '0');
      throw new JsonPathError(`unrecognized character in action: U+${code} '${character}'`);
    }
  }

  function readField(): void {
    let name = '';
    for (; at < input.length && !ENDS_A_NAME.test(input[at]!); at++) {
      if (input[at] === '\\' && at + 1 < input.length) at++;
      name += input[at];
    }
    nodes.push(name === '*' ? { kind: 'wildcard' } : { kind: 'field', name });
  }

  function readRecursive(): void {
    if (nodes.at(-1)?.kind === 'recursive') throw new JsonPathError('invalid multiple recursive descent');
    at += 2;
    nodes.push({ kind: 'recursive' });
    if (/[_\p{L}\d]/u.test(input[at] ?? '')) readField();
  }

  function readWord(): void {
    const from = at;
    while (at < input.length && !ENDS_A_NAME.test(input[at]!)) at++;
    const name = input.slice(from, at);
    if (name === 'true' || name === 'false') nodes.push({ kind: 'constant', value: name === 'true' });
    else nodes.push({ kind: 'identifier', name });
  }

  function readNumber(): void {
    const from = at++;
    while (/[.\d]/.test(input[at] ?? '')) at++;
    const text = input.slice(from, at);
    if (!/^[-+]?(?:\d+\.?\d*|\.\d+)$/.test(text)) throw new JsonPathError(`cannot parse number ${text}`);
    nodes.push({ kind: 'constant', value: Number(text) });
  }

  function readQuoted(quote: string): void {
    const from = at++;
    for (; ; at++) {
      const character = input[at];
      if (character === undefined || character === '\n')
        throw new JsonPathError('unterminated quoted string');
      if (character === quote && input[at - 1] !== '\\') break;
    }
    at++;
    nodes.push({ kind: 'text', text: unquote(input.slice(from, at)) });
  }

  function readBrackets(): void {
    const end = input.slice(at).search(/[\]\n]/);
    if (end === -1 || input[at + end] === '\n') throw new JsonPathError('unterminated array');
    const inside = input.slice(at + 1, at + end);
    at += end + 1;
    const members = inside.split(',');
    if (members.length > 1) {
      nodes.push({ kind: 'union', members: members.map((one) => parseAction(`[${one.trim()}]`)) });
      return;
    }
    const key = /^'([^']*)'$/.exec(inside);
    if (key) nodes.push(...parseAction(`.${key[1]}`));
    else nodes.push(readSlice(inside === '*' ? ':' : inside));
  }

  function readFilter(): void {
    at += 3;
    const from = at;
    let pair: string | undefined;
    let closed = false;
    for (; ; at++) {
      const character = input[at];
      if (character === undefined || character === '\n') throw new JsonPathError('unterminated filter');
      if (character === '"' || character === "'") {
        if (pair === undefined) pair = character;
        else if (character === pair && input[at - 1] !== '\\') closed = true;
      } else if (character === ')' && (pair === undefined || closed)) break;
    }
    const text = input.slice(from, at);
    if (input[at + 1] !== ']') throw new JsonPathError('unclosed array expect ]');
    at += 2;
    const comparison = /^([^!<>=]+)([!<>=]+)(.+?)$/.exec(text);
    nodes.push(
      comparison
        ? {
            kind: 'filter',
            left: parseAction(comparison[1]!),
            operator: comparison[2]!,
            right: parseAction(comparison[3]!),
          }
        : { kind: 'filter', left: parseAction(text), operator: 'exists', right: [] },
    );
  }

  return { readAction, position: () => at };
}

function readSlice(inside: string): JsonPathNode {
  const match = SLICE.exec(inside);
  if (!match) throw new JsonPathError(`invalid array index ${inside}`);
  const [, first = '', second, third] = match;
  const number = (text: string | undefined) => (text ? Number(text) : undefined);
  const from = number(first);
  if (first === '-') throw new JsonPathError(`array index ${first} is not a number`);
  const end = number(second?.slice(1));
  const to: SliceEnd =
    second === undefined
      ? { value: (from ?? 0) + 1, derived: true }
      : end === undefined
        ? undefined
        : { value: end, derived: false };
  return { kind: 'slice', from, to, step: number(third?.slice(1)) };
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** A Go string literal, in either kind of quotes. */
function unquote(literal: string): string {
  const quote = literal[0]!;
  return literal
    .slice(1, -1)
    .replace(/\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|[0-7]{3}|[\s\S])/g, (_, code: string) => {
      if (Object.hasOwn(ESCAPES, code)) return ESCAPES[code]!;
      if (code === '\\' || code === quote) return code;
      if (/^[xu]./.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
      if (/^[0-7]{3}$/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
      throw new JsonPathError(`unquote string ${literal} error invalid syntax`);
    });
}
