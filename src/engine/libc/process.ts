import type { Exchange, ListenOptions, PacketNetwork, RequestOptions } from '../linux/index.ts';
import type { Resolution } from './getaddrinfo.ts';

/**
 * A program, as a generator: it runs until it has to wait, says for what, and is resumed when that has come. What it
 * returns is its exit status.
 *
 *   start ─▶ runs ─ yield Wait ─▶ waits ─ time passed, or SIGTERM came ─▶ runs … ─ return ─▶ exited
 */
export type Program = (process: Process) => Generator<Wait, number, void>;

/**
 * What a program waits for. `sleep` cannot be interrupted: the first process of a container ignores a SIGTERM that
 * it has no handler for (signal(7), pid_namespaces(7)). `terminate` is a program that handles SIGTERM.
 */
export type Wait = { readonly kind: 'sleep'; readonly milliseconds: number } | { readonly kind: 'terminate' };

/** Waits until SIGTERM comes; what servers do after they have opened their sockets. */
export const UNTIL_TERMINATED: Wait = { kind: 'terminate' };

/** Milliseconds of virtual time; `Infinity` is allowed. */
export function sleep(milliseconds: number): Wait {
  return { kind: 'sleep', milliseconds };
}

/** What a running program can do: its arguments, files, sockets, clock and output. Everything is closed when it ends. */
export interface Process {
  /** The command line, the program itself first. */
  readonly arguments: readonly string[];
  /** May inherit from an object that containers share: list it with `allVariables`. */
  readonly env: Readonly<Record<string, string>>;
  readonly hostname: string;
  readonly netns: string;
  /** The addresses of eth0. */
  readonly addresses: readonly string[];
  readonly libc: 'glibc' | 'musl';
  readonly workingDirectory: string;
  /** What a pipe feeds it; undefined: nothing, as for a container without a terminal. */
  readonly stdin?: string;
  /** The containerPorts that the pod declares for this container, with their protocol. */
  readonly declaredPorts: readonly { readonly port: number; readonly protocol: 'tcp' | 'udp' }[];
  /** Virtual milliseconds since the cluster was made. */
  now(): number;
  /** The instant now, in milliseconds since 1970. */
  date(): number;
  /** A draw in [0, 1). */
  random(): number;
  /** Runs work later; never after the program has ended. */
  after(milliseconds: number, work: () => void): () => void;
  /** undefined: no such file. */
  readFile(path: string): string | undefined;
  /** undefined: no such folder. */
  readDirectory(path: string): readonly string[] | undefined;
  /** False: read-only, or no such folder. */
  writeFile(path: string, text: string): boolean;
  removeFile(path: string): boolean;
  stdout(text: string): void;
  stderr(text: string): void;
  listen(options: Omit<ListenOptions, 'process'>): ReturnType<PacketNetwork['listen']>;
  request(options: Omit<RequestOptions, 'netns' | 'process'>): Exchange;
  /** getaddrinfo(3) of this process. */
  resolve(name: string, family?: 4 | 6): Resolution;
  /** Another program of the same image, with its own arguments, env and output; undefined: not found in $PATH. */
  find(name: string): Program | undefined;
  /** This process with other arguments, env or output: what a shell makes for each command. */
  child(
    changes: Partial<Pick<Process, 'arguments' | 'env' | 'workingDirectory' | 'stdin' | 'stdout' | 'stderr'>>,
  ): Process;
}

/** A program that never waits: what it answers is its exit status. */
export function instant(run: (process: Process) => number): Program {
  // biome-ignore lint/correctness/useYield: a program is a generator even when it has nothing to wait for.
  return function* (process) {
    return run(process);
  };
}

/** Every variable of an environment, the inherited ones too, as a plain object. */
export function allVariables(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const name in env) all[name] = env[name]!;
  return all;
}
