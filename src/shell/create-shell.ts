import type { Exchange } from '../engine/index.ts';
import { COMMANDS } from './commands/index.ts';
import { complete } from './completion/complete.ts';
import { type Closing, Interrupted, type Machine, type Session } from './process.ts';
import { createBreather, macrotask } from './session/breather.ts';
import { createFileSystem } from './session/file-system.ts';
import { createJobTable, jobLine } from './session/jobs.ts';
import { promptOf, workstation } from './session/machines.ts';
import { createPrograms, type Programs } from './session/programs.ts';
import { createScreen } from './session/screen.ts';
import { createShellTime } from './session/virtual-time.ts';
import { textInput } from './streams.ts';
import { BUILTINS } from './syntax/builtins.ts';
import { createInterpreter } from './syntax/interpreter.ts';
import { isIncomplete } from './syntax/is-incomplete.ts';
import { emptyState, type Runtime, type ShellState, type Streams } from './syntax/state.ts';
import type { CommandIo, Shell, ShellHost } from './types.ts';

/** The shell's own process id; its jobs' come after it. */
const SHELL_PID = 1000;
/** How many lines `history` remembers. */
const MAX_HISTORY = 1000;

/** One shell on the way: `ssh node-1` and `kubectl exec -it` put another one on top. */
interface Level {
  readonly machine: () => Machine | string;
  readonly state: ShellState;
  readonly closing: Closing;
}

/** A terminal on a cluster: bash on the reader's own machine, from which kubectl and ssh reach the rest. */
export function createShell(host: ShellHost): Shell {
  const { cluster } = host;
  const jobs = createJobTable();
  const history: string[] = [...(host.history ?? [])].slice(-MAX_HISTORY);
  let ids = 0;
  let last: readonly Exchange[] = [];
  let current: Exchange[] = [];
  let io: CommandIo | undefined;

  const home = workstation(cluster);
  const levels: Level[] = [{ machine: () => home, state: emptyState(home, 'bash'), closing: '' }];
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
      if (typeof found !== 'string') entered = { machine, state: emptyState(found, 'sh'), closing };
    },
  };
  const screen = createScreen(
    () => io,
    () => session.say({ id: 'shell.too-much-output', values: {} }),
  );
  const breathe = createBreather(() => {
    screen.flush();
    return io?.pause?.() ?? macrotask();
  });
  const time = host.time ?? createShellTime(cluster.clock, { pause: breathe });
  const programs: Programs = createPrograms({
    session,
    time,
    breathe,
    runtimeFor,
    columns: () => io?.columns ?? 80,
    isWatched: host.time !== undefined,
    flush: screen.flush,
    clear() {
      screen.flush();
      io?.clear?.();
    },
  });

  function streamsFor(controller: AbortController): Streams {
    const stop = () => controller.abort();
    return {
      stdin: textInput(''),
      stdinIsTerminal: true,
      stdout: screen.output('write', stop),
      stderr: screen.output('writeError', stop),
    };
  }

  function runtimeFor(signal: AbortSignal, background = false): Runtime {
    let draws = 0;
    return {
      signal,
      pid: SHELL_PID,
      now: cluster.clock.now,
      jobs,
      history,
      pause: breathe,
      say: session.say,
      filesOf: (state) =>
        createFileSystem(state.machine, host.files, () => state.directory, state.descriptors),
      random: () => ((Math.imul(++draws + ids, 2654435761) >>> 8) & 0xffff) / 0x10000,
      background(_, run, text) {
        const job = jobs.start(text, (own) => run(runtimeFor(own, true)));
        void job.done.then(screen.flush);
        io?.writeError(`[${job.id}] ${job.pid}\n`);
      },
      knows(name, state) {
        const command = programs.find(name, state.machine);
        return command && (command.builtin ? 'builtin' : 'program');
      },
      spawn: (argv, state, streams, environment) =>
        programs.start(argv, { state, streams, environment, signal, background }),
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

  function filesOf({ machine, directory, descriptors }: ShellState) {
    return createFileSystem(machine, host.files, () => directory, descriptors);
  }

  return {
    async run(line, lineIo) {
      io = lineIo;
      screen.reset();
      current = [];
      if (line.trim() !== '' && history.push(line) > MAX_HISTORY) history.shift();
      const controller = new AbortController();
      const abort = () => controller.abort();
      if (lineIo.signal.aborted) abort();
      lineIo.signal.addEventListener('abort', abort);
      const level = top();
      level.state.descriptors.clear();
      let status: number;
      try {
        const interpreter = createInterpreter(runtimeFor(controller.signal));
        const result = await interpreter.run(line, level.state, streamsFor(controller));
        status = result.status;
        // The terminal opens another shell when its first one ends.
        if (result.exited) level.state.options.clear();
        if (result.exited && levels.length > 1) {
          levels.pop();
          screen.flush();
          const { closing } = level;
          const text = typeof closing === 'string' ? closing : await closing(result.status);
          if (text !== '') lineIo.write(text);
        }
      } catch (error) {
        if (!(error instanceof Interrupted)) throw error;
        status = 130;
      } finally {
        lineIo.signal.removeEventListener('abort', abort);
        screen.flush();
      }
      level.state.status = status;
      if (entered) {
        levels.push(entered);
        entered = undefined;
      }
      const all = jobs.list();
      for (const job of jobs.reap()) lineIo.writeError(jobLine(job, all));
      const exchanges = current;
      if (exchanges.length > 0) last = exchanges;
      current = [];
      return { status, exchanges };
    },
    complete(line, cursor) {
      const { state } = levels.at(-1)!;
      return complete(line, cursor, {
        session,
        commands: COMMANDS,
        builtins: Object.keys(BUILTINS),
        state,
        machine: state.machine,
        files: filesOf(state),
      });
    },
    prompt: () => promptOf(levels.at(-1)!.state.machine, levels.at(-1)!.state.directory),
    isIncomplete,
    close: jobs.killAll,
  };
}
