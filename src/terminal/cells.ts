const COMBINING = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}])$/u;

/** How many cells of a terminal a character (one code point) takes: 0 for marks, 2 for wide ones. */
export function cellsOf(character: string): 0 | 1 | 2 {
  if (character < '\u0300') return 1;
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** A place on the screen, counted from where the text began. */
export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

/** Where the cursor is after a text, on a screen so many columns wide; `column` may be `columns`: the row is just full. */
export function placeAfter(
  text: string,
  columns: number,
  from: CellPlace = { row: 0, column: 0 },
): CellPlace {
  let { row, column } = from;
  for (const character of text) {
    if (character === '\n') {
      row++;
      column = 0;
      continue;
    }
    const cells = cellsOf(character);
    if (column + cells > columns) {
      row++;
      column = 0;
    }
    column += cells;
  }
  return { row, column };
}
