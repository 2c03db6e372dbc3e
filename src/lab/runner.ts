import { type LabClient, LabWorkerDied } from './client.ts';
import type { LabProgress } from './progress.ts';
import type { CommandResult, GoalState, LabFile, Problem, RunIo, TerminalName } from './protocol.ts';
import { type LogEntry, MAX_LOG, type Replayed, type RunEntry, replay } from './session-log.ts';
import { OWN } from './terminal-name.ts';

/** How a command ended: as it should, or with its worker, in whose place a new one now stands. */
export type RunOutcome =
  | { readonly kind: 'done'; readonly result: CommandResult }
  | { readonly kind: 'recovered'; readonly state: Replayed };

export interface RunnerOptions {
  readonly client: LabClient;
  /** What the lab begins with. */
  readonly start: readonly LabFile[];
  /** Called after every change worth keeping. */
  keep(progress: LabProgress): void;
  /** The worker died while nothing ran in a terminal; all that was done has been done again in a new one. */
  onRecovered?(state: Replayed): void;
}

/** A line that runs now. */
interface Line {
  entry: RunEntry;
  isStopped: boolean;
}

/**
 * What a learner does in a lab, kept as a list, so that it can be done again: after a reload, after undoing a reset, or
 * in a new worker when one has died.
 */
