export { formatExchange, type TraceFormat } from './commands/trace/format-exchange.ts';
export { createShell } from './create-shell.ts';
export type {
  CommandIo,
  CommandReport,
  Completion,
  ManifestDocument,
  ManifestProblem,
  Shell,
  ShellFiles,
  ShellHost,
} from './types.ts';
