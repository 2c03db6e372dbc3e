/** Splits a text with `code` in backticks, as lab.yaml writes it, into its parts. */
export function inlineCode(text: string): readonly { readonly text: string; readonly code: boolean }[] {
  return text
    .split('`')
    .map((part, index) => ({ text: part, code: index % 2 === 1 }))
    .filter((part) => part.text !== '');
}
