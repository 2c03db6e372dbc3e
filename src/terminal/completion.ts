import { type LineState, replaceWord } from './line-editor.ts';

export interface CompletionOptions {
  readonly from: number;
  readonly options: readonly { readonly text: string; readonly detail?: string }[];
}

/** What Tab does: the line as far as all options agree, and the options to show when they do not. */
export function applyCompletion(
  state: LineState,
  completion: CompletionOptions,
): { readonly state: LineState; readonly list: readonly string[] } {
  const texts = completion.options.map((option) => option.text);
  const [first] = texts;
  if (first === undefined) return { state, list: [] };
  if (texts.length === 1) {
    const space = /[\s/=:]$/.test(first) ? '' : ' ';
    return { state: replaceWord(state, completion.from, first + space), list: [] };
  }
  const typed = state.text.slice(completion.from, state.cursor);
  const common = texts.reduce(commonPrefix);
  return common.length > typed.length
    ? { state: replaceWord(state, completion.from, common), list: [] }
    : { state, list: texts };
}

/** More completions than this are not listed: one types another letter instead. */
const MAX_LISTED = 200;

/** What a list of completions shows, and how many it leaves out. */
export function listed(words: readonly string[]): {
  readonly shown: readonly string[];
  readonly left: number;
} {
  const shown = words.slice(0, MAX_LISTED);
  return { shown, left: words.length - shown.length };
}

/** Sets words in columns, as a shell lists its completions. */
export function inColumns(words: readonly string[], columns: number): string {
  const width = Math.max(...words.map((word) => word.length)) + 2;
  const perRow = Math.max(1, Math.floor(columns / width));
  const rows = Math.ceil(words.length / perRow);
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: perRow }, (_, column) => words[column * rows + row] ?? '')
      .map((word) => word.padEnd(width))
      .join('')
      .trimEnd(),
  ).join('\n');
}

function commonPrefix(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}
