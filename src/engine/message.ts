/**
 * Something the engine says to a person: an id that `src/i18n` words in every language, and the values in it.
 * Values are addresses, names, numbers and other words that are the same in every language.
 */
export interface Message {
  readonly id: string;
  readonly values: Readonly<Record<string, string | number | readonly string[]>>;
}
