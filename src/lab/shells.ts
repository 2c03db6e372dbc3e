import type { ApiClient, Cluster, Message } from '../engine/index.ts';
import { parseManifest, stringifyYaml } from '../manifest/index.ts';
import { type CommandIo, createShell, createShellTime, type Shell, type ShellFiles } from '../shell/index.ts';
import type { RunIo, TerminalName } from './protocol.ts';
import { type WriteOutcome, withOutcomes } from './rejections.ts';
import { machineOf, OWN } from './terminal-name.ts';

export interface ShellsOptions {
  readonly cluster: Cluster;
  readonly files: ShellFiles;
  say?(message: Message): string;
  /** Lets whoever waits outside (a keystroke, a paint) have a turn in the middle of a long command. */
  pause?(): Promise<void>;
  /** How long virtual time takes for those who only look on. Absent: none. */
  wait?(ms: number): Promise<void>;
}

/** A terminal: a shell, the line that runs in it, and what its writes came to. */
export interface LabShell {
  readonly shell: Shell;
  /** What the API server answered to the writes of the line that runs, or ran last. */
  readonly outcomes: readonly WriteOutcome[];
  /** Runs one line. Answers what it printed, as far as it is remembered. */
  run(line: string, io: RunIo): Promise<{ readonly output: string } & Awaited<ReturnType<Shell['run']>>>;
  interrupt(): void;
}

const REMEMBERED_OUTPUT = 100_000;
/** How long, in real milliseconds, a hold may take. */
const PATIENCE_MS = 2000;
/** Within so many turns a line has come to where it waits, or it will not soon. */
const FIRST_TURNS = 50;
const SILENT = { columns: 80, write() {} } satisfies RunIo;

/** The shells of a lab's terminals, all on one cluster and in one time. A shell begins when it is first asked for. */
export function createShells(options: ShellsOptions) {
  const { cluster, files, say, pause, wait } = options;
  /** Where time is held for those who only look on, while what was done before is done again. */
  let held: { readonly until: number; readonly reached: () => void } | undefined;
  let moved = () => {};
  const time = createShellTime(cluster.clock, {
    ...(pause ? { pause } : {}),
    ...(wait ? { wait: pace(wait) } : {}),
  });
  const open = new Map<TerminalName, LabShell>();

  /** The learner's own pace; while it is held, no time until the hold lets it go on, and then at once. */
  function pace(real: (ms: number) => Promise<void>) {
    return async (ms: number): Promise<void> => {
      const end = cluster.clock.now() + ms;
      for (;;) {
        if (!held) return real(ms);
        // Another's settling or sleep has carried it along.
        if (cluster.clock.now() >= end || end <= held.until) return;
        const left = held.until - cluster.clock.now();
        if (left > 0) cluster.clock.advance(left);
        held.reached();
        await new Promise<void>((resolve) => {
          moved = resolve;
        });
      }
    };
  }

  async function begin(terminal: TerminalName): Promise<LabShell> {
    const outcomes: WriteOutcome[] = [];
    let io: RunIo = SILENT;
    let controller: AbortController | undefined;
    const api: ApiClient = withOutcomes(cluster.api, (outcome) => outcomes.push(outcome));
    const shell = createShell({
      cluster: { ...cluster, api },
      files,
      time,
      parseManifests: parseManifest,
      stringifyYaml,
      ...(say ? { say } : {}),
      edit: (name, text) => edit(io, name, text, controller?.signal),
    });
    const entry: LabShell = {
      shell,
      outcomes,
      async run(line, given) {
        io = given;
        outcomes.length = 0;
        controller = new AbortController();
        let output = '';
        const write = (text: string) => {
          if (output.length < REMEMBERED_OUTPUT) output += text.slice(0, REMEMBERED_OUTPUT - output.length);
          io.write(text);
        };
        const command: CommandIo = {
          write,
          writeError: write,
          clear: () => io.write('\x1b[2J\x1b[3J\x1b[H'),
          columns: io.columns,
          colours: true,
          signal: controller.signal,
          ...(pause
            ? {
                async pause() {
                  await pause();
                  await given.drained?.();
                },
              }
            : {}),
        };
        return { ...(await shell.run(line, command)), output };
      },
      interrupt: () => controller?.abort(),
    };
    const machine = machineOf(terminal);
    if (machine !== '') await entry.run(`ssh ${machine}`, SILENT);
    return entry;
  }

  return {
    async of(terminal: TerminalName = OWN): Promise<LabShell> {
      const found = open.get(terminal);
      if (found) return found;
      const shell = await begin(terminal);
      open.set(terminal, shell);
      return shell;
    },
    interrupt: (terminal: TerminalName) => open.get(terminal)?.interrupt(),
    close(terminal: TerminalName): void {
      const closed = open.get(terminal);
      closed?.interrupt();
      closed?.shell.close();
      open.delete(terminal);
    },
    async hold(until?: number): Promise<void> {
      if (until === undefined) {
        held = undefined;
        moved();
        return;
      }
      // Lines that have just begun come to their first wait.
      for (let turn = 0; pause && turn < FIRST_TURNS; turn++) await pause();
      await new Promise<void>((resolve) => {
        held = { until, reached: resolve };
        moved();
        if (wait && time.isAwaited) {
          // Whoever looks on comes to its next wait by itself; one that waits for something else is not waited for.
          setTimeout(resolve, PATIENCE_MS);
          return;
        }
        const left = until - cluster.clock.now();
        if (left > 0) cluster.clock.advance(left);
        resolve();
      });
    },
  };
}

export type Shells = ReturnType<typeof createShells>;

/** The learner's answer, or none once the line is stopped. */
function edit(io: RunIo, name: string, text: string, signal: AbortSignal | undefined) {
  if (!io.edit || signal?.aborted) return Promise.resolve(undefined);
  const stopped = new Promise<undefined>((resolve) => {
    signal?.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  return Promise.race([io.edit(name, text), stopped]);
}
