/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A filter, as jq's grammar has it. */
export type Filter =
  | { readonly kind: 'identity' | 'recurse' | 'empty' }
  | { readonly kind: 'literal'; readonly value: Json }
  | {
      readonly kind: 'text';
      readonly parts: readonly (string | Filter)[];
      readonly format: string | undefined;
    }
  | { readonly kind: 'format'; readonly name: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'index'; readonly of: Filter; readonly key: Filter }
  | {
      readonly kind: 'slice';
      readonly of: Filter;
      readonly from: Filter | undefined;
      readonly to: Filter | undefined;
    }
  | { readonly kind: 'iterate' | 'try' | 'negate' | 'collect'; readonly of: Filter }
  | { readonly kind: 'object'; readonly entries: readonly { readonly key: Filter; readonly value: Filter }[] }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'if'; readonly test: Filter; readonly then: Filter; readonly otherwise: Filter }
  | { readonly kind: 'bind'; readonly value: Filter; readonly name: string; readonly body: Filter }
  | {
      readonly kind: 'reduce';
      readonly over: Filter;
      readonly name: string;
      readonly start: Filter;
      readonly step: Filter;
    }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Filter[] };

/** The program is no jq program. */
export class SyntaxProblem extends Error {
  /** Where in the program the words stand that do not fit. */
  readonly at: number;

  constructor(message: string, at = 0) {
    super(message);
    this.at = at;
  }
}

/** The input does not fit the program; the message is jq's. */
export class Problem extends Error {}
