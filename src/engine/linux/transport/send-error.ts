import type { Errno } from '../exchange.ts';
import type { Trace } from '../trace.ts';

/**
 * What `sendto` itself answers when a datagram does not leave its own namespace: Operation not permitted, when a rule
 * there stopped it (a REJECT says no more than a DROP, but to TCP, which waits for answers and hears the refusal);
 * Message too long, when it may not be cut. undefined: it was sent.
 */
export function sendError({ hops, disposition }: Trace): Errno | undefined {
  if (hops.length !== 1 || hops[0]!.steps.some((step) => step.kind === 'transmit')) return undefined;
  if (disposition.kind === 'REJECTED') return 'EPERM';
  if (disposition.kind !== 'DROPPED') return undefined;
  if (disposition.rule) return 'EPERM';
  return disposition.reason === 'mtu' && !wasFiltered(hops[0]!) ? 'EMSGSIZE' : undefined;
}

/** It came as far as the hooks: what finds it too large after those says so by an ICMP error. */
function wasFiltered({ steps }: Trace['hops'][number]): boolean {
  return steps.some((step) => step.kind === 'conntrack' || step.kind === 'table');
}
