import { JsonPathError, type JsonPathNode } from './nodes.ts';

type Values = readonly unknown[];

/** What each node of the template finds in `root`, in order, with `{range}` unrolled. Throws {@link JsonPathError}. */
export function evaluateTemplate(
  nodes: readonly JsonPathNode[],
  root: unknown,
  allowMissingKeys: boolean,
): readonly Values[] {
  const found: Values[] = [];
  const walker = { allowMissingKeys, depth: 0 };
  block(nodes, 0, [root], found, walker);
  return found;
}

interface Walker {
  readonly allowMissingKeys: boolean;
  /** How many ranges are open. */
  depth: number;
}

/** Works through a block up to its `{end}`; answers the place of the node after it. */
function block(
  nodes: readonly JsonPathNode[],
  start: number,
  current: Values,
  found: Values[],
  walker: Walker,
): number {
  let at = start;
  while (at < nodes.length) {
    const node = nodes[at++]!;
    const word = identifierOf(node);
    if (word === 'end') {
      if (walker.depth === 0) throw new JsonPathError('not in range, nothing to end');
      return at;
    }
    const values = walk(node, current, walker);
    if (word !== 'range') {
      found.push(values);
      continue;
    }
    walker.depth++;
    let after = at;
    for (const value of values) after = block(nodes, at, [value], found, walker);
    // With nothing to go through, the block is only passed over.
    if (values.length === 0) after = block(nodes, at, [], [], walker);
    walker.depth--;
    at = after;
  }
  return at;
}

function identifierOf(node: JsonPathNode): string | undefined {
  const first = node.kind === 'list' ? node.nodes.find(({ kind }) => kind === 'identifier') : undefined;
  return first?.kind === 'identifier' ? first.name : undefined;
}

function walkAll(nodes: readonly JsonPathNode[], start: Values, walker: Walker): Values {
  let values = start;
  for (const node of nodes) values = walk(node, values, walker);
  return values;
}

function walk(node: JsonPathNode, values: Values, walker: Walker): Values {
  switch (node.kind) {
    case 'text':
      return [node.text];
    case 'list':
      return walkAll(node.nodes, values, walker);
    case 'constant':
      return values.map(() => node.value);
    case 'identifier':
      if (node.name === 'range') return values;
      if (node.name === 'end') return [];
      throw new JsonPathError(`unrecognized identifier ${node.name}`);
    case 'field': {
      if (values.length === 0) return [];
      const found = values.flatMap((value) =>
        isMap(value) && Object.hasOwn(value, node.name) ? [value[node.name]] : [],
      );
      if (found.length === 0 && !walker.allowMissingKeys)
        throw new JsonPathError(`${node.name} is not found`);
      return found;
    }
    case 'wildcard':
      return values.flatMap(childrenOf);
    case 'recursive':
      return values.flatMap(descend);
    case 'union':
      return node.members.flatMap((member) => walkAll(member, values, walker));
    case 'slice':
      return values.flatMap((value) => slice(node, value));
    case 'filter':
      return values.flatMap((value) => filter(node, value, walker));
  }
}

function childrenOf(value: unknown): Values {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return Array.from(new TextEncoder().encode(value));
  return isMap(value) ? Object.values(value) : [];
}

/** A value that holds others, then all that those hold. */
function descend(value: unknown): Values {
  const children = typeof value === 'string' ? [] : childrenOf(value);
  return children.length === 0 ? [] : [value, ...children.flatMap(descend)];
}

function slice(
  { from: first, to: end, step }: Extract<JsonPathNode, { kind: 'slice' }>,
  value: unknown,
): Values {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new JsonPathError(`${goType(value)} is not array or slice`);
  const { length } = value;
  const from = (first ?? 0) < 0 ? first! + length : (first ?? 0);
  const last = end?.value ?? length;
  const to = last < 0 || (last === 0 && end?.derived) ? last + length : last;
  if (to === from) return [];
  const out = (index: number) =>
    new JsonPathError(`array index out of bounds: index ${index}, length ${length}`);
  if (from >= length || from < 0) throw out(from);
  if (to > length || to < 0) throw out(to - 1);
  if (from > to) throw new JsonPathError(`starting index ${from} is greater than ending index ${to}`);
  if (step !== undefined && step <= 0) throw new JsonPathError('step must be > 0');
  return value.slice(from, to).filter((_, index) => index % (step ?? 1) === 0);
}

function filter(node: Extract<JsonPathNode, { kind: 'filter' }>, value: unknown, walker: Walker): Values {
  if (!Array.isArray(value))
    throw new JsonPathError(`${goText(value)} is not array or slice and cannot be filtered`);
  return value.filter((item) => {
    if (node.operator === 'exists') {
      try {
        return walkAll(node.left, [item], walker).length > 0;
      } catch (error) {
        // What stopped half-way has found what it had until then.
        if (error instanceof JsonPathError) return true;
        throw error;
      }
    }
    const left = walkAll(node.left, [item], walker);
    if (left.length === 0) return false;
    const right = walkAll(node.right, [item], walker);
    if (left.length > 1 || right.length > 1)
      throw new JsonPathError('can only compare one element at a time');
    return right.length > 0 && compare(node.operator, left[0], right[0]);
  });
}

function compare(operator: string, left: unknown, right: unknown): boolean {
  const [a, b] = [left as string | number, right as string | number];
  if (!['==', '!=', '<', '<=', '>', '>='].includes(operator))
    throw new JsonPathError(`unrecognized filter operator ${operator}`);
  if (typeof a !== typeof b) throw new JsonPathError('incompatible types for comparison');
  switch (operator) {
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

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function goType(value: unknown): string {
  if (isMap(value)) return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

/** A value as Go's `%v` prints it. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isMap(value)) return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, item]) => `${key}:${goText(item)}`).join(' ')}]`;
}

/** A value as Go's `%#v` prints it. */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isMap(value)) return typeof value === 'string' ? JSON.stringify(value) : String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[string]interface {}{${entries.map(([key, item]) => `${JSON.stringify(key)}:${goSyntax(item)}`).join(', ')}}`;
}
