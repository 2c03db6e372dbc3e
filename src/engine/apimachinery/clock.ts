/** A timer that has been set and not yet fired. Calling it cancels the timer; calling it again does nothing. */
export type CancelTimer = () => void;

/** Virtual time in milliseconds since the epoch that the cluster was made with. No wall clock anywhere in the engine. */
export interface Clock {
  /** Milliseconds of virtual time since the cluster was made. */
  now(): number;
  /**
   * Runs `work` after `delayMs` of virtual time (0: later in this instant, after what is already queued).
   * `settle()` waits for work, but not for what is marked `background`: periodic probes, back-off, deadlines, leases.
   */
  after(delayMs: number, work: () => void, options?: { readonly background?: boolean }): CancelTimer;
}

/** What drives a {@link Clock}: the one place where virtual time passes. */
export interface VirtualClock extends Clock {
  /** Runs everything due at this instant, until nothing is left. Answers how many pieces of work ran. */
  drain(): number;
  /** Lets `ms` of virtual time pass, running each timer at its own instant, in order. */
  advance(ms: number): void;
  /**
   * Lets time pass until no work is left but background timers, or `limitMs` has passed. Background timers that come
   * due on the way run too. Answers whether it got there.
   */
  settle(limitMs: number): boolean;
}
