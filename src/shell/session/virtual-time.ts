import type { VirtualClock } from '../../engine/index.ts';
import { createBreather } from './breather.ts';

/**
 * The time of all programs of a host, in all of its shells: who waits, and how the clock gets there.
 *
 *   sleep 5          hurries: the clock jumps to where the first of them wants to be
 *   kubectl get -w   follows: it only looks on; when nobody hurries, the clock goes at the host's own pace
 */
export interface ShellTime {
  /** Resolves when `ms` of virtual time have passed, as fast as the programs take. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Resolves when `ms` have passed because somebody slept, or at the host's pace. */
  follow(ms: number, signal: AbortSignal): Promise<void>;
  /** Whether anybody waits for time to pass. */
  readonly isAwaited: boolean;
}

export interface ShellTimeOptions {
  /** Lets whoever waits outside have a turn. Default: a macrotask. */
  pause?(): Promise<void>;
  /** Takes as long as `ms` of virtual time shall take for those who only look on. Absent: no time at all. */
  wait?(ms: number): Promise<void>;
}

/** The host's pace goes in steps of at most this, so that whoever comes in between finds the clock nearly right. */
const STEP_MS = 100;

interface Sleeper {
  readonly due: number;
  readonly follows: boolean;
  readonly wake: () => void;
}

/**
 * Whoever waits is woken in the order of the due times, and the clock moves only after every other program had its turn,
 * so `tcpdump & sleep 1; curl …` interleave as they would for real, in one terminal or in two.
 */
export function createShellTime(clock: VirtualClock, options: ShellTimeOptions = {}): ShellTime {
  const { wait } = options;
  const breathe = createBreather(options.pause);
  const sleepers: Sleeper[] = [];
  let driving = false;
  /** Ends a wait at the host's pace: somebody hurries now, or nobody waits any more. */
  let nudge = () => {};

  /** Lets what is ready run to its next wait, and then whoever waits outside. */
  async function turn(): Promise<void> {
    for (let round = 0; round < 8; round++) await Promise.resolve();
    await breathe();
  }

  /** Passes a step of time at the host's pace; a nudge ends it early, and then no time has passed. */
  async function stroll(ms: number): Promise<void> {
    let nudged = false;
    const interrupted = new Promise<void>((resolve) => {
      nudge = () => {
        nudged = true;
        resolve();
      };
    });
    const from = clock.now();
    await Promise.race([wait!(ms), interrupted]);
    nudge = () => {};
    if (!nudged) clock.advance(Math.max(0, from + ms - clock.now()));
  }

  async function drive(): Promise<void> {
    driving = true;
    while (sleepers.length > 0) {
      await turn();
      sleepers.sort((a, b) => a.due - b.due);
      const [next] = sleepers;
      if (!next) break;
      const left = next.due - clock.now();
      if (left > 0 && wait && sleepers.every((each) => each.follows)) {
        await stroll(Math.min(STEP_MS, left));
        continue;
      }
      if (left > 0) clock.advance(left);
      sleepers.splice(sleepers.indexOf(next), 1);
      next.wake();
      // The one that woke runs to its next wait before time goes on.
      await turn();
    }
    driving = false;
  }

  function until(ms: number, signal: AbortSignal, follows: boolean): Promise<void> {
    return new Promise((resolve) => {
      const sleeper: Sleeper = { due: clock.now() + Math.max(0, ms), follows, wake };
      function wake() {
        signal.removeEventListener('abort', abort);
        resolve();
      }
      function abort() {
        const at = sleepers.indexOf(sleeper);
        if (at !== -1) sleepers.splice(at, 1);
        nudge();
        wake();
      }
      if (signal.aborted) return resolve();
      signal.addEventListener('abort', abort);
      sleepers.push(sleeper);
      if (!follows) nudge();
      if (!driving) void drive();
    });
  }

  return {
    sleep: (ms, signal) => until(ms, signal, false),
    follow: (ms, signal) => until(ms, signal, true),
    get isAwaited() {
      return sleepers.length > 0;
    },
  };
}
