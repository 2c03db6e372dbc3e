export interface Measured {
  /** Milliseconds: the median of several runs. */
  readonly ours: number;
  readonly others: readonly { readonly against: string; readonly time: number; readonly note: string }[];
}

export interface Scenario {
  readonly name: string;
  readonly what: string;
  run(): Promise<Measured>;
}

/**
 * Milliseconds of processor time that this thread has used. For work that only computes it is what a quiet machine's
 * clock would say, and a busy machine changes it little.
 */
export function threadTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** What one run of `work` costs in {@link threadTime}: it is run until that is long enough to be counted well. */
export function cost(work: () => unknown): number {
  for (let run = 0; run < 3; run++) work();
  const start = threadTime();
  let runs = 0;
  let used = 0;
  while (used < COUNTABLE_MS) {
    work();
    runs++;
    used = threadTime() - start;
  }
  return used / runs;
}

/** Some kernels count a thread's time in ticks of 4 ms. */
const COUNTABLE_MS = 200;

/** The median time of `work` in milliseconds, after a few runs that warm the machine up. */
export async function median(times: number, work: () => unknown): Promise<number> {
  const measured: number[] = [];
  for (let run = -2; run < times; run++) {
    const start = performance.now();
    await work();
    if (run >= 0) measured.push(performance.now() - start);
  }
  measured.sort((a, b) => a - b);
  return measured[measured.length >> 1]!;
}
