import type { Netns } from '../../engine/index.ts';
import type { Process } from '../process.ts';

/** The kernel's side of the machine that a program runs on. A running program's namespace always exists. */
export function netnsOf(process: Process): Netns {
  const netns = process.session.cluster.network.netns(process.machine.context.netns);
  if (!netns) throw new Error(`no network namespace ${process.machine.context.netns}`);
  return netns;
}

/** Containers may not change the kernel's tables: they lack CAP_NET_ADMIN. Hosts may. */
export function mayConfigure(process: Process): boolean {
  return process.machine.kind !== 'container';
}
