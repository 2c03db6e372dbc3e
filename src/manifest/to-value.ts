import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Scalar,
  visit,
} from 'yaml';
import { resolvePlainScalar } from './resolve-scalar.ts';

/** What makes a document that parses still no JSON; the message is yaml.v2's own. */
export class ValueError extends Error {
  readonly node: Node | undefined;
  constructor(message: string, node?: Node) {
    super(message);
    this.node = node;
  }
}

/**
 * The JSON value of a parsed document, as sigs.k8s.io/yaml's YAMLToJSON makes it: aliases are copied in, merge keys
 * merged, map keys turned into strings, the last of two equal keys wins. Copying is bounded as yaml.v2 bounds it
 * (decode.go, allowedAliasRatio), so that an alias bomb ends in an error. Keys such as `__proto__` stay plain keys.
 */
export function toValue(document: Document): unknown {
  const anchors = anchorsOf(document);
  const open = new Set<Node>();
  let decoded = 0;
  let fromAliases = 0;
  let aliasDepth = 0;

  function count(): void {
    decoded++;
    if (aliasDepth > 0) fromAliases++;
    if (fromAliases > 100 && decoded > 1000 && fromAliases / decoded > allowedAliasRatio(decoded)) {
      throw new ValueError('yaml: document contains excessive aliasing');
    }
  }

  function decode(node: Node | null | undefined): unknown {
    count();
    if (node === null || node === undefined) return null;
    if (isAlias(node)) return decodeAlias(node);
    if (isScalar(node)) return scalarValue(node);
    if (isSeq<Node>(node)) return node.items.map((item) => decode(item));
    if (isMap<Node, Node | null>(node)) return decodeMap(node.items);
    return null;
  }

  function decodeAlias(alias: Alias): unknown {
    const target = anchors.get(alias);
    if (!target) throw new ValueError(`yaml: unknown anchor '${alias.source}' referenced`, alias);
    if (open.has(target)) throw new ValueError(`yaml: anchor '${alias.source}' value contains itself`, alias);
    open.add(target);
    aliasDepth++;
    const value = decode(target);
    aliasDepth--;
    open.delete(target);
    return value;
  }

  function decodeMap(pairs: readonly { readonly key: Node; readonly value: Node | null }[]): unknown {
    const entries = new Map<string, unknown>();
    for (const { key, value } of pairs) {
      if (isScalar(key) && key.type === 'PLAIN' && key.value === '<<') {
        for (const [name, merged] of mergedEntries(value)) if (!entries.has(name)) entries.set(name, merged);
      } else {
        entries.set(keyText(decode(key), key), decode(value));
      }
    }
    return Object.fromEntries(entries);
  }

  function mergedEntries(value: Node | null): readonly (readonly [string, unknown])[] {
    const source = decode(value);
    const parts = Array.isArray(source) ? source : [source];
    if (!parts.every((part) => typeof part === 'object' && part !== null && !Array.isArray(part))) {
      throw new ValueError(
        'yaml: map merge requires map or sequence of maps as the value',
        value ?? undefined,
      );
    }
    return parts.flatMap((part) => Object.entries(part as object));
  }

  return decode(document.contents);
}

/** Above 400,000 decoded values the share that aliases may contribute falls from 99 % to 10 % at 4,000,000. */
function allowedAliasRatio(decoded: number): number {
  if (decoded <= 400_000) return 0.99;
  if (decoded >= 4_000_000) return 0.1;
  return 0.99 - 0.89 * ((decoded - 400_000) / 3_600_000);
}

/** An alias means the last node before it that carries its anchor. */
function anchorsOf(document: Document): ReadonlyMap<Alias, Node> {
  const latest = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) {
        const target = latest.get(node.source);
        if (target) targets.set(node, target);
      } else if (node.anchor) {
        latest.set(node.anchor, node);
      }
    },
  });
  return targets;
}

function scalarValue(node: Scalar): unknown {
  const text = typeof node.value === 'string' ? node.value : '';
  const tag = node.tag;
  if (tag === 'tag:yaml.org,2002:str' && node.type !== 'PLAIN') return text;
  const explicit = node.srcToken && tag && tag !== 'tag:yaml.org,2002:str' ? tag : undefined;
  const plain = node.type === 'PLAIN' || node.type === undefined;
  return plain || explicit ? resolvePlainScalar(text) : text;
}

function keyText(key: unknown, node: Node): string {
  if (typeof key === 'string') return key;
  if (typeof key === 'number' || typeof key === 'boolean') return String(key);
  const kind = key === null ? '<nil>' : 'map[interface {}]interface {}';
  throw new ValueError(`yaml: unsupported map key of type: ${kind}, key: ${JSON.stringify(key)}`, node);
}
