import type { TableChange } from './table-change.ts';

/**
 * Remembers what `iptables-restore --noflush` texts came to, for all namespaces of a network: the kube-proxies of a
 * hundred nodes write the same text, and it is read once. Only texts that make or refill whole chains are kept, so
 * what they come to does not depend on the table before; whether the table takes it is asked anew each time.
 */
export interface RestoreCache {
  find(pieces: readonly string[]): readonly TableChange[] | undefined;
  keep(pieces: readonly string[], changes: readonly TableChange[]): void;
}

/** Nodes are in step: a few texts are enough. */
const TEXTS_KEPT = 6;

export function createRestoreCache(): RestoreCache {
  const known: { readonly pieces: readonly string[]; readonly changes: readonly TableChange[] }[] = [];
  return {
    find: (pieces) => known.find((each) => sameText(each.pieces, pieces))?.changes,
    keep(pieces, changes) {
      known.unshift({ pieces, changes });
      known.length = Math.min(known.length, TEXTS_KEPT);
    },
  };
}

function sameText(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((piece, index) => piece === b[index]));
}
