export interface TableLayout {
  readonly minWidth?: number;
  readonly padding?: number;
}

/**
 * Columns as kubectl's table printer lays them out (text/tabwriter, min width 6, padding 3): every cell but a row's
 * last is padded to the widest of its column.
 */
export function formatTable(rows: readonly (readonly string[])[], layout: TableLayout = {}): string {
  const widths = columnWidths(rows, [], layout);
  return rows.map((row) => formatRow(row, widths)).join('');
}

/** How wide each column has to be, where it has been `before` so wide already. */
export function columnWidths(
  rows: readonly (readonly string[])[],
  before: readonly number[] = [],
  { minWidth = 6, padding = 3 }: TableLayout = {},
): readonly number[] {
  const widths = [...before];
  for (const row of rows) {
    row.forEach((cell, column) => {
      if (column < row.length - 1)
        widths[column] = Math.max(widths[column] ?? minWidth, width(cell) + padding);
    });
  }
  return widths;
}

export function formatRow(row: readonly string[], widths: readonly number[]): string {
  return `${row.map((cell, column) => (column < row.length - 1 ? pad(cell, widths[column]!) : cell)).join('')}\n`;
}

/** tabwriter counts runes. */
function width(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function pad(text: string, to: number): string {
  return text + ' '.repeat(Math.max(0, to - width(text)));
}
