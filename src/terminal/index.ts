export type { CompletionOptions } from './completion.ts';
export { createTerminal, type Terminal, type TerminalOptions } from './create-terminal.ts';