export function createRunner({ client, start, keep, onRecovered }: RunnerOptions) {
  let files = start;
  /** The files as the session has them. */
  let saved = new Map(start.map((file) => [file.name, file.text]));
  let log: readonly LogEntry[] = [];
  let met: readonly string[] = [];
  let history: readonly string[] = [];
  const lines = new Map<TerminalName, Line>();
  /** One new worker for all who find the old one dead. */
  let recovery: Promise<Replayed> | undefined;
  let problems: readonly Problem[] = [];

  const now = (): LabProgress => ({ files, log: log.length > MAX_LOG ? [] : log, met, history });
  const changed = () => keep(now());
  const note = (...entries: readonly LogEntry[]) => {
    log = [...log, ...entries];
  };
  const remember = (goals: readonly GoalState[]) => {
    met = [...new Set([...met, ...goals.filter((goal) => goal.done).map((goal) => goal.id)])];
  };

  async function saveChanged(): Promise<void> {
    const different = files.filter((file) => saved.get(file.name) !== file.text);
    if (different.length === 0) return;
    await client.save(different);
    note({ kind: 'save', files: different });
    for (const file of different) saved.set(file.name, file.text);
  }

  async function replayAll(entries: readonly LogEntry[]): Promise<Replayed> {
    const replayed = await replay(client, start, entries);
    saved = new Map(replayed.files.map((file) => [file.name, file.text]));
    return replayed;
  }

  function recover(): Promise<Replayed> {
    recovery ??= (async () => {
      try {
        // The lines that ran when it died are not among those that are done again.
        const gone = new Set<LogEntry>([...lines.values()].map(({ entry }) => entry));
        log = log.filter((entry) => !gone.has(entry));
        await client.restart();
        return await replayAll(log);
      } finally {
        recovery = undefined;
      }
    })();
    return recovery;
  }

  /** Asks something that can be done without. When the worker has died, the answer is `otherwise`, and a new one comes. */
  async function askInPassing<T>(question: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      if (recovery) await recovery;
      return await question();
    } catch (error) {
      if (!(error instanceof LabWorkerDied)) throw error;
      // Where a line runs, its own end tells of it.
      if (lines.size === 0 && !recovery) await recover().then((state) => onRecovered?.(state), ignore);
      return otherwise;
    }
  }

  /** The line's entry takes its final form; others that came in between make its end an entry of its own. */
  function noteEnd(terminal: TerminalName, line: Line, { from, to }: CommandResult): void {
    const { entry, isStopped } = line;
    const done = { ...entry, at: from };
    const isLast = log.at(-1) === entry;
    log = log.map((each) => (each === entry ? done : each));
    if (isStopped || !isLast) note({ kind: 'end', terminal, at: to, stopped: isStopped });
  }

  async function perform(line: string, io: RunIo): Promise<CommandResult> {
    const { terminal = OWN, columns } = io;
    await saveChanged();
    const running: Line = { entry: { kind: 'run', line, columns, terminal }, isStopped: false };
    lines.set(terminal, running);
    note(running.entry);
    const edit = async (name: string, text: string) => {
      const answer = await io.edit?.(name, text);
      const { entry } = running;
      const answered: RunEntry = { ...entry, answers: [...(entry.answers ?? []), answer ?? null] };
      log = log.map((each) => (each === entry ? answered : each));
      running.entry = answered;
      return answer;
    };
    const result = await client.run(line, { ...io, edit });
    lines.delete(terminal);
    noteEnd(terminal, running, result);
    return result;
  }

  return {
    get progress(): LabProgress {
      return now();
    },
    /** Goes to where a list of doings ended. With nothing: to the beginning. */
    async restore(progress?: LabProgress): Promise<Replayed> {
      files = progress?.files ?? start;
      log = progress?.log ?? [];
      met = progress?.met ?? [];
      history = progress?.history ?? history;
      const replayed = await replayAll(log);
      remember(replayed.goals);
      changed();
      return replayed;
    },
    /** The editor's texts are these now. */
    edit(next: readonly LabFile[]): void {
      files = next;
      changed();
    },
    setHistory(lines: readonly string[]): void {
      history = lines;
      changed();
    },
    async check(): Promise<readonly Problem[]> {
      problems = await askInPassing(() => client.check(files), problems);
      return problems;
    },
    complete: (line: string, cursor: number, terminal: TerminalName) =>
      askInPassing(() => client.complete(line, cursor, terminal), { from: cursor, options: [] }),
    isIncomplete: (line: string) => askInPassing(() => client.isIncomplete(line), false),
    describe: (query: Parameters<LabClient['describe']>[0]) =>
      askInPassing(() => client.describe(query), undefined),
    async run(line: string, io: RunIo): Promise<RunOutcome> {
      try {
        // One that died unnoticed is not the line's fault.
        if (recovery) await recovery;
        else if (!client.isAlive) await recover();
        const result = await perform(line, io);
        for (const file of result.files ?? []) {
          saved.set(file.name, file.text);
          files = files.some((each) => each.name === file.name)
            ? files.map((each) => (each.name === file.name ? file : each))
            : [...files, file];
        }
        remember(result.state.goals);
        changed();
        return { kind: 'done', result };
      } catch (error) {
        const state = error instanceof LabWorkerDied ? await recover() : undefined;
        lines.delete(io.terminal ?? OWN);
        if (!state) throw error;
        changed();
        return { kind: 'recovered', state };
      }
    },
    /** Ctrl-C. */
    interrupt(terminal: TerminalName): void {
      const line = lines.get(terminal);
      if (line) line.isStopped = true;
      client.interrupt(terminal);
    },
    /** A terminal is gone. */
    async close(terminal: TerminalName): Promise<void> {
      const isUsed = log.some((entry) => 'terminal' in entry && entry.terminal === terminal);
      if (isUsed) note({ kind: 'close', terminal });
      await askInPassing(() => client.close(terminal), undefined);
      changed();
    },
    /** The learner stands on this step. */
    async visit(exchange: number, packet: number, hop: number, step: number): Promise<readonly GoalState[]> {
      const entry = { kind: 'visit' as const, exchange, packet, hop, step };
      const goals = await askInPassing(() => client.visit(exchange, packet, hop, step), []);
      if (!log.some((each) => JSON.stringify(each) === JSON.stringify(entry))) note(entry);
      remember(goals);
      changed();
      return goals;
    },
  };
}

export type LabRunner = ReturnType<typeof createRunner>;

function ignore(): void {}
