import type { Random } from './random.ts';

/** Letters and digits without vowels, 0, 1 and 3, so that no generated name spells a word (apimachinery/pkg/util/rand). */
export const GENERATED_NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

const MAX_GENERATED_BASE = 58;
const SUFFIX_LENGTH = 5;

/** `length` characters of the alphabet of generated names. */
export function randomSuffix(random: Random, length = SUFFIX_LENGTH): string {
  let text = '';
  for (let index = 0; index < length; index++)
    text += GENERATED_NAME_ALPHABET[random.below(GENERATED_NAME_ALPHABET.length)];
  return text;
}

/** Models SimpleNameGenerator (k8s.io/apiserver/pkg/storage/names): `base` cut to 58 characters, and five more. */
export function generateName(random: Random, base: string): string {
  return base.slice(0, MAX_GENERATED_BASE) + randomSuffix(random);
}

/** A version 4 UUID, as metadata.uid has. */
export function randomUID(random: Random): string {
  const hex = (digits: number) => {
    let text = '';
    for (let index = 0; index < digits; index++) text += '0123456789abcdef'[random.below(16)];
    return text;
  };
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[random.below(4)]}${hex(3)}-${hex(12)}`;
}
