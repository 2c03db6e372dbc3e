export type { CommandIo, CommandReport, Completion, ManifestDocument, ManifestProblem, Shell, ShellFiles, ShellHost } from './types.ts';
