import type { Trace } from '../trace.ts';

/**
 * Did a rule of the sender's own namespace stop the packet before it left? Then `sendto` says so: Operation not
 * permitted.
 */
export function blockedAtHome({ hops, disposition }: Trace): boolean {
  if (disposition.kind !== 'DROPPED' || !disposition.rule || hops.length !== 1) return false;
  return !hops[0]!.steps.some((step) => step.kind === 'transmit');
}
