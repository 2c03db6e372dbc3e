/** What the kernel refuses, in the words of its errno. */
export class NftRefusal extends Error {}

/** What a transaction has done so far, and how to undo it: all of it holds, or nothing. */
export interface Transaction {
  readonly undo: (() => void)[];
  /** Chains that something newly leads to, with the key of their table. */
  readonly led: { readonly table: string; readonly chain: string }[];
  /** Base chains came or went, or rules that ask conntrack. */
  hooksChanged: boolean;
}
