import type { Process } from '../process.ts';

/** The line that every busybox usage begins with. */
export const BUSYBOX_BANNER = 'BusyBox v1.37.0 (2025-12-16 14:19:28 UTC) multi-call binary.';

/**
 * What a workshop image such as netshoot has from packages of their own, beside busybox's tools: iputils, bind-tools,
 * netcat-openbsd, iproute2, procps-ng …
 */
const REPLACED = ['arping', 'bridge', 'ip', 'nc', 'nslookup', 'ping', 'ss', 'sysctl', 'tracepath'];

/** Whether the tool that runs is busybox's: its image has busybox's shell, and no full set of network tools beside it. */
export function isBusybox({ machine, name }: Process): boolean {
  const { tools } = machine.context;
  if (machine.kind !== 'container' || !tools?.includes('ash')) return false;
  return !(tools.includes('dig') && REPLACED.includes(name));
}

/** A usage, as busybox's applets print it when they are called wrongly. Answers the exit status. */
export function busyboxUsage(process: Process, usage: string): number {
  process.stderr.write(`${BUSYBOX_BANNER}\n\n${usage}`);
  return 1;
}
