import { type Clock, formatTimestamp } from '../apimachinery/index.ts';
import type { ExecutionContext } from '../execution.ts';
import { allVariables, getaddrinfo, type Process } from '../libc/index.ts';
import type { PacketNetwork } from '../linux/index.ts';
import { type ContainerLog, createContainerLog } from './container-log.ts';
import { type FileSystem, resolvePath } from './filesystem.ts';
import { findProgram } from './images/find-program.ts';
import type { Image } from './images/image.ts';
import { type RunningProgram, runProgram } from './program-runner.ts';

/** Everything that containerd is told when it creates a container. */
export interface ContainerConfig {
  readonly image: Image;
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly hostname: string;
  readonly netns: string;
  readonly addresses: readonly string[];
  readonly files: FileSystem;
  readonly declaredPorts: Process['declaredPorts'];
  /** Its standard input stays open: `once`: until the first client that attached has gone. */
  readonly stdin: 'closed' | 'open' | 'once';
  /** `tty: true`. */
  readonly terminal: boolean;
  /** Milliseconds of sleep that `settle()` waits for: containers that are expected to end have some. */
  readonly patience: number;
}

export interface ContainerMachine {
  readonly clock: Clock;
  readonly random: () => number;
  readonly epochMs: number;
  readonly network: PacketNetwork;
}

/** A container whose first process runs. */
export interface RunningContainer {
  /** What it has written to stdout and stderr so far. */
  readonly log: ContainerLog;
  /** Its first process reads a terminal: ends it with this code. Absent: it reads none. */
  readonly exit?: (status: number) => void;
  /** How `kubectl exec` enters it. */
  context(): ExecutionContext;
  /** Runs a command beside the first process, as an exec probe does; the output is stdout and stderr together. */
  execute(
    command: readonly string[],
    done: (status: number, output: string) => void,
  ): { readonly cancel: () => void };
  /** SIGTERM; false: ignored. */
  terminate(): boolean;
  /** SIGKILL, and the end of every socket. */
  kill(): void;
}

export type StartResult =
  | { readonly ok: true; readonly container: RunningContainer }
  /** runc's own error; the container never ran. */
  | { readonly ok: false; readonly message: string };

