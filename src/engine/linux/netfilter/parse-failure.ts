/**
 * Ends the parsing of one rule from deep inside an option. Never leaves this folder: `parseRule` turns it into a value.
 */
export class ParseFailure extends Error {}

export function failParse(message: string): never {
  throw new ParseFailure(message);
}
