/** What came of comparing the engine with one recorded fact. */
export interface GoldenResult {
  /** Stable name of the record: the case's id, and the part of it when it has several. */
  readonly id: string;
  readonly passed: boolean;
  /** What was expected and what came, for people; only when it did not pass. */
  readonly difference?: string;
}

/** One runner for each record file: `test/golden/runners/*.ts` exports `file` and `run`. */
export interface GoldenRunner {
  /** The record file that it reads, without its folder: `dns.json`. */
  readonly file: string;
  run(records: unknown): GoldenResult[] | Promise<GoldenResult[]>;
}
