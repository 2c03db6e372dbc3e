import type { CommandNode, CompoundList, ParsedScript, Redirection, Statement } from 'unbash';
import type { Runtime, ShellState, Streams } from './state.ts';

export interface ScriptResult {
  readonly status: number;
  /** `exit` was said. */
  readonly exited: boolean;
}

/** The parts of the interpreter as they call one another. Every answer is an exit status. */
export interface Evaluator {
  readonly runtime: Runtime;
  /** How many functions are being called inside one another. */
  depth: number;
  /** Counts one command; throws when the line was interrupted, or is endless. */
  tick(): Promise<void>;
  list(
    body: CompoundList | { readonly commands: readonly Statement[] },
    state: ShellState,
    streams: Streams,
  ): Promise<number>;
  command(command: CommandNode, state: ShellState, streams: Streams): Promise<number>;
  /** Catches what must not leave a subshell: `exit`, `break`, a pipe without a reader. */
  subshell(body: () => Promise<number>): Promise<number>;
  /** Runs `body` where its failure ends nothing, whatever `set -e` says: the test of an `if`. */
  condition(state: ShellState, body: () => Promise<number>): Promise<number>;
  redirected(
    redirects: readonly Redirection[],
    state: ShellState,
    streams: Streams,
    body: (streams: Streams) => Promise<number>,
  ): Promise<number>;
  script(parsed: ParsedScript, state: ShellState, streams: Streams): Promise<ScriptResult>;
}
