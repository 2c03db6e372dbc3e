import type { Terminal, TerminalOptions } from './create-terminal.ts';

export type { CompletionOptions } from './completion.ts';
export type { Terminal, TerminalOptions } from './create-terminal.ts';

/** Opens a terminal in a container. Loads xterm.js on the first call. */
export async function createTerminal(container: HTMLElement, options: TerminalOptions): Promise<Terminal> {
  const { createTerminal: create } = await import('./create-terminal.ts');
  return create(container, options);
}
