export { formatExchange } from './commands/trace/format-exchange.ts';
export { createShell } from './create-shell.ts';
export type { CommandIo, Completion, Shell, ShellFiles, ShellHost } from './types.ts';
