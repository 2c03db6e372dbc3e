/**
 * Columns as kubectl's table printer lays them out (text/tabwriter, min width 6, padding 3): every cell but a row's
 * last is padded to the widest of its column.
 */
export function formatTable(
  rows: readonly (readonly string[])[],
  options: { readonly minWidth?: number; readonly padding?: number } = {},
): string {
  const { minWidth = 6, padding = 3 } = options;
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      if (column < row.length - 1)
        widths[column] = Math.max(widths[column] ?? minWidth, width(cell) + padding);
    });
  }
  return rows
    .map(
      (row) =>
        `${row.map((cell, column) => (column < row.length - 1 ? pad(cell, widths[column]!) : cell)).join('')}\n`,
    )
    .join('');
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
