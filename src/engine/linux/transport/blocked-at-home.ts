import type { Trace } from '../trace.ts';

/**
 * Did a rule of the sender's own namespace stop the packet before it left? Then `sendto` says so: Operation not
 * permitted. A REJECT there says no more than a DROP, but to TCP, which waits for answers and hears the refusal.
 */
export function blockedAtHome({ hops, disposition }: Trace): boolean {
  const byRule = (disposition.kind === 'DROPPED' && disposition.rule) || disposition.kind === 'REJECTED';
  if (!byRule || hops.length !== 1) return false;
  return !hops[0]!.steps.some((step) => step.kind === 'transmit');
}
