import { type Clock, formatTimestamp, type Random } from '../../apimachinery/index.ts';
import type { ApiClient } from '../../apiserver/index.ts';
import type { Informers } from './informers.ts';

/** What every controller works with: the API server, virtual time and chance. */
export interface ControllerContext {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds since 1970 at virtual time 0. */
  readonly epochMs: number;
  /** What is stored, as the controllers share it. */
  readonly informers: Informers;
}

/** A controller that runs. */
export interface Controller {
  stop(): void;
}

/** Milliseconds since 1970, now. */
export function nowMs({ clock, epochMs }: Pick<ControllerContext, 'clock' | 'epochMs'>): number {
  return epochMs + clock.now();
}

/** RFC 3339, now. */
export function timestamp(context: Pick<ControllerContext, 'clock' | 'epochMs'>): string {
  return formatTimestamp(nowMs(context));
}
