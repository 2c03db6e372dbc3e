import type { Cluster, Exchange, Message } from '../engine/index.ts';
import type { ShellTime } from './session/virtual-time.ts';

/** The files that commands read and write by name (`kubectl apply -f hello.yaml`). */
export interface ShellFiles {
  list(): readonly string[];
  read(name: string): string | undefined;
  write(name: string, text: string): void;
}

/** One YAML document as kubectl sees it. `manifest` implements it; the shell is handed it. */
export interface ManifestDocument {
  readonly object: unknown;
  readonly file: string;
  readonly index: number;
}

export interface ManifestProblem {
  readonly file: string;
  /** The document that is broken. kubectl reads nothing of the file from there on. Absent: the file as a whole. */
  readonly index?: number;
  /** kubectl's own sentence: `error: error parsing hello.yaml: error converting YAML to JSON: yaml: line 3: …` */
  readonly message: string;
}

export interface ShellHost {
  readonly cluster: Cluster;
  readonly files: ShellFiles;
  parseManifests(
    text: string,
    file: string,
  ): { readonly documents: readonly ManifestDocument[]; readonly problems: readonly ManifestProblem[] };
  /** An object as kubectl's `-o yaml` prints it. */
  stringifyYaml(value: unknown): string;
  /** Words a message in the reader's language: for `help`, `trace` and hints. Absent: ids and values are shown as they are. */
  say?(message: Message): string;
  /** The time of all shells of this host, when there are several. Absent: the shell has its own. */
  readonly time?: ShellTime;
  /** Lines that were typed before this shell was made, oldest first, for `history`. */
  readonly history?: readonly string[];
  /** Opens a text for `kubectl edit`; undefined: the reader gave up. Absent: `edit` says that there is no editor. */
  edit?(name: string, text: string): Promise<string | undefined>;
}

export interface CommandIo {
  write(text: string): void;
  writeError(text: string): void;
  readonly columns: number;
  /** Colours may be used. Default: they may not. */
  readonly colours?: boolean;
  /** False: nobody looks on; what is written goes into a file or another program, as tools see it. Default true. */
  readonly terminal?: boolean;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
  /** Lets the host breathe (deliver Ctrl-C, paint) between rounds of something long. Default: a macrotask now and then. */
  pause?(): Promise<void>;
  /** Wipes the screen, for `clear` and `watch`. Absent: nothing is wiped. */
  clear?(): void;
}

/** What a command line did, beside what it printed. */
export interface CommandReport {
  /** The exit status of the last command. */
  readonly status: number;
  /** The exchanges that its programs made, in order (without those nested in another's `caused`). */
  readonly exchanges: readonly Exchange[];
}

export interface Completion {
  /** Where in the line the replaced text begins. */
  readonly from: number;
  readonly options: readonly { readonly text: string; readonly detail?: string }[];
}

export interface Shell {
  run(line: string, io: CommandIo): Promise<CommandReport>;
  complete(line: string, cursor: number): Completion;
  /** What stands before the cursor: `$ `, or `root@node-1:~# ` after `ssh node-1`. */
  prompt(): string;
  /** Whether a line ends in the middle of a quote, a loop or a here-document, so that more must be typed. */
  isIncomplete(line: string): boolean;
  /** Ends what still runs in the background. */
  close(): void;
}
