import type { TerminalName } from './protocol.ts';

/** The first terminal on the learner's own computer: the one that Run types into. */
export const OWN: TerminalName = '';

/** The machine that a terminal stands on: `''` the learner's own computer, else a node. */
export function machineOf(terminal: TerminalName): string {
  return terminal.startsWith('/') ? '' : terminal;
}

/** The name of the next terminal on the learner's own computer: `/2`, or the first number that is free. */
export function nextTerminal(open: Iterable<TerminalName>): TerminalName {
  const taken = new Set(open);
  let number = 2;
  while (taken.has(`/${number}`)) number++;
  return `/${number}`;
}

/** Whether the learner opened it, and so may close it. */
export function isExtra(terminal: TerminalName): boolean {
  return terminal.startsWith('/');
}

/** What stands before the cursor until a shell has said something else. */
export function firstPrompt(terminal: TerminalName): string {
  const machine = machineOf(terminal);
  return machine === '' ? '$ ' : `root@${machine}:~# `;
}
