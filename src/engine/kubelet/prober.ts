import type { Probe } from '../api/index.ts';
import type { Clock } from '../apimachinery/index.ts';
import { type ProbeTarget, runProbe } from './probe.ts';

export interface ProberOptions {
  readonly probe: Probe;
  readonly clock: Clock;
  readonly target: ProbeTarget;
  /** Whether `settle()` waits until it has been decided for the first time. */
  readonly awaited: boolean;
  /** While true, rounds are let out: the kubelet does not run. */
  readonly paused: () => boolean;
  /** `Readiness probe failed: …`, for an Unhealthy event. */
  readonly onUnhealthy: (output: string, couldNotRun: boolean) => void;
  /** The result after thresholds, whenever it is decided: also when it stays the same. */
  readonly onResult: (healthy: boolean) => void;
}

/**
 * One probe of one container, again and again, as a worker of pkg/kubelet/prober does: results count once they
 * have come `successThreshold` or `failureThreshold` times in a row.
 *
 * A probe that is awaited counts as work until it has been decided for the first time; afterwards it is background.
 */
export function startProber(options: ProberOptions): { readonly stop: () => void } {
  const { probe, clock, target } = options;
  const periodMs = (probe.periodSeconds ?? 10) * 1000;
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  let stopped = false;
  let background = !options.awaited;
  let last: 'success' | 'failure' | undefined;
  let run = 0;
  let cancel = clock.after((probe.initialDelaySeconds ?? 0) * 1000, round, { background });

  function round(): void {
    if (options.paused()) {
      cancel = clock.after(periodMs, round, { background: true });
      return;
    }
    const startedAt = clock.now();
    runProbe(
      probe,
      timeoutMs,
      { ...target, after: (ms, work) => clock.after(ms, work, { background }) },
      ({ result, output }) => {
        if (stopped) return;
        if (options.paused()) return round();
        const kind = result === 'success' ? 'success' : 'failure';
        run = kind === last ? run + 1 : 1;
        last = kind;
        if (kind === 'failure') options.onUnhealthy(output, result === 'unknown');
        const threshold = kind === 'success' ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
        if (run >= threshold) {
          background = true;
          options.onResult(kind === 'success');
        }
        if (stopped) return;
        const wait = Math.max(0, startedAt + periodMs - clock.now());
        cancel = clock.after(wait, round, { background });
      },
    );
  }

  return {
    stop() {
      stopped = true;
      cancel();
    },
  };
}
