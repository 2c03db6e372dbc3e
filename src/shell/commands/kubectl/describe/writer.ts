/** Collects `describe`'s lines: indentation in steps of two, a tab between a label and its value. */
export interface DescribeWriter {
  /** `Name:\thello` at a depth; several values become several cells. */
  line(depth: number, ...cells: readonly string[]): void;
  /** Lines that stand by themselves, not aligned with those around. `keepEnd`: an empty last line is one, too. */
  raw(text: string, keepEnd?: boolean): void;
  text(): string;
  /** The lines with their tabs, not aligned. */
  tabbed(): string;
}

/**
 * kubectl's describers write tab-separated text through a tabwriter (min width 0, padding 2): a column is as wide as the
 * widest cell in a run of lines that all have that column.
 */
export function createDescribeWriter(): DescribeWriter {
  const lines: (readonly string[])[] = [];
  return {
    line: (depth, ...cells) => void lines.push([`${'  '.repeat(depth)}${cells[0] ?? ''}`, ...cells.slice(1)]),
    raw: (text, keepEnd) =>
      void lines.push(...(keepEnd ? text : text.replace(/\n$/, '')).split('\n').map((line) => [line])),
    text: () => alignRuns(lines),
    tabbed: () => lines.map((cells) => `${cells.join('\t').replace(/^ +\t/, '\t')}\n`).join(''),
  };
}

/** text/tabwriter: cell widths hold for consecutive lines in which the cell is followed by another. */
export function alignRuns(lines: readonly (readonly string[])[], padding = 2): string {
  const widths = lines.map((cells) => cells.map(() => 0));
  const columns = Math.max(0, ...lines.map((cells) => cells.length));
  for (let column = 0; column < columns; column++) {
    let start = 0;
    while (start < lines.length) {
      if (column >= lines[start]!.length - 1) {
        start++;
        continue;
      }
      let end = start;
      while (end < lines.length && column < lines[end]!.length - 1 && sameBlock(lines, start, end, column))
        end++;
      const width = Math.max(...lines.slice(start, end).map((cells) => Array.from(cells[column]!).length));
      for (let row = start; row < end; row++) widths[row]![column] = width === 0 ? 0 : width + padding;
      start = end;
    }
  }
  return lines
    .map(
      (cells, row) =>
        `${cells.map((cell, column) => (column < cells.length - 1 ? cell + ' '.repeat(Math.max(0, widths[row]![column]! - Array.from(cell).length)) : cell)).join('')}\n`,
    )
    .join('');
}

function sameBlock(
  lines: readonly (readonly string[])[],
  start: number,
  end: number,
  column: number,
): boolean {
  for (let row = start; row <= end; row++) if (lines[row]!.length - 1 <= column) return false;
  return true;
}
