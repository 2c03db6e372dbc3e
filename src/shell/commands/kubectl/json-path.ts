/**
 * kubectl's JSONPath templates (k8s.io/client-go/util/jsonpath): text and `{…}` actions with paths, quoted text,
 * `range`/`end`, filters, slices, unions and recursive descent.
 */

type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'path'; readonly steps: readonly PathStep[] }
  | { readonly kind: 'range'; readonly steps: readonly PathStep[]; readonly body: readonly Node[] };

type PathStep =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'recursive' }
  | {
      readonly kind: 'array';
      readonly from?: number;
      readonly to?: number;
      readonly step?: number;
      readonly single?: number;
    }
  | { readonly kind: 'union'; readonly members: readonly (readonly PathStep[])[] }
  | { readonly kind: 'filter'; readonly left: Operand; readonly operator: string; readonly right: Operand };

type Operand =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'path'; readonly steps: readonly PathStep[] };

/** The message is kubectl's own. */
export class JsonPathError extends Error {}

export interface JsonPath {
  /** What each action found, in order: text nodes give themselves. */
  evaluate(root: unknown): readonly (readonly unknown[])[];
  /** The template filled in. */
  format(root: unknown): string;
}

export function parseJsonPath(template: string, options: { readonly allowMissingKeys: boolean }): JsonPath {
  const { nodes } = parseNodes(template, 0, false);
  const results = (root: unknown): (readonly unknown[])[] =>
    evaluateNodes(nodes, root, root, options.allowMissingKeys);
  return {
    evaluate: results,
    format: (root) =>
      results(root)
        .map((values) => values.map(formatValue).join(' '))
        .join(''),
  };
}

/** `{.a.b}`, `.a.b` and `a.b` mean the same in `custom-columns` and `--sort-by` (RelaxedJSONPathExpression). */
export function relaxedJsonPath(expression: string): string {
  const match = /^\{?\.?([^{}]+)\}?$/.exec(expression);
  if (!match)
    throw new JsonPathError(
      `unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`,
    );
  return `{.${match[1]}}`;
}

