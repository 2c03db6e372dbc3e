import type { CompletionOptions } from './completion.ts';

/** What of a line on the screen can be followed, and what happens then. `from` and `to` count characters from 0. */
export interface TerminalLink {
  readonly from: number;
  readonly to: number;
  go(): void;
}

export interface TerminalOptions {
  /** The accessible name: says which machine it is and how Tab gets out. */
  readonly label: string;
  readonly words: {
    /** Said when Esc was pressed: Tab leaves now. */
    readonly tabLeaves: string;
    /** How a link is followed. */
    follow: string;
    /** How many completions are left out of a list. */
    more(count: number): string;
  };
  readonly prompt: string;
  readonly history: readonly string[];
  /** Runs a line; what it prints goes to `write`. Answers the next prompt. */
  run(line: string, io: TerminalIo): Promise<string>;
  /** Whether a line must go on: an open quote, a loop, a here-document. */
  isIncomplete(line: string): Promise<boolean>;
  interrupt(): void;
  complete(line: string, cursor: number): Promise<CompletionOptions>;
  /** The links in a line of the screen. */
  links(text: string): readonly TerminalLink[];
  /** Says something to screen readers. */
  announce(text: string): void;
  onHistory(history: readonly string[]): void;
}

/** The screen, as the line that runs sees it. */
export interface TerminalIo {
  readonly columns: number;
  write(text: string): void;
  /** Resolves when all that was written is on the screen. */
  drained(): Promise<void>;
}

/** A screen with a prompt. */
export interface Terminal {
  /** Types a line and sends it, as if the learner had. Resolves when it has run; waits while another runs. */
  submit(line: string): Promise<void>;
  /** Puts text where the cursor is, without sending it. */
  type(text: string): void;
  /** Puts text on the screen above the prompt: what a run elsewhere printed. */
  print(text: string): void;
  readonly busy: boolean;
  /** What stands before the cursor. */
  readonly prompt: string;
  /** Lines sent elsewhere join the history. */
  remember(history: readonly string[]): void;
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
