export { formatExchange } from './commands/trace/format-exchange.ts';
export { createShell } from './create-shell.ts';
export { type CommandReference, commandReference } from './reference.ts';
export { createShellTime, type ShellTime } from './session/virtual-time.ts';
export type { CommandIo, Completion, Shell, ShellFiles, ShellHost } from './types.ts';
