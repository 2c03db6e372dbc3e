import type { ProxyConfig } from '../proxy-config.ts';
import type { ProxyMode } from '../proxy-mode.ts';
import type { FactsOf } from '../service-facts.ts';
import { createNftablesRenderer } from './renderer.ts';

export interface NftablesModeOptions extends ProxyConfig {
  /** `nft -f -` in the node's network namespace: one transaction. Must not fail: the text is our own. */
  readonly nft: (lines: readonly string[]) => void;
}

export function createNftablesMode(options: NftablesModeOptions, factsOf: FactsOf): ProxyMode {
  const renderer = createNftablesRenderer(options, factsOf);
  return {
    ...renderer,
    sync(_step, now) {
      for (const transaction of renderer.render(now)) if (transaction.length > 0) options.nft(transaction);
    },
  };
}
