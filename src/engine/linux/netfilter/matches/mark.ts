import type { MatchBuilder } from '../match.ts';
import { failParse } from '../parse-failure.ts';

export const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

/** `0x4000`, `0x4000/0x4000`, `16384`. The mask is all ones when it is left out. */
export function parseMark(text: string, option: string): { readonly value: number; readonly mask: number } {
  const [value = '', mask] = text.split('/', 2);
  const parse = (word: string): number => {
    const number = /^(0x[0-9a-f]+|\d+)$/i.test(word) ? Number(word) : Number.NaN;
    return number <= 0xffffffff ? number : failParse(`mark: Bad value for "${option}" option: "${text}"`);
  };
  return { value: parse(value), mask: mask === undefined ? 0xffffffff : parse(mask) };
}

/** `-m mark --mark VALUE[/MASK]`. */
export function mark(): MatchBuilder {
  let wanted: { readonly value: number; readonly mask: number; readonly inverted: boolean } | undefined;
  return {
    name: 'mark',
    option(option, inverted, take) {
      if (option !== '--mark') return false;
      wanted = { ...parseMark(take(), option), inverted };
      return true;
    },
    build() {
      const { value, mask, inverted } = wanted ?? failParse('mark: option "--mark" must be specified');
      const maskText = mask === 0xffffffff ? '' : `/${hex(mask)}`;
      return {
        name: 'mark',
        text: `-m mark ${inverted ? '! ' : ''}--mark ${hex(value)}${maskText}`,
        matches: (context) => ((context.mark & mask) >>> 0 === value) !== inverted,
      };
    },
  };
}
