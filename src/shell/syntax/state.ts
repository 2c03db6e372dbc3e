import type { Function as FunctionNode } from 'unbash';
import type { Message } from '../../engine/index.ts';
import type { Machine, Process } from '../process.ts';
import type { JobTable } from '../session/jobs.ts';
import type { Input, Output } from '../streams.ts';

/** A shell's own memory. A subshell gets a copy. */
export interface ShellState {
  readonly machine: Machine;
  readonly variables: Map<string, string>;
  readonly exported: Set<string>;
  readonly functions: Map<string, FunctionNode['body']>;
  /** `a=(1 2)`. A name is in here or among the variables, never in both. */
  readonly arrays: Map<string, string[]>;
  readonly aliases: Map<string, string>;
  /** What `set -e`, `-u`, `-x` and `-o pipefail` switched on. */
  readonly options: Set<ShellOption>;
  /** What `<(…)` wrote, by the path that stands for it. */
  readonly descriptors: Map<string, string>;
  /** The variables that the running function has as `local`, with what they were before; undefined: in no function. */
  locals: Map<string, string | undefined> | undefined;
  /** How many tests of an `if` and the like are being run inside one another: nothing that fails there ends the shell. */
  conditions: number;
  positional: readonly string[];
  /** How many `while` and `until` loops are around what runs now. */
  looping: number;
  status: number;
  directory: string;
  /** `$0` */
  readonly name: string;
}

export type ShellOption = 'errexit' | 'nounset' | 'xtrace' | 'pipefail';

export interface Streams {
  readonly stdin: Input;
  readonly stdinIsTerminal: boolean;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** What the interpreter needs of the world. */
export interface Runtime {
  readonly signal: AbortSignal;
  /** The shell's own process id. */
  readonly pid: number;
  /** Virtual milliseconds. */
  now(): number;
  readonly jobs: JobTable;
  /** The lines typed so far, oldest first. */
  readonly history: readonly string[];
  pause(): Promise<void>;
  /** Whether a program of this name can be started here. */
  knows(name: string, state: ShellState): 'program' | 'builtin' | undefined;
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

/** A shell that has just been started on a machine. */
export function emptyState(machine: Machine, name: string): ShellState {
  const { env, workingDirectory } = machine.context;
  return {
    machine,
    name,
    variables: new Map(Object.entries(env)),
    exported: new Set(Object.keys(env)),
    functions: new Map(),
    arrays: new Map(),
    aliases: new Map(),
    options: new Set(),
    descriptors: new Map(),
    locals: undefined,
    conditions: 0,
    looping: 0,
    positional: [],
    status: 0,
    directory: workingDirectory ?? env.PWD ?? (machine.kind === 'container' ? '/' : (env.HOME ?? '/')),
  };
}

export function copyState(state: ShellState): ShellState {
  return {
    ...state,
    variables: new Map(state.variables),
    exported: new Set(state.exported),
    functions: new Map(state.functions),
    arrays: new Map(Array.from(state.arrays, ([key, items]) => [key, [...items]])),
    aliases: new Map(state.aliases),
    options: new Set(state.options),
    descriptors: new Map(state.descriptors),
    locals: state.locals && new Map(state.locals),
  };
}
