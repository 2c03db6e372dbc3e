import { type LabClient, LabWorkerDied } from './client.ts';
import type { LabProgress } from './progress.ts';
import type { CommandResult, GoalState, LabFile, Problem } from './protocol.ts';
import { type LogEntry, MAX_LOG, type Replayed, replay } from './session-log.ts';

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
}

/**
 * What a learner does in a lab, kept as a list, so that it can be done again: after a reload, after undoing a reset, or
 * in a new worker when one has died.
 */
export function createRunner({ client, start, keep }: RunnerOptions) {
  let files = start;
  /** The files as the session has them. */
  let saved = new Map(start.map((file) => [file.name, file.text]));
  let log: readonly LogEntry[] = [];
  let met: readonly string[] = [];
  let history: readonly string[] = [];

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
    saved = new Map(start.map((file) => [file.name, file.text]));
    for (const entry of entries) {
      if (entry.kind === 'save') for (const file of entry.files) saved.set(file.name, file.text);
    }
    for (const file of replayed.last?.files ?? []) saved.set(file.name, file.text);
    return replayed;
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
    check: (): Promise<readonly Problem[]> => client.check(files),
    async run(
      line: string,
      write: (text: string) => void,
      columns: number,
      machine: string,
    ): Promise<RunOutcome> {
      try {
        await saveChanged();
        const result = await client.run(line, write, columns, machine);
        note({ kind: 'run', line, columns, machine });
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
        if (!(error instanceof LabWorkerDied)) throw error;
        // The line that did it is not among those that are done again.
        await client.restart();
        return { kind: 'recovered', state: await replayAll(log) };
      }
    },
    /** The learner stands on this step. */
    async visit(exchange: number, packet: number, hop: number, step: number): Promise<readonly GoalState[]> {
      const entry = { kind: 'visit' as const, exchange, packet, hop, step };
      const goals = await client.visit(exchange, packet, hop, step);
      if (!log.some((each) => JSON.stringify(each) === JSON.stringify(entry))) note(entry);
      remember(goals);
      changed();
      return goals;
    },
  };
}

export type LabRunner = ReturnType<typeof createRunner>;
