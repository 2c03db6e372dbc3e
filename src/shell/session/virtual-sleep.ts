import type { VirtualClock } from '../../engine/index.ts';

export interface VirtualSleep {
  /** Resolves when `ms` of virtual time have passed. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const STEP_MS = 250;

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/**
 * Virtual time for programs that run at once. Whoever sleeps is woken in the order of the due times, and the clock moves
 * only after every other program had its turn, so `tcpdump & sleep 1; curl …` interleave as they would for real.
 */
export function createVirtualSleep(clock: VirtualClock, turn: () => Promise<void>): VirtualSleep {
  const sleepers: Sleeper[] = [];
  let driving = false;

  async function drive(): Promise<void> {
    driving = true;
    while (sleepers.length > 0) {
      await turn();
      sleepers.sort((a, b) => a.due - b.due);
      const next = sleepers[0];
      if (!next) break;
      // In steps, so that a shell beside this one, on the same clock, wakes its own sleepers in time.
      if (next.due > clock.now()) clock.advance(Math.min(STEP_MS, next.due - clock.now()));
      if (next.due > clock.now()) continue;
      sleepers.splice(sleepers.indexOf(next), 1);
      next.wake();
      // The one that woke runs to its next wait before time goes on.
      await turn();
    }
    driving = false;
  }

  return {
    sleep(ms, signal) {
      return new Promise((resolve) => {
        const sleeper: Sleeper = { due: clock.now() + Math.max(0, ms), wake };
        function wake() {
          signal.removeEventListener('abort', abort);
          resolve();
        }
        function abort() {
          const at = sleepers.indexOf(sleeper);
          if (at !== -1) sleepers.splice(at, 1);
          wake();
        }
        if (signal.aborted) return resolve();
        signal.addEventListener('abort', abort);
        sleepers.push(sleeper);
        if (!driving) void drive();
      });
    },
  };
}
