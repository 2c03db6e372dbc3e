import type {
  CommandResult,
  GoalState,
  LabFile,
  LabSession,
  LabState,
  TerminalName,
  Trip,
} from './protocol.ts';

/** One thing that happened in a session. A session's state is a function of the list of them. */
export type LogEntry =
  | { readonly kind: 'save'; readonly files: readonly LabFile[] }
  | RunEntry
  /** A line that others overlapped, or that was stopped, ended at this virtual instant (ms). */
  | { readonly kind: 'end'; readonly terminal: TerminalName; readonly at: number; readonly stopped: boolean }
  /** A terminal was closed. */
  | { readonly kind: 'close'; readonly terminal: TerminalName }
  | {
      readonly kind: 'visit';
      readonly exchange: number;
      readonly packet: number;
      readonly hop: number;
      readonly step: number;
    };

export interface RunEntry {
  readonly kind: 'run';
  readonly line: string;
  readonly columns: number;
  readonly terminal: TerminalName;
  /** The virtual instant (ms) at which it began. Absent: it has not ended. */
  readonly at?: number;
  /** What the learner made of the texts that the line opened in the editor; null: nothing, given up. */
  readonly answers?: readonly (string | null)[];
}

/** Past this, a log is not kept: replaying it would be slower than starting over. */
export const MAX_LOG = 400;

export interface Replayed {
  readonly state: LabState;
  readonly goals: readonly GoalState[];
  /** Of the last command that made any. */
  readonly trips: readonly Trip[];
  /** The files as the session has them now. */
  readonly files: readonly LabFile[];
  /** What each command printed, in the terminal where it ran. */
  readonly transcript: readonly {
    readonly terminal: TerminalName;
    readonly line: string;
    readonly output: string;
    readonly prompt: string;
  }[];
}

/** A line that is being done again. */
interface Running {
  readonly done: Promise<void>;
  print(text: string): void;
}

/** Brings a session to where a log ended: reset, undo, reload and recovery are all this, with another list. */
export async function replay(
  session: LabSession,
  start: readonly LabFile[],
  log: readonly LogEntry[],
): Promise<Replayed> {
  let state = await session.start(start);
  await session.hold(0);
  let { goals } = state;
  let trips: readonly Trip[] = [];
  const files = new Map(start.map((file) => [file.name, file]));
  const transcript: Replayed['transcript'][number][] = [];
  const running = new Map<TerminalName, Running>();

  /** Time goes on for those who look on until this instant, or until they look no more. */
  async function passUntil(at: number | undefined): Promise<void> {
    if (at === undefined || running.size === 0) return;
    await Promise.race([session.hold(at), ...[...running.values()].map(({ done }) => done)]);
  }

  function begin(entry: RunEntry): Running {
    const { line, columns, terminal } = entry;
    const printed: string[] = [];
    const answers = [...(entry.answers ?? [])];
    const io = {
      terminal,
      columns,
      write: (text: string) => void printed.push(text),
      edit: async () => answers.shift() ?? undefined,
    };
    const done = session.run(line, io).then((result: CommandResult) => {
      transcript.push({ terminal, line, output: printed.join(''), prompt: result.prompt ?? '$ ' });
      ({ state } = result);
      ({ goals } = result.state);
      if (result.trips.length > 0) ({ trips } = result);
      for (const file of result.files ?? []) files.set(file.name, file);
    });
    return { done, print: io.write };
  }

  async function stop(terminal: TerminalName, isStopped: boolean): Promise<void> {
    const line = running.get(terminal);
    if (isStopped) {
      line?.print('^C');
      session.interrupt(terminal);
    }
    await line?.done;
    running.delete(terminal);
  }

  for (const [index, entry] of log.entries()) {
    switch (entry.kind) {
      case 'save':
        await session.save(entry.files);
        for (const file of entry.files) files.set(file.name, file);
        break;
      case 'run': {
        await passUntil(entry.at);
        const line = begin(entry);
        if (isOverlapped(log, index, entry)) running.set(entry.terminal, line);
        else await line.done;
        break;
      }
      case 'end':
        await passUntil(entry.at);
        await stop(entry.terminal, entry.stopped);
        break;
      case 'close':
        await stop(entry.terminal, true);
        await session.close(entry.terminal);
        break;
      case 'visit':
        goals = await session.visit(entry.exchange, entry.packet, entry.hop, entry.step);
    }
  }
  for (const terminal of [...running.keys()]) await stop(terminal, true);
  await session.hold();
  return { state, goals, trips, files: [...files.values()], transcript };
}

/** Whether a line's end is told by an entry of its own, or it never came to one. */
function isOverlapped(log: readonly LogEntry[], index: number, { terminal, at }: RunEntry): boolean {
  const next = log.slice(index + 1).find((each) => 'terminal' in each && each.terminal === terminal);
  return at === undefined || next?.kind === 'end';
}
