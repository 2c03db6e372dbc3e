/** Real controllers wait this long for the events of what they did, then look again. */
const EXPECTATIONS_TIMEOUT_MS = 5 * 60 * 1000;

interface Pending {
  creations: number;
  readonly deletions: Set<string>;
  readonly since: number;
}

/**
 * What a controller has done and not yet seen come back on its watch: until then its cache counts pods wrongly, so it
 * neither creates nor deletes more. Models UIDTrackingControllerExpectations (pkg/controller/controller_utils.go).
 */
export interface Expectations {
  /** True when all that was done has been seen, or too long ago. */
  satisfied(key: string): boolean;
  expectCreations(key: string, count: number): void;
  expectDeletions(key: string, pods: readonly string[]): void;
  creationObserved(key: string): void;
  deletionObserved(key: string, pod: string): void;
  forget(key: string): void;
}

export function createExpectations(now: () => number): Expectations {
  const pending = new Map<string, Pending>();
  const expect = (key: string, creations: number, deletions: readonly string[]) => {
    pending.set(key, { creations, deletions: new Set(deletions), since: now() });
  };
  return {
    satisfied(key) {
      const entry = pending.get(key);
      if (!entry) return true;
      return (
        (entry.creations <= 0 && entry.deletions.size === 0) || now() - entry.since > EXPECTATIONS_TIMEOUT_MS
      );
    },
    expectCreations: (key, count) => expect(key, count, []),
    expectDeletions: (key, pods) => expect(key, 0, pods),
    creationObserved(key) {
      const entry = pending.get(key);
      if (entry) entry.creations--;
    },
    deletionObserved(key, pod) {
      pending.get(key)?.deletions.delete(pod);
    },
    forget(key) {
      pending.delete(key);
    },
  };
}
