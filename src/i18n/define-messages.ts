import type { Locale } from './locale.ts';

/** One area's messages: every id worded in every language. */
export type Messages<Id extends string = string> = Readonly<Record<Locale, Readonly<Record<Id, string>>>>;

/**
 * Declares an area's messages. An id that one language lacks does not compile.
 *
 * A text may hold `{name}`; `{count, plural, one {# hop} other {# hops}}`, where `#` is the number; and
 * `{kind, select, pod {a pod} other {a node}}`. Numbers are written the language's way: 0,31 in Spanish, 0.31 in
 * English, never grouped, because most of ours are ports. Values that are strings are put in as they are; lists become
 * `a, b y c`, and a plural goes by how many they have.
 */
export function defineMessages<Id extends string>(messages: Messages<Id>): Messages<Id> {
  return messages;
}
