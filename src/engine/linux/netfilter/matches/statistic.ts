import type { MatchBuilder } from '../match.ts';
import { failParse } from '../parse-failure.ts';

/** The kernel keeps a probability as a fraction of 2^31. */
const SCALE = 0x80000000;

/** `-m statistic --mode random --probability P`: applies to that share of the packets. */
export function statistic(): MatchBuilder {
  let mode: string | undefined;
  let probability: { readonly value: number; readonly inverted: boolean } | undefined;
  return {
    name: 'statistic',
    option(option, inverted, take) {
      if (option === '--mode') {
        mode = take();
        if (mode !== 'random')
          failParse(
            mode === 'nth'
              ? 'statistic: the mode "nth" is not simulated here'
              : `statistic: Bad mode "${mode}"`,
          );
        return true;
      }
      if (option !== '--probability') return false;
      const text = take();
      const value = Number(text);
      if (!(value >= 0 && value <= 1))
        failParse(`statistic: Bad value for "--probability" option: "${text}"`);
      probability = { value: Math.round(value * SCALE) / SCALE, inverted };
      return true;
    },
    build() {
      if (mode === undefined) failParse('statistic: option "--mode" must be specified');
      const { value, inverted } =
        probability ?? failParse('statistic: "--probability" must be specified when using "random" mode');
      return {
        name: 'statistic',
        text: `-m statistic --mode random${inverted ? ' !' : ''} --probability ${value.toFixed(11)}`,
        matches: (context) => context.draw(inverted ? 1 - value : value),
      };
    },
  };
}
