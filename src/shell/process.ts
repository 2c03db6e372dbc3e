import type { Cluster, Exchange, ExecutionContext, Message } from '../engine/index.ts';
import type { Input, Output } from './streams.ts';
import type { ShellHost } from './types.ts';

/** Where a program runs. */
export interface Machine {
  /** `workstation`: the reader's own terminal, with kubectl and the lab's files, outside of the cluster. */
  readonly kind: 'workstation' | 'host' | 'container';
  readonly name: string;
  readonly context: ExecutionContext;
}

/** The files that a program sees, by absolute path or relative to the working directory. */
export interface FileSystem {
  read(path: string): string | undefined;
  list(path: string): readonly string[] | undefined;
  /** Answers an errno's text (`Read-only file system`) when it cannot. */
  write(path: string, text: string): string | undefined;
  remove(path: string): string | undefined;
}

/** What outlives a command line: the host, kubectl's context, what the network last did. */
export interface Session {
  readonly host: ShellHost;
  readonly cluster: Cluster;
  /** Every command there is, for `help`. */
  readonly commands: readonly Command[];
  /** The namespace of kubectl's current context. */
  namespace: string;
  /** The exchanges of the last line that made any, for `trace --last`. */
  readonly lastExchanges: readonly Exchange[];
  record(exchanges: readonly Exchange[]): void;
  say(message: Message): string;
  /** Ids for exec sessions and the like; the same at every replay. */
  nextId(): number;
  /** A shell on another machine takes the following lines, until `exit`. */
  enter(
    machine: () => Machine | string,
    options: { readonly closing: Closing; readonly command: string },
  ): void;
}

/** What is printed when an entered shell ends, with its exit status known; it may let virtual time pass. */
export type Closing = string | ((status: number) => Promise<string>);

/** One running program: what `main` gets. */
export interface Process {
  readonly name: string;
  /** Without the program's name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: Input;
  /** stdin is the keyboard: nobody will ever write into it. */
  readonly stdinIsTerminal: boolean;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly columns: number;
  readonly signal: AbortSignal;
  readonly machine: Machine;
  readonly session: Session;
  readonly files: FileSystem;
  /** Lets virtual time pass, other programs run, and Ctrl-C through. Throws {@link Interrupted}. */
  sleep(ms: number): Promise<void>;
  /**
   * Waits as one who only looks on (`-w`, `tcpdump`): where a person sits before the screen, a second takes a second,
   * unless somebody sleeps meanwhile. Answers false when there is no more use in it: nobody reads on, or there is no person
   * to press Ctrl-C and an hour has passed. Throws {@link Interrupted}.
   */
  follow(ms: number): Promise<boolean>;
  /** Inside of a `while` or `until` loop, which goes on until it is stopped. */
  readonly looping: boolean;
  /** Lets other programs and the page work without any virtual time. Throws {@link Interrupted}. */
  pause(): Promise<void>;
  clear(): void;
  /** Runs a command line as `sh -c` does: on `machine`, in a shell of its own. */
  runLine(line: string, options?: RunOptions): Promise<number>;
  /** Runs a program without a shell in between. */
  runProgram(argv: readonly string[], options?: RunOptions): Promise<number>;
}

export interface RunOptions {
  readonly machine?: Machine;
  readonly stdin?: Input;
  readonly stdout?: Output;
  readonly stderr?: Output;
  readonly env?: Readonly<Record<string, string>>;
  readonly positional?: readonly string[];
  readonly signal?: AbortSignal;
}

/** Ctrl-C. */
export class Interrupted extends Error {}

export interface Flag {
  /** `output` for `--output`. */
  readonly name?: string;
  /** `o` for `-o`. */
  readonly short?: string;
  /** The placeholder of its value; absent: the flag takes none. */
  readonly value?: string;
  /** The value that the flag stands for when it is given alone (`--dry-run`). */
  readonly alone?: string;
  readonly type?: 'int' | 'bool' | 'duration';
  readonly help: string;
}

/** What the words after a command stand for; completion offers these. */
export type ArgumentKind =
  | 'resource'
  | 'name'
  | 'pod'
  | 'node'
  | 'namespace'
  | 'file'
  | 'command'
  | 'service'
  | 'place'
  | 'container'
  | 'address';

/** A command as data: `help`, completion and the documentation page are derived from it. */
export interface Command {
  readonly name: string;
  /** Other names it answers to. */
  readonly aliases?: readonly string[];
  /** `where` it can be found: on the reader's own terminal, in machines, or both. Default both. */
  readonly where?: 'workstation' | 'machines';
  /** Part of the shell itself: there is no image without it. */
  readonly builtin?: boolean;
  readonly group: 'kubernetes' | 'network' | 'machine' | 'text' | 'shell';
  /** `curl [options] URL…` */
  readonly usage: string;
  readonly flags: readonly Flag[];
  readonly examples: readonly string[];
  readonly arguments?: readonly ArgumentKind[];
  readonly subcommands?: readonly Command[];
  /** Answers the exit status. */
  run(process: Process): Promise<number> | number;
}
