import type { CancelTimer, Clock } from '../apimachinery/index.ts';

export interface WorkQueueOptions {
  readonly clock: Clock;
  /** Does the work for one key. */
  readonly reconcile: (key: string) => void;
  /** After this many failures in a row `addRateLimited` gives up. Default: never. */
  readonly maxRetries?: number;
}

/** client-go's rate-limiting work queue, on virtual time: keyed and de-duplicated, one key at a time. */
export interface WorkQueue {
  add(key: string): void;
  /** An earlier time that is already set wins. */
  addAfter(key: string, delayMs: number, options?: { readonly background?: boolean }): void;
  /** Comes back after 5 ms, 10 ms, 20 ms … up to 1000 s, doubling with each call for the key until `forget`. */
  addRateLimited(key: string): void;
  forget(key: string): void;
  stop(): void;
}

const FIRST_DELAY_MS = 5;
const LONGEST_DELAY_MS = 1_000_000;

export function createWorkQueue({
  clock,
  reconcile,
  maxRetries = Number.POSITIVE_INFINITY,
}: WorkQueueOptions): WorkQueue {
  const waiting = new Set<string>();
  const later = new Map<string, { readonly due: number; readonly cancel: CancelTimer }>();
  const failures = new Map<string, number>();
  let stopped = false;

  function add(key: string): void {
    if (stopped || waiting.has(key)) return;
    waiting.add(key);
    clock.after(0, () => {
      if (stopped || !waiting.delete(key)) return;
      reconcile(key);
    });
  }

  function addAfter(key: string, delayMs: number, options?: { readonly background?: boolean }): void {
    if (stopped) return;
    const due = clock.now() + delayMs;
    const set = later.get(key);
    if (set && set.due <= due) return;
    set?.cancel();
    const cancel = clock.after(
      delayMs,
      () => {
        later.delete(key);
        add(key);
      },
      options,
    );
    later.set(key, { due, cancel });
  }

  return {
    add,
    addAfter,
    addRateLimited(key) {
      const count = failures.get(key) ?? 0;
      if (count >= maxRetries) return;
      failures.set(key, count + 1);
      addAfter(key, Math.min(FIRST_DELAY_MS * 2 ** count, LONGEST_DELAY_MS));
    },
    forget(key) {
      failures.delete(key);
    },
    stop() {
      stopped = true;
      for (const { cancel } of later.values()) cancel();
      later.clear();
    },
  };
}
