import type { Messages } from './define-messages.ts';
import { format, type Values } from './format.ts';
import type { Locale } from './locale.ts';

/** Something to say: an id and its values. The engine's `Message` is one. */
interface Sayable {
  readonly id: string;
  readonly values: Values;
}

/**
 * Says a message in one language: `say('lab.run')`, `say('trip.hops', { count: 5 })`, or `say(message)` for what the
 * engine emitted. An id that no area knows comes back as it is, so that nothing is hidden from whoever looks.
 */
export interface Translate<Id extends string = string> {
  (id: Id, values?: Values): string;
  (message: Sayable): string;
  readonly locale: Locale;
}

type IdOf<Areas extends readonly Messages[]> = {
  [Index in keyof Areas]: keyof Areas[Index]['en'] & string;
}[number];

/** A translator over some areas. Import the areas that a page needs and no others: they are what it downloads. */
export function createTranslator<Areas extends readonly Messages[]>(
  locale: Locale,
  ...areas: Areas
): Translate<IdOf<Areas>> {
  const tables: readonly Readonly<Record<string, string>>[] = areas.map((area) => area[locale]);
  const say = (message: string | Sayable, given: Values = {}): string => {
    const { id, values } = typeof message === 'string' ? { id: message, values: given } : message;
    const text = tables.find((table) => Object.hasOwn(table, id))?.[id];
    return text === undefined ? id : format(locale, text, values);
  };
  return Object.assign(say, { locale });
}
