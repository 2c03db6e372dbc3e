import type { LineState } from './line-editor.ts';

/** What stands on the screen for a line, so that the next drawing can replace it. */
export interface DrawnLine {
  /** The row of the cursor, from the prompt's row (0). */
  readonly cursorRow: number;
}

export const NOTHING_DRAWN: DrawnLine = { cursorRow: 0 };

/** The escape sequences that draw a prompt and its line over what was drawn before, with the cursor in its place. */
export function renderLine(
  prompt: string,
  state: LineState,
  columns: number,
  drawn: DrawnLine,
): { readonly output: string; readonly drawn: DrawnLine } {
  const shownPrompt = state.search ? `(reverse-i-search)'${state.search.wanted}': ` : prompt;
  const up = drawn.cursorRow > 0 ? `\x1b[${drawn.cursorRow}A` : '';
  const length = shownPrompt.length + state.text.length;
  const at = shownPrompt.length + state.cursor;
  // A line that just fills a row leaves the terminal's cursor on it; a space and a step back make it wrap.
  const wrap = length > 0 && length % columns === 0 ? ' \r' : '';
  const endRow = Math.floor(length / columns);
  const cursorRow = Math.floor(at / columns);
  const column = at % columns;
  const back = endRow > cursorRow ? `\x1b[${endRow - cursorRow}A` : '';
  const output =
    `\r${up}\x1b[J\x1b[90m${shownPrompt}\x1b[0m\x1b[1;37m${state.text}\x1b[0m${wrap}` +
    `\r${back}${column > 0 ? `\x1b[${column}C` : ''}`;
  return { output, drawn: { cursorRow } };
}
