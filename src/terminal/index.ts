export type { CompletionOptions } from './completion.ts';
export {
  createTerminal,
  type Terminal,
  type TerminalIo,
  type TerminalLink,
  type TerminalOptions,
} from './create-terminal.ts';
