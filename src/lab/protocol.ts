import type {
  ClusterView,
  Exchange,
  FieldDescription,
  FieldQuery,
  Message,
  ObjectReference,
  Observation,
  Station,
} from '../engine/index.ts';
import type { Completion } from '../shell/index.ts';

/** What crosses between the page and the worker that runs the lab. All plain data. */

export interface LabFile {
  readonly name: string;
  readonly text: string;
}

/** A place in the learner's files; lines and columns count from 1, ends are exclusive in columns. */
export interface SourceRange {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Something wrong in a file: what the page underlines. `message` is what the real component says, in its English. */
export interface Problem {
  readonly range: SourceRange;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** `yaml`: the text cannot be read; `field`: seen while typing; `server`: the API server's answer. */
  readonly stage?: 'yaml' | 'field' | 'server';
  /** The field that it is about: `spec.ports[0].port`. */
  readonly field?: string;
  /** What the lab adds to help, in the learner's language. */
  readonly hint?: Message;
}

/** One exchange as the strip, the map and the hop card show it. */
export interface Trip {
  readonly exchange: Exchange;
  /** By packet of `exchange.packets`. */
  readonly packets: readonly {
    readonly stations: readonly Station[];
    readonly observations: readonly (Observation & { readonly source?: SourceRange })[];
  }[];
  readonly caused: readonly Trip[];
}

export interface GoalState {
  readonly id: string;
  readonly done: boolean;
  /** What the lab saw: `200 OK from 100.96.2.3`, `2 of 3 so far`. */
  readonly evidence?: Message;
}

/** What has changed after a run or a command. */
export interface LabState {
  readonly view: ClusterView;
  readonly goals: readonly GoalState[];
  readonly problems: readonly Problem[];
  /** The objects of the learner's files and where they stand. */
  readonly sources: readonly { readonly object: ObjectReference; readonly range: SourceRange }[];
}

/**
 * A terminal of the lab, by name: `''` is the first on the learner's own computer, `/2`, `/3` … are others there, and
 * any other name is the node whose own shell it shows.
 */
export type TerminalName = string;

/** What a line that runs has of the outside. */
export interface RunIo {
  /** Default: the first on the learner's own computer. */
  readonly terminal?: TerminalName;
  readonly columns: number;
  write(text: string): void;
  /** Resolves when whoever reads has caught up with what was written. Absent: always. */
  drained?(): Promise<void>;
  /** Opens a text in the editor for `kubectl edit`; undefined: the learner gave up. Absent: there is no editor. */
  edit?(name: string, text: string): Promise<string | undefined>;
}

export interface CommandResult {
  readonly status: number;
  /** The virtual instants, in ms, at which the line began and ended. */
  readonly from: number;
  readonly to: number;
  readonly trips: readonly Trip[];
  readonly state: LabState;
  /** What the terminal shows before the next line: a session inside a pod or a node changes it. */
  readonly prompt?: string;
  /** The files that the command wrote, when it wrote any. */
  readonly files?: readonly LabFile[];
}

/** A lab at work, as the page talks to it. In the browser every call crosses to a worker; in tests none does. */
export interface LabSession {
  /** Starts the cluster and puts the files in place. */
  start(files: readonly LabFile[]): Promise<LabState>;
  /** While typing: YAML errors and schema errors, nothing is applied. */
  check(files: readonly LabFile[]): Promise<readonly Problem[]>;
  /** Puts the learner's files where commands read them. */
  save(files: readonly LabFile[]): Promise<void>;
  /** Saves the files, runs `kubectl apply -f` on them as the terminal would, lets the cluster settle. */
  apply(files: readonly LabFile[], write: (text: string) => void): Promise<CommandResult>;
  /** One line at a time in a terminal; as many at once as there are terminals. */
  run(line: string, io: RunIo): Promise<CommandResult>;
  /** Ctrl-C in one terminal. */
  interrupt(terminal: TerminalName): void;
  /** The terminal is gone, and its shell with it. */
  close(terminal: TerminalName): Promise<void>;
  /**
   * For doing again what was done: time goes on for those who only look on until this virtual instant, and no further.
   * Resolves when it is reached. Without an instant: at the learner's own pace from now on.
   */
  hold(until?: number): Promise<void>;
  complete(line: string, cursor: number, terminal?: TerminalName): Promise<Completion>;
  /** Whether a line ends in the middle of a quote, a loop or a here-document, so that more must be typed. */
  isIncomplete(line: string): Promise<boolean>;
  /** What the API server knows of a field, for the editor's completion and hover. */
  describe(query: FieldQuery): Promise<FieldDescription | undefined>;
  /** The learner looked at this step of the strip: some goals are about seeing. */
  visit(exchange: number, packet: number, hop: number, step: number): Promise<readonly GoalState[]>;
}
