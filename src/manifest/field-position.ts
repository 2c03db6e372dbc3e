import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { type FieldPathSegment, parseFieldPath } from './field-path.ts';
import type { SourceRange } from './source-range.ts';

export interface FieldPosition {
  /** false: the field itself is not written; this is its nearest parent that is. */
  readonly exact: boolean;
  /** From the key to the end of the value. */
  readonly range: SourceRange;
  /** Absent in lists and for the document as a whole. */
  readonly key?: SourceRange;
  readonly value?: SourceRange;
}

type ToRange = (start: number, end: number) => SourceRange;

/** Follows a field path through a parsed document as far as it is written. */
export function positionInDocument(
  document: Document,
  fieldPath: string,
  toRange: ToRange,
  whole: SourceRange,
): FieldPosition {
  let node: Node | null | undefined = document.contents;
  let found: FieldPosition = {
    exact: true,
    range: whole,
    ...(rangeOfNode(node, toRange) && { value: rangeOfNode(node, toRange)! }),
  };
  for (const segment of parseFieldPath(fieldPath)) {
    const next: { pair?: Pair<Node, Node | null>; node: Node | null | undefined } | undefined = step(
      resolve(node, document),
      segment,
    );
    if (!next) return { ...found, exact: false };
    node = next.node;
    found = describe(next.pair, node, toRange, found.range);
  }
  return found;
}

function resolve(node: Node | null | undefined, document: Document): Node | null | undefined {
  return isAlias(node) ? node.resolve(document) : node;
}

function step(
  node: Node | null | undefined,
  segment: FieldPathSegment,
): { pair?: Pair<Node, Node | null>; node: Node | null | undefined } | undefined {
  if (isMap<Node, Node | null>(node)) {
    // The last of two equal keys is the one that counts.
    const pair = node.items.findLast(({ key }) => isScalar(key) && String(key.value) === String(segment));
    return pair && { pair, node: pair.value };
  }
  if (isSeq<Node>(node) && typeof segment === 'number') {
    const item = node.items[segment];
    return isNode(item) ? { node: item } : undefined;
  }
  return undefined;
}

function describe(
  pair: Pair<Node, Node | null> | undefined,
  node: Node | null | undefined,
  toRange: ToRange,
  parent: SourceRange,
): FieldPosition {
  const value = rangeOfNode(node, toRange);
  const key = pair && rangeOfNode(pair.key, toRange);
  if (!key) return { exact: true, range: value ?? parent, ...(value && { value }) };
  const end = value && (value.line !== value.endLine || value.column !== value.endColumn) ? value : key;
  return {
    exact: true,
    range: { ...key, endLine: end.endLine, endColumn: end.endColumn },
    key,
    ...(value && { value }),
  };
}

function rangeOfNode(node: Node | null | undefined, toRange: ToRange): SourceRange | undefined {
  return node?.range ? toRange(node.range[0], node.range[1]) : undefined;
}
