import type { Process } from '../process.ts';

/** What a workshop image such as netshoot brings as a full tool, busybox or not. */
const OFTEN_REPLACED = ['ping', 'nslookup', 'nc', 'traceroute'];

/** Whether the tool that runs is busybox's: its image has busybox's shell, and no full set of network tools beside it. */
export function isBusybox({ machine, name }: Process): boolean {
  const { tools } = machine.context;
  if (machine.kind !== 'container' || !tools?.includes('ash')) return false;
  return !(tools.includes('dig') && OFTEN_REPLACED.includes(name));
}
