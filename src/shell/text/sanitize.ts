// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const COLOUR = /^\x1b\[[0-9;]*m/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/**
 * Text on its way to the terminal: colours pass, every other control character is shown as `^X`, so that nothing in
 * a name, a log or a page can move the cursor, set the title or answer for the learner.
 */
export function sanitize(text: string): string {
  return text.replace(CONTROL, (character, offset: number) => {
    if (character === '\x1b' && COLOUR.test(text.slice(offset, offset + 32))) return character;
    if (character === '\r' && text[offset + 1] === '\n') return '';
    const code = character.charCodeAt(0);
    return code < 0x80 ? `^${String.fromCharCode(code ^ 0x40)}` : `\\x${code.toString(16)}`;
  });
}
