import { type CellPlace, placeAfter } from './cells.ts';
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
  const shownPrompt = promptOf(prompt, state);
  const up = drawn.cursorRow > 0 ? `\x1b[${drawn.cursorRow}A` : '';
  const cursor = wrapped(
    placeAfter(shownPrompt + state.text.slice(0, state.cursor), columns),
    columns,
    state.text[state.cursor] === '\n',
  );
  const last = placeAfter(shownPrompt + state.text, columns);
  const end = wrapped(last, columns, false);
  // A line that just fills a row leaves the terminal's cursor on it; a space and a step back make it wrap.
  const wrap = end.row > last.row ? ' \r' : '';
  const back = end.row > cursor.row ? `\x1b[${end.row - cursor.row}A` : '';
  const output =
    `\r${up}\x1b[J\x1b[90m${shownPrompt}\x1b[0m\x1b[1;37m${state.text}\x1b[0m${wrap}` +
    `\r${back}${cursor.column > 0 ? `\x1b[${cursor.column}C` : ''}`;
  return { output, drawn: { cursorRow: cursor.row } };
}

/** What is on the screen of the same line after its width has changed. */
export function redrawn(prompt: string, state: LineState, columns: number): DrawnLine {
  const at = placeAfter(promptOf(prompt, state) + state.text.slice(0, state.cursor), columns);
  return { cursorRow: wrapped(at, columns, false).row };
}

function promptOf(prompt: string, { search }: LineState): string {
  return search ? `(reverse-i-search)'${search.wanted}': ` : prompt;
}

/** After a full row comes the next one; only before a line end does the cursor stay. */
function wrapped(place: CellPlace, columns: number, atLineEnd: boolean): CellPlace {
  if (place.column < columns) return place;
  return atLineEnd ? { row: place.row, column: columns - 1 } : { row: place.row + 1, column: 0 };
}
