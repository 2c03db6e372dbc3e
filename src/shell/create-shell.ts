import { parse } from 'unbash';
import type { Exchange } from '../engine/index.ts';
import { COMMANDS } from './commands/index.ts';
import { complete } from './completion/complete.ts';
import { commandNotFound } from './not-found.ts';
import {
  type Command,
  Interrupted,
  type Machine,
  type Process,
  type RunOptions,
  type Session,
} from './process.ts';
import { createBreather, macrotask } from './session/breather.ts';
import { createFileSystem } from './session/file-system.ts';
import { promptOf, workstation } from './session/machines.ts';
import { createShellTime } from './session/virtual-time.ts';
import { BrokenPipe, type Output, textInput } from './streams.ts';
import { createInterpreter } from './syntax/interpreter.ts';
import { isIncomplete } from './syntax/is-incomplete.ts';
import type { Runtime, ShellState, Streams } from './syntax/state.ts';
import { sanitize } from './text/sanitize.ts';
import type { CommandIo, Shell, ShellHost } from './types.ts';

/** More text than this from one line and the line is stopped: the page would drown in it. */
const MAX_OUTPUT = 8 * 1024 * 1024;

/** One shell on the way: `ssh node-1` and `kubectl exec -it` put another one on top. */
interface Level {
  readonly machine: () => Machine | string;
  readonly state: ShellState;
  readonly closing: string;
}

interface Job {
  readonly id: number;
  readonly text: string;
  readonly controller: AbortController;
  readonly done: Promise<number>;
  finished: boolean;
}

