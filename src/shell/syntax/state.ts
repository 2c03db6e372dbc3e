import type { Function as FunctionNode } from 'unbash';
import type { Message } from '../../engine/index.ts';
import type { Machine, Process } from '../process.ts';
import type { Input, Output } from '../streams.ts';

/** A shell's own memory. A subshell gets a copy. */
export interface ShellState {
  readonly machine: Machine;
  readonly variables: Map<string, string>;
  readonly exported: Set<string>;
  readonly functions: Map<string, FunctionNode['body']>;
  positional: readonly string[];
  /** How many `while` and `until` loops are around what runs now. */
  looping: number;
  status: number;
  directory: string;
  /** `$0` */
  readonly name: string;
}

export interface Streams {
  readonly stdin: Input;
  readonly stdinIsTerminal: boolean;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** What the interpreter needs of the world. */
export interface Runtime {
  readonly signal: AbortSignal;
  pause(): Promise<void>;
  /** Starts a program; it writes `not found` itself. */
  spawn(
    argv: readonly string[],
    state: ShellState,
    streams: Streams,
    environment: ReadonlyMap<string, string>,
  ): Promise<number>;
  filesOf(state: ShellState): Process['files'];
  /** `&`: keeps it running after this line. */
  background(state: ShellState, run: (runtime: Runtime) => Promise<number>, text: string): void;
  random(): number;
  /** Words a message of the lab's own. */
  say(message: Message): string;
}

/** `break`, `continue`, `return`, `exit` on their way up. */
export class Jump extends Error {
  readonly kind: 'break' | 'continue' | 'return' | 'exit';
  value: number;
  constructor(kind: Jump['kind'], value: number) {
    super(kind);
    this.kind = kind;
    this.value = value;
  }
}

/** What the lab tells the reader, in its own name, in place of an endless run. */
export class ShellLimit extends Error {
  readonly what: Message;
  constructor(what: Message) {
    super(what.id);
    this.what = what;
  }
}

/** What bash says of a function that calls itself without end. */
export class NestingError extends Error {}

export function copyState(state: ShellState): ShellState {
  return {
    ...state,
    variables: new Map(state.variables),
    exported: new Set(state.exported),
    functions: new Map(state.functions),
  };
}
