import type { CommandResult, GoalState, LabFile, LabSession, LabState } from './protocol.ts';

/** One thing that happened in a session. A session's state is a function of the list of them. */
export type LogEntry =
  | { readonly kind: 'save'; readonly files: readonly LabFile[] }
  | { readonly kind: 'run'; readonly line: string; readonly columns: number; readonly machine: string }
  | {
      readonly kind: 'visit';
      readonly exchange: number;
      readonly packet: number;
      readonly hop: number;
      readonly step: number;
    };

/** Past this, a log is not kept: replaying it would be slower than starting over. */
export const MAX_LOG = 400;

export interface Replayed {
  readonly state: LabState;
  readonly goals: readonly GoalState[];
  /** The last command's result, with its trips. */
  readonly last: CommandResult | undefined;
  /** What each command printed, on the machine where it ran. */
  readonly transcript: readonly {
    readonly machine: string;
    readonly line: string;
    readonly output: string;
    readonly prompt: string;
  }[];
}

/** Brings a session to where a log ended: reset, undo, reload and recovery are all this, with another list. */
export async function replay(
  session: LabSession,
  start: readonly LabFile[],
  log: readonly LogEntry[],
): Promise<Replayed> {
  let state = await session.start(start);
  let { goals } = state;
  let last: CommandResult | undefined;
  const transcript: Replayed['transcript'][number][] = [];
  for (const entry of log) {
    switch (entry.kind) {
      case 'save':
        await session.save(entry.files);
        break;
      case 'run': {
        const printed: string[] = [];
        last = await session.run(entry.line, (text) => printed.push(text), entry.columns, entry.machine);
        const output = printed.join('');
        transcript.push({ machine: entry.machine, line: entry.line, output, prompt: last.prompt ?? '$ ' });
        ({ state } = last);
        ({ goals } = last.state);
        break;
      }
      case 'visit':
        goals = await session.visit(entry.exchange, entry.packet, entry.hop, entry.step);
    }
  }
  return { state, goals, last, transcript };
}
