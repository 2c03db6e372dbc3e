export { formatExchange } from './commands/trace/format-exchange.ts';
export { createShell } from './create-shell.ts';
export { createShellTime, type ShellTime } from './session/virtual-time.ts';
export type { CommandIo, Completion, Shell, ShellFiles, ShellHost } from './types.ts';
