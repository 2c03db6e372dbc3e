import { columnWidths, formatRow } from '../../text/table.ts';
import type { KubectlContext } from './kubectl-command.ts';

/** So many rows are made and written at a time, which is also how many objects kubectl asks for at once. */
const CHUNK = 500;

/**
 * A table on the screen that may go on: rows that come later keep the columns of those before (tabwriter with remembered
 * widths). Long tables are written in pieces, so that they can be interrupted.
 */
export interface TableWriter {
  /** The header goes before the first rows, once. */
  write(header: readonly string[] | undefined, rows: readonly (readonly string[])[]): Promise<void>;
}

export function createTableWriter({ process, out }: KubectlContext): TableWriter {
  let widths: readonly number[] = [];
  let begun = false;
  return {
    async write(header, rows) {
      if (rows.length === 0) return;
      const all = header && !begun ? [header, ...rows] : rows;
      begun = true;
      widths = columnWidths(all, widths);
      for (let at = 0; at < all.length; at += CHUNK) {
        if (at > 0) await process.pause();
        out(
          all
            .slice(at, at + CHUNK)
            .map((row) => formatRow(row, widths))
            .join(''),
        );
      }
    },
  };
}

/** So many rows are made before the page may have its turn. */
const ROWS = 50;

/** The same as `items.map(make)`, with turns for the page in between. */
export async function mapInChunks<T, R>(
  { process }: KubectlContext,
  items: readonly T[],
  make: (item: T) => R,
): Promise<R[]> {
  const made: R[] = [];
  for (let at = 0; at < items.length; at += ROWS) {
    if (at > 0) await process.pause();
    made.push(...items.slice(at, at + ROWS).map(make));
  }
  return made;
}
