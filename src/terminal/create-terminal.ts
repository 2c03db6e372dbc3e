import type { CompletionOptions } from './completion.ts';

export interface TerminalOptions {
  /** The accessible name: says which machine it is and how Tab gets out. */
  readonly label: string;
  /** Said when Esc was pressed: Tab leaves now. */
  readonly tabLeaves: string;
  readonly prompt: string;
  readonly history: readonly string[];
  /** Runs a line; what it prints goes to `write`. Answers the next prompt. */
  run(line: string, write: (text: string) => void, columns: number): Promise<string>;
  /** Whether a line must go on: an open quote, a loop, a here-document. */
  isIncomplete(line: string): Promise<boolean>;
  interrupt(): void;
  complete(line: string, cursor: number): Promise<CompletionOptions>;
  /** Says something to screen readers. */
  announce(text: string): void;
  onHistory(history: readonly string[]): void;
}

/** A screen with a prompt. */
export interface Terminal {
  /** Types a line and sends it, as if the learner had. Resolves when it has run; waits while another runs. */
  submit(line: string): Promise<void>;
  /** Puts text on the screen above the prompt: what a run elsewhere printed. */
  print(text: string): void;
  readonly busy: boolean;
  /** Empties the screen and starts with a prompt. */
  reset(prompt: string): void;
  refit(): void;
  focus(): void;
  dispose(): void;
}

/** Opens a terminal in a container. Loads xterm.js on the first call. */
export async function createTerminal(container: HTMLElement, options: TerminalOptions): Promise<Terminal> {
  const { openXterm } = await import('./xterm-terminal.ts');
  return openXterm(container, options);
}
