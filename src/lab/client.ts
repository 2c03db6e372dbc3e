import type { CommandResult, LabFile, LabSession } from './protocol.ts';
import type { LabMethod, LabReply, LabRequest, LabSetup } from './rpc.ts';

/** Where a worker is needed; tests hand in one of their own. */
export interface WorkerLike {
  postMessage(message: LabRequest): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<LabReply>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** A lab in a worker. Its calls fail with {@link LabWorkerDied} when the worker stops; `restart` makes another. */
export interface LabClient extends LabSession {
  /** Ends the worker and starts a new one, in which nothing has happened yet. */
  restart(): Promise<void>;
  dispose(): void;
}

/** The worker stopped in the middle of a call: a crash, or an interrupt that it did not hear. */
export class LabWorkerDied extends Error {
  override readonly name = 'LabWorkerDied';
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly write: ((text: string) => void) | undefined;
}

/** How long an interrupted command may take to end before its worker is ended. */
const INTERRUPT_PATIENCE_MS = 3000;

/** Talks to the worker that runs a lab. */
export function createLabClient(setup: LabSetup, createWorker: () => WorkerLike): LabClient {
  let worker: WorkerLike | undefined;
  let nextId = 1;
  let impatience: ReturnType<typeof setTimeout> | undefined;
  const pending = new Map<number, Pending>();

  function spawn(): void {
    worker = createWorker();
    worker.onmessage = ({ data }) => {
      const call = pending.get(data.id);
      if (!call) return;
      if (data.kind === 'print') {
        call.write?.(data.text);
        return;
      }
      pending.delete(data.id);
      clearTimeout(impatience);
      if (data.kind === 'done') call.resolve(data.value);
      else call.reject(new Error(data.message));
    };
    worker.onerror = (event) => die(event.message || 'the worker stopped');
  }

  function die(reason: string): void {
    clearTimeout(impatience);
    worker?.terminate();
    worker = undefined;
    const calls = [...pending.values()];
    pending.clear();
    for (const call of calls) call.reject(new LabWorkerDied(reason));
  }

  function call<T>(method: LabMethod, args: readonly unknown[], write?: (text: string) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!worker) {
        reject(new LabWorkerDied('the worker is not running'));
        return;
      }
      const id = nextId++;
      pending.set(id, { resolve: resolve as (value: unknown) => void, reject, write });
      worker.postMessage({ kind: 'call', id, method, args });
    });
  }

  const open = (): Promise<void> => {
    spawn();
    return call('open', [setup]);
  };
  let opened: Promise<void> | undefined;
  const ready = () => {
    opened ??= open();
    return opened;
  };
  const ask = async <T>(
    method: LabMethod,
    args: readonly unknown[],
    write?: (text: string) => void,
  ): Promise<T> => {
    await ready();
    return call<T>(method, args, write);
  };

  return {
    start: (files) => ask('start', [files]),
    check: (files) => ask('check', [files]),
    save: (files) => ask('save', [files]),
    apply: (files: readonly LabFile[], write) => ask<CommandResult>('apply', [files], write),
    run: (line, write, columns, machine) => ask<CommandResult>('run', [line, columns, machine], write),
    complete: (line, cursor, machine) => ask('complete', [line, cursor, machine]),
    isIncomplete: (line) => ask('isIncomplete', [line]),
    visit: (exchange, packet, hop, step) => ask('visit', [exchange, packet, hop, step]),
    describe: (query) => ask('describe', [query]),
    interrupt() {
      worker?.postMessage({ kind: 'interrupt' });
      clearTimeout(impatience);
      if (pending.size > 0) impatience = setTimeout(() => die('interrupted'), INTERRUPT_PATIENCE_MS);
    },
    async restart() {
      die('restarted');
      opened = open();
      await opened;
    },
    dispose() {
      die('the lab was closed');
    },
  };
}