/** Creates and starts a container. `onExit` is called by the clock when its first process ends by itself. */
export function startContainer(
  config: ContainerConfig,
  machine: ContainerMachine,
  onExit: (status: number) => void,
): StartResult {
  const { clock, network } = machine;
  const { image, files } = config;
  const [name = ''] = config.arguments;
  const program = findProgram(image, name);
  const interactive = isInteractive(config);
  // A tool that only a person runs (`kubectl debug -it … -- ip addr`) is run in the shell that attaches.
  const known = program !== undefined || (interactive && image.tools.includes(baseName(name)));
  if (!known) return { ok: false, message: notFoundMessage(name) };

  const startedAt = formatTimestamp(machine.epochMs + clock.now());
  const log = createContainerLog(() => machine.epochMs + clock.now());
  const closers = new Set<() => void>();
  const timers = new Set<() => void>();

  /** `inherited`: what the parents of a child have changed, such as where its output goes. */
  function makeProcess(
    words: readonly string[],
    write: (text: string) => void,
    inherited: Partial<Process> = {},
  ): Process {
    const processName = baseName(words[0] ?? '');
    const process: Process = {
      arguments: words,
      env: config.env,
      hostname: config.hostname,
      netns: config.netns,
      addresses: config.addresses,
      libc: image.libc,
      workingDirectory: config.workingDirectory,
      declaredPorts: config.declaredPorts,
      now: () => clock.now(),
      date: () => machine.epochMs + clock.now(),
      random: machine.random,
      after(milliseconds, work) {
        const cancel = clock.after(
          milliseconds,
          () => {
            timers.delete(cancel);
            work();
          },
          { background: true },
        );
        timers.add(cancel);
        return cancel;
      },
      readFile: (path) => files.read(resolvePath(config.workingDirectory, path)),
      readDirectory: (path) => files.list(resolvePath(config.workingDirectory, path)),
      writeFile: (path, text) => files.write(resolvePath(config.workingDirectory, path), text),
      removeFile: (path) => files.remove(resolvePath(config.workingDirectory, path)),
      stdout: write,
      stderr: write,
      listen(options) {
        const socket = network.listen(config.netns, { ...options, process: processName });
        if (!socket.ok) return socket;
        closers.add(socket.close);
        const close = () => {
          closers.delete(socket.close);
          socket.close();
        };
        return { ok: true, close };
      },
      request: (options) => network.request({ ...options, netns: config.netns, process: processName }),
      resolve(host, family) {
        return getaddrinfo(
          {
            netns: config.netns,
            process: processName,
            libc: image.libc,
            readFile: (path) => files.read(path),
            request: (options) => network.request(options),
          },
          host,
          family === undefined ? {} : { family },
        );
      },
      find: (other) => findProgram(image, other),
      child(changes) {
        return makeProcess(changes.arguments ?? words, write, { ...inherited, ...changes });
      },
    };
    return { ...process, ...inherited };
  }

  function closeEverything(): void {
    for (const close of closers) close();
    for (const cancel of timers) cancel();
    closers.clear();
    timers.clear();
  }

  const exited = (status: number) => {
    closeEverything();
    onExit(status);
  };
  // A shell or tool with a terminal waits for what is typed there; a server does not care.
  const terminal = interactive && image.programs[baseName(name)] === undefined;
  const main: RunningProgram & { readonly exit?: (status: number) => void } =
    terminal || !program
      ? waitForTerminal(clock, exited)
      : runProgram(program, makeProcess(config.arguments, log.write), clock, {
          patience: config.patience,
          onExit: exited,
        });

  return {
    ok: true,
    container: {
      log,
      ...(main.exit ? { exit: main.exit } : {}),
      context: () => executionContext(config, startedAt),
      execute(command, done) {
        let output = '';
        const program = findProgram(image, command[0] ?? '');
        if (!program) {
          const timer = clock.after(0, () =>
            done(126, `OCI runtime exec failed: ${execErrorText(command[0] ?? '')}`),
          );
          return { cancel: timer };
        }
        const running = runProgram(
          program,
          makeProcess(command, (text) => {
            output += text;
          }),
          clock,
          {
            patience: Number.POSITIVE_INFINITY,
            onExit: (status) => done(status, output),
          },
        );
        return { cancel: () => running.kill() };
      },
      terminate: () => main.terminate(),
      kill() {
        main.kill();
        closeEverything();
      },
    },
  };
}

/** A shell without a script reads its standard input; with stdinOnce, or a terminal, somebody is about to attach. */
function isInteractive({ arguments: words, stdin, terminal }: ContainerConfig): boolean {
  if (stdin === 'closed') return false;
  return stdin === 'once' || terminal || (words.length === 1 && SHELLS.has(baseName(words[0] ?? '')));
}

const SHELLS = new Set(['sh', 'bash', 'ash', 'zsh']);

/** The first process is what a person types: it ends when they leave, and knows no SIGTERM. */
function waitForTerminal(clock: Clock, onExit: (status: number) => void) {
  let done = false;
  return {
    terminate: () => false,
    kill() {
      done = true;
    },
    exit(status: number) {
      if (done) return;
      done = true;
      clock.after(0, () => onExit(status));
    },
  };
}

function executionContext(config: ContainerConfig, startedAt: string): ExecutionContext {
  const { files, workingDirectory } = config;
  return {
    netns: config.netns,
    hostname: config.hostname,
    env: allVariables(config.env),
    libc: config.image.libc,
    tools: config.image.tools,
    firstProcess: { arguments: config.arguments, startedAt },
    readFile: (path) => files.read(resolvePath(workingDirectory, path)),
    readDirectory: (path) => files.list(resolvePath(workingDirectory, path)),
    writeFile: (path, text) => files.write(resolvePath(workingDirectory, path), text),
    removeFile: (path) => files.remove(resolvePath(workingDirectory, path)),
    workingDirectory,
  };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function execErrorText(name: string): string {
  const reason = name.includes('/')
    ? `stat ${name}: no such file or directory`
    : 'executable file not found in $PATH';
  return `exec failed: unable to start container process: exec: "${name}": ${reason}`;
}

/** containerd's error when runc cannot start the first process; the kubelet shows it whole. */
function notFoundMessage(name: string): string {
  const reason = name.includes('/')
    ? `stat ${name}: no such file or directory`
    : 'executable file not found in $PATH';
  return `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "${name}": ${reason}`;
}
