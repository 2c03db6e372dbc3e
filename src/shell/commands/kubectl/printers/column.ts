/** One column of a server-side table. Wide ones appear with `-o wide` alone. */
export interface Column<T> {
  readonly name: string;
  readonly wide?: boolean;
  cell(object: T, context: PrinterContext): string;
}

export interface PrinterContext {
  /** Milliseconds since 1970 of the virtual instant now. */
  readonly now: number;
  readonly wide: boolean;
}

/** A table's columns for one kind, NAME left out: it is always first. */
export type Columns<T> = readonly Column<T>[];
