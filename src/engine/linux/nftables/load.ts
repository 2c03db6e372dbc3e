import { checkLoops } from './loops.ts';
import { type NftCache, readCommand } from './read-command.ts';
import type { NftRuleset } from './ruleset.ts';
import { NftRefusal, type Transaction } from './transaction.ts';
import { NftSyntaxError } from './words.ts';

export interface NftError {
  /** From 1. */
  readonly line: number;
  /** The text of that line. */
  readonly text: string;
  /** In nft's words. */
  readonly message: string;
}

export type NftResult = { readonly ok: true } | { readonly ok: false; readonly error: NftError };

/**
 * Reads the commands of `nft -f -`, one a line, as knftables writes them (`add rule ip kube-proxy services …`), and
 * carries them out as one transaction. Models nft's parser and the kernel's nf_tables_api.c as far as the statements
 * of `parseNftRule` go; a line that the model does not know is an error, and then nothing has changed.
 */
export function loadNft(ruleset: NftRuleset, text: string | readonly string[], cache: NftCache): NftResult {
  const lines = typeof text === 'string' ? text.split('\n') : text.flatMap((piece) => piece.split('\n'));
  const transaction: Transaction = { undo: [], led: [], hooksChanged: false };
  let place = 0;
  const fail = (message: string): NftResult => {
    for (const undo of transaction.undo.reverse()) undo();
    if (transaction.hooksChanged) ruleset.changed();
    return { ok: false, error: { line: place + 1, text: lines[place] ?? '', message } };
  };
  try {
    for (; place < lines.length; place++) {
      const line = lines[place]!.trim();
      if (line !== '' && !line.startsWith('#')) readCommand(ruleset, line, transaction, cache);
    }
    place = lines.length - 1;
    checkLoops(ruleset, transaction);
  } catch (error) {
    if (error instanceof NftSyntaxError) return fail(error.message);
    if (error instanceof NftRefusal) return fail(`Could not process rule: ${error.message}`);
    throw error;
  }
  if (transaction.hooksChanged) ruleset.changed();
  return { ok: true };
}
