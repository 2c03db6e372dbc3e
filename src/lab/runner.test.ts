import { expect, test } from 'vitest';
import { type LabClient, LabWorkerDied } from './client.ts';
import type { LabProgress } from './progress.ts';
import type { LabFile, LabState } from './protocol.ts';
import { createRunner } from './runner.ts';

const START: readonly LabFile[] = [{ name: 'a.yaml', text: 'a' }];

/** A session that writes down what is asked of it. The line `die` kills it; `met` meets the goal. */
function fakeClient() {
  const calls: string[] = [];
  let met = false;
  const goals = () => [{ id: 'goal', done: met }];
  const state = (): LabState => ({ view: {} as never, goals: goals(), problems: [], sources: [] });
  const client = {
    async start() {
      met = false;
      calls.push('start');
      return state();
    },
    async save(files: readonly LabFile[]) {
      calls.push(`save ${files.map((file) => file.text).join()}`);
    },
    async run(line: string, write: (text: string) => void) {
      calls.push(`run ${line}`);
      if (line === 'die') throw new LabWorkerDied('gone');
      if (line === 'met') met = true;
      write(`did ${line}\n`);
      const files = line === 'touch' ? { files: [{ name: 'b.yaml', text: 'b' }] } : {};
      return { status: 0, trips: [], state: state(), prompt: '$ ', ...files };
    },
    async visit() {
      calls.push('visit');
      return goals();
    },
    async restart() {
      calls.push('restart');
    },
  } as unknown as LabClient;
  return { client, calls };
}

async function open(progress?: LabProgress) {
  const { client, calls } = fakeClient();
  const kept: LabProgress[] = [];
  const runner = createRunner({ client, start: START, keep: (next) => kept.push(next) });
  const replayed = await runner.restore(progress);
  calls.length = 0;
  return { runner, calls, replayed, last: () => kept.at(-1)! };
}
const silent = () => undefined;

test('files are saved before a command that could read them, and only when they have changed', async () => {
  const { runner, calls } = await open();
  await runner.run('one', silent, 80, '');
  runner.edit([{ name: 'a.yaml', text: 'A' }]);
  await runner.run('two', silent, 80, '');
  await runner.run('three', silent, 80, '');
  expect(calls).toEqual(['run one', 'save A', 'run two', 'run three']);
});

test('what was done is done again from its list, and prints the same', async () => {
  const { runner, last } = await open();
  runner.edit([{ name: 'a.yaml', text: 'A' }]);
  await runner.run('met', silent, 80, '');
  await runner.visit(1, 0, 2, 3);
  await runner.visit(1, 0, 2, 3);
  const again = await open(last());
  expect(again.replayed.transcript).toEqual([
    { machine: '', line: 'met', output: 'did met\n', prompt: '$ ' },
  ]);
  expect(again.replayed.goals).toEqual([{ id: 'goal', done: true }]);
  expect(again.runner.progress).toEqual(last());
  expect(last().log.map((entry) => entry.kind)).toEqual(['save', 'run', 'visit']);
});

test('a command that kills its worker is left out when the others are done again', async () => {
  const { runner, calls, last } = await open();
  await runner.run('one', silent, 80, '');
  const outcome = await runner.run('die', silent, 80, '');
  expect(outcome.kind).toBe('recovered');
  expect(calls).toEqual(['run one', 'run die', 'restart', 'start', 'run one']);
  expect(last().log).toHaveLength(1);
});

test('starting over forgets the list but not the typed lines, and the old list brings all of it back', async () => {
  const { runner } = await open();
  runner.setHistory(['met']);
  runner.edit([{ name: 'a.yaml', text: 'A' }]);
  await runner.run('met', silent, 80, '');
  const before = runner.progress;
  await runner.restore();
  expect(runner.progress).toEqual({ files: START, log: [], met: [], history: ['met'] });
  await runner.restore(before);
  expect(runner.progress).toEqual(before);
});

test('files that a command writes join the others', async () => {
  const { runner } = await open();
  await runner.run('touch', silent, 80, '');
  expect(runner.progress.files).toEqual([...START, { name: 'b.yaml', text: 'b' }]);
});