function parseNodes(
  template: string,
  start: number,
  inRange: boolean,
): { nodes: readonly Node[]; at: number } {
  const nodes: Node[] = [];
  let at = start;
  while (at < template.length) {
    const open = template.indexOf('{', at);
    if (open === -1) {
      nodes.push({ kind: 'text', text: template.slice(at) });
      at = template.length;
      break;
    }
    if (open > at) nodes.push({ kind: 'text', text: template.slice(at, open) });
    const close = closing(template, open);
    const action = template.slice(open + 1, close).trim();
    at = close + 1;
    if (action === 'end') {
      if (!inRange) throw new JsonPathError('not in range, nothing to end');
      return { nodes, at };
    }
    if (action.startsWith('range')) {
      const body = parseNodes(template, at, true);
      nodes.push({ kind: 'range', steps: parsePath(action.slice(5).trim()), body: body.nodes });
      at = body.at;
    } else if (/^["']/.test(action)) {
      nodes.push({ kind: 'text', text: unquote(action) });
    } else {
      nodes.push({ kind: 'path', steps: parsePath(action) });
    }
  }
  if (inRange) throw new JsonPathError('unclosed action');
  return { nodes, at };
}

function closing(template: string, open: number): number {
  let quote = '';
  for (let at = open + 1; at < template.length; at++) {
    const character = template[at]!;
    if (quote) {
      if (character === '\\') at++;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '}') return at;
  }
  throw new JsonPathError('unclosed action');
}

function unquote(text: string): string {
  const quote = text[0]!;
  if (text.length < 2 || !text.endsWith(quote)) throw new JsonPathError('unterminated quoted string');
  return text
    .slice(1, -1)
    .replace(/\\(.)/g, (_, character: string) => ({ n: '\n', t: '\t', r: '\r' })[character] ?? character);
}

function parsePath(path: string): readonly PathStep[] {
  const steps: PathStep[] = [];
  let at = path.startsWith('$') || path.startsWith('@') ? 1 : 0;
  while (at < path.length) {
    if (path.startsWith('..', at)) {
      steps.push({ kind: 'recursive' });
      at += 1;
    } else if (path[at] === '.') {
      at++;
      const { name, end } = readName(path, at);
      if (name === '*') steps.push({ kind: 'wildcard' });
      else if (name !== '') steps.push({ kind: 'field', name });
      at = end;
    } else if (path[at] === '[') {
      const end = closingBracket(path, at);
      steps.push(parseBracket(path.slice(at + 1, end).trim()));
      at = end + 1;
    } else if (steps.length === 0) {
      const { name, end } = readName(path, at);
      if (end === at)
        throw new JsonPathError(
          `unrecognized character in action: U+${path.codePointAt(at)!.toString(16).toUpperCase().padStart(4, '0')} '${path[at]}'`,
        );
      steps.push({ kind: 'field', name });
      at = end;
    } else
      throw new JsonPathError(
        `unrecognized character in action: U+${path.codePointAt(at)!.toString(16).toUpperCase().padStart(4, '0')} '${path[at]}'`,
      );
  }
  return steps;
}

function readName(path: string, start: number): { name: string; end: number } {
  let name = '';
  let at = start;
  for (; at < path.length && !'.[ '.includes(path[at]!); at++) {
    if (path[at] === '\\' && at + 1 < path.length) at++;
    name += path[at];
  }
  return { name, end: at };
}

function closingBracket(path: string, open: number): number {
  let depth = 0;
  let quote = '';
  for (let at = open; at < path.length; at++) {
    const character = path[at]!;
    if (quote) {
      if (character === '\\') at++;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '[') depth++;
    else if (character === ']' && --depth === 0) return at;
  }
  throw new JsonPathError('unterminated array');
}

function parseBracket(inside: string): PathStep {
  if (inside === '*') return { kind: 'array' };
  if (inside.startsWith('?(') && inside.endsWith(')')) return parseFilter(inside.slice(2, -1).trim());
  if (/^-?\d+$/.test(inside)) return { kind: 'array', single: Number(inside) };
  const slice = /^(-?\d*):(-?\d*)(?::(-?\d*))?$/.exec(inside);
  if (slice) {
    const [from, to, step] = slice.slice(1).map((one) => (one ? Number(one) : undefined));
    return {
      kind: 'array',
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(step !== undefined && { step }),
    };
  }
  const members = inside.split(/,(?=(?:[^'"]|'[^']*'|"[^"]*")*$)/).map((one) => one.trim());
  if (members.length === 1) {
    if (/^["']/.test(inside)) return { kind: 'field', name: unquote(inside) };
    throw new JsonPathError(`invalid array index ${inside}`);
  }
  return {
    kind: 'union',
    members: members.map((one) => [
      /^-?\d+$/.test(one)
        ? { kind: 'array', single: Number(one) }
        : { kind: 'field', name: /^["']/.test(one) ? unquote(one) : one },
    ]),
  };
}

function parseFilter(text: string): PathStep {
  const match = /^((?:[^'"=!<>]|'[^']*'|"[^"]*")+?)\s*(==|!=|<=|>=|<|>)\s*(.+)$/.exec(text);
  if (!match)
    return {
      kind: 'filter',
      left: operand(text),
      operator: 'exists',
      right: { kind: 'value', value: undefined },
    };
  return { kind: 'filter', left: operand(match[1]!), operator: match[2]!, right: operand(match[3]!) };
}

function operand(text: string): Operand {
  const trimmed = text.trim();
  if (/^["']/.test(trimmed)) return { kind: 'value', value: unquote(trimmed) };
  if (/^-?\d+(\.\d+)?$/.test(trimmed)) return { kind: 'value', value: Number(trimmed) };
  if (trimmed === 'true' || trimmed === 'false') return { kind: 'value', value: trimmed === 'true' };
  return { kind: 'path', steps: parsePath(trimmed) };
}

function evaluateNodes(
  nodes: readonly Node[],
  current: unknown,
  root: unknown,
  lenient: boolean,
): (readonly unknown[])[] {
  return nodes.flatMap((node): (readonly unknown[])[] => {
    if (node.kind === 'text') return [[node.text]];
    const found = walk(node.steps, [current], lenient);
    if (node.kind === 'path') return [found];
    return found.flatMap((value) => evaluateNodes(node.body, value, root, lenient));
  });
}

function walk(steps: readonly PathStep[], start: readonly unknown[], lenient: boolean): readonly unknown[] {
  let values = start;
  for (const step of steps) values = values.flatMap((value) => take(step, value, lenient));
  return values;
}

function take(step: PathStep, value: unknown, lenient: boolean): readonly unknown[] {
  switch (step.kind) {
    case 'field': {
      if (isObject(value) && Object.hasOwn(value, step.name)) return [value[step.name]];
      if (lenient || value === null || value === undefined) return [];
      throw new JsonPathError(`${step.name} is not found`);
    }
    case 'wildcard':
      return isObject(value) ? Object.values(value) : Array.isArray(value) ? value : [];
    case 'recursive':
      return descend(value);
    case 'array': {
      if (!Array.isArray(value)) {
        if (lenient || value === null || value === undefined) return [];
        throw new JsonPathError(`${isObject(value) ? 'map' : typeof value} is not array or slice`);
      }
      if (step.single !== undefined) {
        const index = step.single < 0 ? value.length + step.single : step.single;
        if (index >= 0 && index < value.length) return [value[index]];
        if (lenient) return [];
        throw new JsonPathError(`array index out of bounds: index ${step.single}, length ${value.length}`);
      }
      const from = bound(step.from ?? 0, value.length);
      const to = bound(step.to ?? value.length, value.length);
      return value.slice(from, to).filter((_, index) => index % (step.step || 1) === 0);
    }
    case 'union':
      return step.members.flatMap((member) => walk(member, [value], lenient));
    case 'filter':
      return (Array.isArray(value) ? value : isObject(value) ? Object.values(value) : []).filter((item) =>
        passes(step, item),
      );
  }
}

function bound(index: number, length: number): number {
  return Math.max(0, Math.min(length, index < 0 ? length + index : index));
}

function descend(value: unknown): readonly unknown[] {
  const children = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  return [value, ...children.flatMap(descend)].filter((one) => typeof one === 'object' && one !== null);
}

function passes(filter: Extract<PathStep, { kind: 'filter' }>, item: unknown): boolean {
  const read = (side: Operand) => (side.kind === 'value' ? [side.value] : walk(side.steps, [item], true));
  const left = read(filter.left);
  if (filter.operator === 'exists') return left.length > 0;
  const right = read(filter.right);
  if (left.length === 0 || right.length === 0) return false;
  const [a, b] = [left[0], right[0]] as [string | number, string | number];
  switch (filter.operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function formatValue(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? compactJson(value) : String(value);
}

function compactJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  ).replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}
