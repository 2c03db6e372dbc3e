import type { LabFile, LabSession, RunIo, TerminalName } from './protocol.ts';
import type { LabMethod, LabReply, LabRequest, LabSetup } from './rpc.ts';
import { OWN } from './terminal-name.ts';

/** Where a worker is needed; tests hand in one of their own. */
export interface WorkerLike {
  postMessage(message: LabRequest): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<LabReply>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** A lab in a worker. Its calls fail with {@link LabWorkerDied} when the worker stops; `restart` makes another. */
export interface LabClient extends LabSession {
  /** Whether there is a worker to ask, or has not been one yet. */
  readonly isAlive: boolean;
  /** Ends the worker and starts a new one, in which nothing has happened yet. */
  restart(): Promise<void>;
  dispose(): void;
}

/** The worker stopped in the middle of a call: a crash, or an interrupt that it did not hear. */
export class LabWorkerDied extends Error {
  override readonly name = 'LabWorkerDied';
}

interface Pending {
  readonly method: LabMethod;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly io: RunIo | undefined;
}

/** How long an interrupted command may take to end before its worker is ended. */
const INTERRUPT_PATIENCE_MS = 3000;

/** Talks to the worker that runs a lab. */
export function createLabClient(setup: LabSetup, createWorker: () => WorkerLike): LabClient {
  let worker: WorkerLike | undefined;
  let nextId = 1;
  const pending = new Map<number, Pending>();
  const impatience = new Map<number, ReturnType<typeof setTimeout>>();

  /** The last line of each terminal: what it left running in the background (`&`) goes on printing. */
  const ended = new Map<number, Pick<Pending, 'io' | 'resolve' | 'reject'>>();

  function remember(id: number, io: RunIo): void {
    for (const [other, each] of ended) {
      if ((each.io?.terminal ?? OWN) === (io.terminal ?? OWN)) ended.delete(other);
    }
    ended.set(id, { io, resolve() {}, reject() {} });
  }

  const calm = (id: number) => {
    clearTimeout(impatience.get(id));
    impatience.delete(id);
  };

  function spawn(): WorkerLike {
    const spawned = createWorker();
    spawned.onmessage = ({ data }) => {
      const call = pending.get(data.id) ?? ended.get(data.id);
      if (call) void hear(spawned, data, call);
    };
    spawned.onerror = (event) => {
      if (spawned === worker) die(event.message || 'the worker stopped');
    };
    return spawned;
  }

  async function hear(
    from: WorkerLike,
    data: LabReply,
    { io, resolve, reject }: Pick<Pending, 'io' | 'resolve' | 'reject'>,
  ): Promise<void> {
    const { id } = data;
    switch (data.kind) {
      case 'print':
        io?.write(data.text);
        await io?.drained?.();
        from.postMessage({ kind: 'printed', id, length: data.text.length });
        return;
      case 'edit': {
        const text = await io?.edit?.(data.name, data.text);
        from.postMessage({ kind: 'edited', id, ...(text === undefined ? {} : { text }) });
        return;
      }
      case 'done':
      case 'failed':
        pending.delete(id);
        calm(id);
        if (io) remember(id, io);
        if (data.kind === 'done') resolve(data.value);
        else reject(new Error(data.message));
    }
  }

  function die(reason: string): void {
    for (const id of [...impatience.keys()]) calm(id);
    worker?.terminate();
    worker = undefined;
    opened = undefined;
    const calls = [...pending.values()];
    ended.clear();
    pending.clear();
    for (const call of calls) call.reject(new LabWorkerDied(reason));
  }

  function call<T>(method: LabMethod, args: readonly unknown[], io?: RunIo): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!worker) {
        reject(new LabWorkerDied('the worker is not running'));
        return;
      }
      const id = nextId++;
      pending.set(id, { method, resolve: resolve as (value: unknown) => void, reject, io });
      worker.postMessage({ kind: 'call', id, method, args });
    });
  }

  let opened: Promise<void> | undefined;
  let isNew = true;
  const open = (): Promise<void> => {
    isNew = false;
    worker = spawn();
    opened = call('open', [setup]);
    return opened;
  };
  const ask = async <T>(method: LabMethod, args: readonly unknown[], io?: RunIo): Promise<T> => {
    // A worker that has died is not quietly followed by one that knows nothing: whoever asks shall restart it.
    if (isNew) void open();
    await opened;
    return call<T>(method, args, io);
  };
  /** The calls that a line of a terminal waits for. */
  const linesIn = (terminal: TerminalName) =>
    [...pending].filter(([, { method, io }]) => method === 'run' && (io?.terminal ?? OWN) === terminal);

  return {
    get isAlive() {
      return isNew || worker !== undefined;
    },
    start: (files) => ask('start', [files]),
    check: (files) => ask('check', [files]),
    save: (files) => ask('save', [files]),
    apply: (files: readonly LabFile[], write) => ask('apply', [files], { columns: 80, write }),
    run(line, io) {
      const { terminal = OWN, columns } = io;
      return ask('run', [line, { terminal, columns }], io);
    },
    close: (terminal) => ask('close', [terminal]),
    hold: (until) => ask('hold', [until]),
    complete: (line, cursor, terminal) => ask('complete', [line, cursor, terminal]),
    isIncomplete: (line) => ask('isIncomplete', [line]),
    visit: (exchange, packet, hop, step) => ask('visit', [exchange, packet, hop, step]),
    describe: (query) => ask('describe', [query]),
    interrupt(terminal) {
      worker?.postMessage({ kind: 'interrupt', terminal });
      for (const [id] of linesIn(terminal)) {
        calm(id);
        impatience.set(
          id,
          setTimeout(() => die('interrupted'), INTERRUPT_PATIENCE_MS),
        );
      }
    },
    async restart() {
      die('restarted');
      await open();
    },
    dispose() {
      die('the lab was closed');
    },
  };
}
