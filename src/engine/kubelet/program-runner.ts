import type { CancelTimer, Clock } from '../apimachinery/index.ts';
import type { Process, Program, Wait } from '../libc/index.ts';

export interface RunningProgram {
  /** SIGTERM. False: the program has no handler, and as the first process of its container ignores it. */
  terminate(): boolean;
  /** SIGKILL: it does not run another step. Its `onExit` is not called. */
  kill(): void;
}

/**
 * Runs a program in virtual time: until its first wait now, and from there on as its waits come true.
 * `onExit` is called by the clock, never inside the call that made the program end.
 *
 * `patience` is how many virtual milliseconds of sleep count as work that `settle()` waits for; later sleeps are
 * background, as those of a program that means to run for ever.
 */
export function runProgram(
  program: Program,
  process: Process,
  clock: Clock,
  options: { readonly patience: number; readonly onExit: (status: number) => void },
): RunningProgram {
  const steps = program(process);
  let waiting: Wait | undefined;
  let timer: CancelTimer | undefined;
  let done = false;
  let patience = options.patience;

  function resume(): void {
    if (done) return;
    waiting = undefined;
    const next = steps.next();
    if (next.done) {
      done = true;
      timer = clock.after(0, () => options.onExit(next.value));
      return;
    }
    waiting = next.value;
    if (waiting.kind !== 'sleep' || waiting.milliseconds === Number.POSITIVE_INFINITY) return;
    const background = waiting.milliseconds > patience;
    patience -= waiting.milliseconds;
    timer = clock.after(waiting.milliseconds, resume, { background });
  }

  resume();
  return {
    terminate() {
      if (done || waiting?.kind !== 'terminate') return false;
      resume();
      return true;
    },
    kill() {
      done = true;
      timer?.();
      // Runs the program's `finally` blocks, so that what it opened is closed.
      steps.return(137);
    },
  };
}
