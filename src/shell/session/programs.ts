import { COMMANDS } from '../commands/index.ts';
import { commandNotFound } from '../not-found.ts';
import {
  type Command,
  Interrupted,
  type Machine,
  type Process,
  type RunOptions,
  type Session,
} from '../process.ts';
import { BrokenPipe } from '../streams.ts';
import { createInterpreter } from '../syntax/interpreter.ts';
import { emptyState, type Runtime, type ShellState, type Streams } from '../syntax/state.ts';
import { createFileSystem } from './file-system.ts';
import type { ShellTime } from './virtual-time.ts';

/** Who only looks on, and whom nobody can stop, ends after this long, in virtual milliseconds. */
const UNWATCHED_MS = 3_600_000;

export interface ProgramsOptions {
  readonly session: Session;
  readonly time: ShellTime;
  columns(): number;
  /** Whether a person sees time pass, and can press Ctrl-C. */
  readonly isWatched: boolean;
  /** Shows what was written so far. */
  flush(): void;
  clear(): void;
  breathe(): Promise<void>;
  runtimeFor(signal: AbortSignal, background: boolean): Runtime;
}

export interface StartOptions {
  readonly state: ShellState;
  readonly streams: Streams;
  readonly environment: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
  /** In the background: no person waits for it, so its sleeping does not hurry the clock on. */
  readonly background: boolean;
}

/** Finds programs by their names and runs them, each with a process of its own. */
export interface Programs {
  find(path: string, machine: Machine): Command | undefined;
  start(argv: readonly string[], options: StartOptions): Promise<number>;
}

export function createPrograms(options: ProgramsOptions): Programs {
  const { session, time } = options;
  const { clock } = session.cluster;
  const commands = new Map<string, Command>(
    COMMANDS.flatMap((command) =>
      [command.name, ...(command.aliases ?? [])].map((name) => [name, command] as const),
    ),
  );

  function find(path: string, machine: Machine): Command | undefined {
    const name = path.includes('/') ? path.replace(/^(\/usr)?(\/local)?\/s?bin\//, '') : path;
    const command = commands.get(name);
    if (!command) return undefined;
    if (machine.kind === 'workstation') return command.where === 'machines' ? undefined : command;
    if (command.where === 'workstation') return undefined;
    const { tools } = machine.context;
    return command.builtin || tools === undefined || tools.includes(name) ? command : undefined;
  }

  async function start(argv: readonly string[], own: StartOptions): Promise<number> {
    const [name = '', ...args] = argv;
    const command = find(name, own.state.machine);
    if (!command) return commandNotFound(name, own.state, own.streams, session, COMMANDS);
    try {
      return await command.run(makeProcess(name, args, own));
    } catch (error) {
      // SIGPIPE ends the program; what the shell does itself ends the (sub)shell.
      if (error instanceof BrokenPipe && !command.builtin) return 141;
      throw error;
    }
  }

  function makeProcess(name: string, args: readonly string[], own: StartOptions): Process {
    const { state, streams, signal } = own;
    const env = Object.fromEntries(own.environment);
    const begun = clock.now();
    const check = () => {
      if (signal.aborted) throw new Interrupted();
    };
    return {
      name,
      args,
      env,
      ...streams,
      columns: options.columns(),
      signal,
      machine: state.machine,
      session,
      files: createFileSystem(state.machine, session.host.files, () => state.directory, state.descriptors),
      async sleep(ms) {
        check();
        await (own.background ? time.follow : time.sleep)(ms, signal);
        check();
      },
      async follow(ms) {
        check();
        options.flush();
        await time.follow(ms, signal);
        check();
        return !streams.stdout.closed && (options.isWatched || clock.now() - begun < UNWATCHED_MS);
      },
      looping: state.looping > 0,
      async pause() {
        check();
        await options.breathe();
        check();
      },
      clear: options.clear,
      async runLine(line, given = {}) {
        const inner = innerOf(own, env, given);
        const interpreter = createInterpreter(options.runtimeFor(inner.signal, own.background));
        return (await interpreter.run(line, inner.state, inner.streams)).status;
      },
      runProgram(argv, given = {}) {
        const inner = innerOf(own, env, given);
        const environment = new Map(
          Array.from(inner.state.variables).filter(([key]) => inner.state.exported.has(key)),
        );
        return start(argv, { ...inner, environment, background: own.background });
      },
    };
  }

  return { find, start };
}

/** The shell of a program that a program runs: on the same machine it has the program's environment. */
function innerOf(
  { state, streams, signal }: StartOptions,
  env: Readonly<Record<string, string>>,
  given: RunOptions,
): Pick<StartOptions, 'state' | 'streams' | 'signal'> {
  const machine = given.machine ?? state.machine;
  const here = machine === state.machine;
  const variables = { ...(here ? env : machine.context.env), ...given.env };
  const fresh = emptyState(machine, 'sh');
  return {
    state: {
      ...fresh,
      ...(here && { directory: state.directory, descriptors: state.descriptors }),
      looping: state.looping,
      variables: new Map(Object.entries(variables)),
      exported: new Set(Object.keys(variables)),
      positional: given.positional ?? [],
    },
    signal: given.signal ?? signal,
    streams: {
      stdin: given.stdin ?? streams.stdin,
      stdinIsTerminal: given.stdin === undefined && streams.stdinIsTerminal,
      stdout: given.stdout ?? streams.stdout,
      stderr: given.stderr ?? streams.stderr,
    },
  };
}
