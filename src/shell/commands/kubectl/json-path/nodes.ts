/** One step of a template, from what is there to what it finds. */
export type JsonPathNode =
  | { readonly kind: 'text'; readonly text: string }
  /** What stands in one pair of braces: each step goes on from what the one before found. */
  | { readonly kind: 'list'; readonly nodes: readonly JsonPathNode[] }
  | { readonly kind: 'constant'; readonly value: number | boolean }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'identifier'; readonly name: string }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'recursive' }
  | {
      readonly kind: 'slice';
      readonly from: number | undefined;
      readonly to: SliceEnd;
      readonly step: number | undefined;
    }
  | { readonly kind: 'union'; readonly members: readonly (readonly JsonPathNode[])[] }
  | {
      readonly kind: 'filter';
      readonly left: readonly JsonPathNode[];
      readonly operator: string;
      readonly right: readonly JsonPathNode[];
    };

/** `derived`: a single index was written, so that its end is the one after it. */
export type SliceEnd = { readonly value: number; readonly derived: boolean } | undefined;

/** A template that kubectl does not read, or that does not fit the object; the message is kubectl's own. */
export class JsonPathError extends Error {}
