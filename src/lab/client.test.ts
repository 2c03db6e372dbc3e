import { expect, test, vi } from 'vitest';
import { createLabClient, LabWorkerDied, type WorkerLike } from './client.ts';
import type { LabRequest } from './rpc.ts';

const SETUP = { goals: [], setup: [], locale: 'en' as const };

/** A worker that answers as the test says; calls that it has no answer for stay open. */
function fakeWorker(answer: (request: Extract<LabRequest, { kind: 'call' }>, worker: WorkerLike) => unknown) {
  const heard: LabRequest[] = [];
  const worker: WorkerLike = {
    onmessage: null,
    onerror: null,
    terminate: vi.fn(),
    postMessage(message) {
      heard.push(message);
      if (message.kind !== 'call') return;
      const value = message.method === 'open' ? null : answer(message, worker);
      if (value !== undefined) reply(worker, { kind: 'done', id: message.id, value });
    },
  };
  return { worker, heard };
}
function reply(worker: WorkerLike, data: object): void {
  queueMicrotask(() => worker.onmessage?.({ data } as never));
}

test('a call opens the lab once and brings its answer back', async () => {
  const { worker, heard } = fakeWorker(({ args }) => args);
  const client = createLabClient(SETUP, () => worker);
  expect(await client.complete('kub', 3)).toEqual(['kub', 3, undefined]);
  expect(await client.complete('kubectl', 7, 'node-1')).toEqual(['kubectl', 7, 'node-1']);
  expect(heard.map((message) => message.kind === 'call' && message.method)).toEqual([
    'open',
    'complete',
    'complete',
  ]);
});

test('what a command prints comes before its answer', async () => {
  const { worker } = fakeWorker(({ id }, self) => {
    reply(self, { kind: 'print', id, text: 'one ' });
    reply(self, { kind: 'print', id, text: 'two' });
    return { status: 0 };
  });
  let printed = '';
  const client = createLabClient(SETUP, () => worker);
  await client.run('echo', {
    columns: 80,
    write(text) {
      printed += text;
    },
  });
  expect(printed).toBe('one two');
});

test('a fault in the worker fails the call with its reason', async () => {
  const { worker } = fakeWorker(
    ({ id }, self) => void reply(self, { kind: 'failed', id, message: 'no such lab' }),
  );
  await expect(createLabClient(SETUP, () => worker).start([])).rejects.toThrow('no such lab');
});

test('a worker that dies fails what was waiting for it, and a new one takes its place', async () => {
  const first = fakeWorker(() => undefined);
  const second = fakeWorker(() => 'alive');
  const workers = [first.worker, second.worker];
  const client = createLabClient(SETUP, () => workers.shift()!);
  const waiting = client.check([]);
  await new Promise((resolve) => setTimeout(resolve));
  first.worker.onerror?.({ message: 'out of memory' } as ErrorEvent);
  await expect(waiting).rejects.toThrow(LabWorkerDied);
  await expect(client.check([])).rejects.toThrow(LabWorkerDied);
  await client.restart();
  expect(await client.check([])).toBe('alive');
});

test('an interrupt that is not heard ends the worker', async () => {
  vi.useFakeTimers();
  const { worker, heard } = fakeWorker(() => undefined);
  const client = createLabClient(SETUP, () => worker);
  const running = client.run('while true; do :; done', { columns: 80, write() {} });
  const ended = expect(running).rejects.toThrow(LabWorkerDied);
  await vi.advanceTimersByTimeAsync(1);
  client.interrupt('');
  expect(heard.at(-1)).toEqual({ kind: 'interrupt', terminal: '' });
  await vi.advanceTimersByTimeAsync(5000);
  await ended;
  expect(worker.terminate).toHaveBeenCalled();
  vi.useRealTimers();
});