/** A terminal on a cluster: bash on the reader's own machine, from which kubectl and ssh reach the rest. */
export function createShell(host: ShellHost): Shell {
  const { cluster } = host;
  const commands = new Map<string, Command>(
    COMMANDS.flatMap((command) =>
      [command.name, ...(command.aliases ?? [])].map((name) => [name, command] as const),
    ),
  );
  const jobs: Job[] = [];
  let ids = 0;
  let last: readonly Exchange[] = [];
  let current: Exchange[] = [];
  let io: CommandIo | undefined;
  let written = 0;

  const home = workstation(cluster);
  const levels: Level[] = [{ machine: () => home, state: newState(home, 'bash'), closing: '' }];
  let entered: Level | undefined;

  const session: Session = {
    host,
    cluster,
    commands: COMMANDS,
    namespace: 'default',
    get lastExchanges() {
      return current.length > 0 ? current : last;
    },
    record: (exchanges) => void current.push(...exchanges),
    say: (message) => host.say?.(message) ?? [message.id, ...Object.values(message.values)].join(' '),
    nextId: () => ++ids,
    enter(machine, { closing }) {
      const found = machine();
      if (typeof found !== 'string') entered = { machine, state: newState(found, 'sh'), closing };
    },
  };

  const breathe = createBreather(() => io?.pause?.() ?? macrotask());
  const time = host.time ?? createShellTime(cluster.clock, { pause: breathe });

  function newState(machine: Machine, name: string): ShellState {
    const { env } = machine.context;
    return {
      machine,
      name,
      variables: new Map(Object.entries(env)),
      exported: new Set(Object.keys(env)),
      functions: new Map(),
      positional: [],
      looping: 0,
      status: 0,
      directory:
        machine.context.workingDirectory ??
        env.PWD ??
        (machine.kind === 'container' ? '/' : (env.HOME ?? '/')),
    };
  }

  function screen(kind: 'write' | 'writeError', signal: AbortController): Output {
    return {
      terminal: true,
      colours: io?.colours ?? false,
      write(text) {
        if (text === '' || written > MAX_OUTPUT) return;
        written += text.length;
        const clean = sanitize(text);
        io?.[kind](clean);
        if (written > MAX_OUTPUT) {
          io?.writeError(`\n${session.say({ id: 'shell.too-much-output', values: {} })}\n`);
          signal.abort();
        }
      },
    };
  }

  function runtimeFor(signal: AbortSignal): Runtime {
    const files = (state: ShellState) => createFileSystem(state.machine, host.files, () => state.directory);
    let draws = 0;
    return {
      signal,
      pause: breathe,
      say: session.say,
      filesOf: files,
      random: () => ((Math.imul(++draws + ids, 2654435761) >>> 8) & 0xffff) / 0x10000,
      background(_, run, text) {
        const controller = new AbortController();
        const id = (jobs.at(-1)?.id ?? 0) + 1;
        const job: Job = {
          id,
          text,
          controller,
          finished: false,
          done: run(runtimeFor(controller.signal)).catch(() => 130),
        };
        jobs.push(job);
        io?.writeError(`[${id}] ${1000 + id}\n`);
        void job.done.then(() => {
          job.finished = true;
        });
      },
      async spawn(argv, state, streams, environment) {
        const [name = '', ...args] = argv;
        const command = lookUp(name, state.machine);
        if (!command) return commandNotFound(name, state, streams, session, COMMANDS);
        return start(command, name, args, state, streams, environment, signal);
      },
    };
  }

  function lookUp(path: string, machine: Machine): Command | undefined {
    const name = path.includes('/') ? path.replace(/^(\/usr)?(\/local)?\/s?bin\//, '') : path;
    const command = commands.get(name);
    if (!command) return undefined;
    if (machine.kind === 'workstation') return command.where === 'machines' ? undefined : command;
    if (command.where === 'workstation') return undefined;
    const { tools } = machine.context;
    return command.builtin || tools === undefined || tools.includes(name) ? command : undefined;
  }

  async function start(
    command: Command,
    name: string,
    args: readonly string[],
    state: ShellState,
    streams: Streams,
    environment: ReadonlyMap<string, string>,
    signal: AbortSignal,
  ): Promise<number> {
    const process = makeProcess(name, args, state, streams, environment, signal);
    try {
      return await command.run(process);
    } catch (error) {
      if (error instanceof BrokenPipe) return 141;
      throw error;
    }
  }

  function makeProcess(
    name: string,
    args: readonly string[],
    state: ShellState,
    streams: Streams,
    environment: ReadonlyMap<string, string>,
    signal: AbortSignal,
  ): Process {
    const env = Object.fromEntries(environment);
    const check = () => {
      if (signal.aborted) throw new Interrupted();
    };
    const inner = (
      options: RunOptions = {},
    ): { state: ShellState; streams: Streams; signal: AbortSignal } => {
      const machine = options.machine ?? state.machine;
      const fresh = newState(machine, 'sh');
      const own =
        machine === state.machine
          ? {
              ...fresh,
              directory: state.directory,
              variables: new Map(Object.entries(env)),
              exported: new Set(Object.keys(env)),
            }
          : fresh;
      for (const [key, value] of Object.entries(options.env ?? {})) {
        own.variables.set(key, value);
        own.exported.add(key);
      }
      own.positional = options.positional ?? [];
      return {
        state: own,
        signal: options.signal ?? signal,
        streams: {
          stdin: options.stdin ?? streams.stdin,
          stdinIsTerminal: options.stdin === undefined && streams.stdinIsTerminal,
          stdout: options.stdout ?? streams.stdout,
          stderr: options.stderr ?? streams.stderr,
        },
      };
    };
    return {
      name,
      args,
      env,
      ...streams,
      columns: io?.columns ?? 80,
      signal,
      machine: state.machine,
      session,
      files: createFileSystem(state.machine, host.files, () => state.directory),
      async sleep(ms) {
        check();
        await time.sleep(ms, signal);
        check();
      },
      async follow(ms) {
        check();
        await time.follow(ms, signal);
        check();
      },
      looping: state.looping > 0,
      async pause() {
        check();
        await breathe();
        check();
      },
      clear: () => io?.clear?.(),
      async runLine(line, options) {
        const own = inner(options);
        return (await createInterpreter(runtimeFor(own.signal)).run(parse(line), own.state, own.streams))
          .status;
      },
      runProgram(argv, options) {
        const own = inner(options);
        const environment = new Map(
          Array.from(own.state.variables).filter(([key]) => own.state.exported.has(key)),
        );
        const command = lookUp(argv[0] ?? '', own.state.machine);
        if (!command) return commandNotFound(argv[0] ?? '', own.state, own.streams, session, COMMANDS);
        return start(command, argv[0]!, argv.slice(1), own.state, own.streams, environment, own.signal);
      },
    };
  }

  /** The machine may be gone since the last line: a pod was deleted. */
  function top(): Level {
    while (levels.length > 1 && typeof levels.at(-1)!.machine() === 'string') {
      levels.pop();
      io?.writeError('command terminated with exit code 137\n');
    }
    return levels.at(-1)!;
  }

  return {
    async run(line, lineIo) {
      io = lineIo;
      written = 0;
      current = [];
      const controller = new AbortController();
      const abort = () => controller.abort();
      if (lineIo.signal.aborted) abort();
      lineIo.signal.addEventListener('abort', abort);
      const level = top();
      const streams: Streams = {
        stdin: textInput(''),
        stdinIsTerminal: true,
        stdout: screen('write', controller),
        stderr: screen('writeError', controller),
      };
      let status: number;
      try {
        const result = await createInterpreter(runtimeFor(controller.signal)).run(
          parse(line),
          level.state,
          streams,
        );
        status = result.status;
        if (result.exited && levels.length > 1) {
          levels.pop();
          if (level.closing !== '') lineIo.write(level.closing);
        }
      } catch (error) {
        if (!(error instanceof Interrupted)) throw error;
        status = 130;
      } finally {
        lineIo.signal.removeEventListener('abort', abort);
      }
      level.state.status = status;
      if (entered) {
        levels.push(entered);
        entered = undefined;
      }
      for (const job of jobs.filter(({ finished }) => finished)) {
        lineIo.writeError(`[${job.id}]+  Done                    ${job.text}\n`);
        jobs.splice(jobs.indexOf(job), 1);
      }
      const exchanges = current;
      if (exchanges.length > 0) last = exchanges;
      current = [];
      return { status, exchanges };
    },
    complete: (line, cursor) =>
      complete(line, cursor, {
        session,
        commands: COMMANDS,
        machine: levels.at(-1)!.state.machine,
        files: createFileSystem(
          levels.at(-1)!.state.machine,
          host.files,
          () => levels.at(-1)!.state.directory,
        ),
      }),
    prompt: () => promptOf(levels.at(-1)!.state.machine, levels.at(-1)!.state.directory),
    isIncomplete,
  };
}
