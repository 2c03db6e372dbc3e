import { expect, test } from 'vitest';
import { type LabClient, LabWorkerDied } from './client.ts';
import type { LabProgress } from './progress.ts';
import type { LabFile, LabState, RunIo } from './protocol.ts';
import { createRunner } from './runner.ts';

const START: readonly LabFile[] = [{ name: 'a.yaml', text: 'a' }];

/** A session that writes down what is asked of it. The line `die` kills it; `met` meets the goal. */
function fakeClient() {
  const calls: string[] = [];
  let met = false;
  const goals = () => [{ id: 'goal', done: met }];
  const state = (): LabState => ({ view: {} as never, goals: goals(), problems: [], sources: [] });
  let clock = 0;
  const stops = new Map<string, () => void>();
  const client = {
    async start() {
      met = false;
      calls.push('start');
      return state();
    },
    async save(files: readonly LabFile[]) {
      calls.push(`save ${files.map((file) => file.text).join()}`);
    },
    async run(line: string, { write, edit, terminal }: RunIo) {
      calls.push(`run ${line}`);
      if (line === 'die') throw new LabWorkerDied('gone');
      if (line === 'met') met = true;
      if (line === 'look on') await new Promise<void>((resolve) => stops.set(terminal ?? '', resolve));
      if (line === 'edit') write(`saved ${await edit?.('pod.yaml', 'text')}\n`);
      write(`did ${line}\n`);
      const files = line === 'touch' ? { files: [{ name: 'b.yaml', text: 'b' }] } : {};
      clock += 10;
      return { status: 0, from: clock - 10, to: clock, trips: [], state: state(), prompt: '$ ', ...files };
    },
    interrupt(terminal: string) {
      calls.push(`interrupt ${terminal}`);
      stops.get(terminal)?.();
    },
    async hold(until?: number) {
      if (until !== undefined) calls.push(`hold ${until}`);
    },
    async close(terminal: string) {
      calls.push(`close ${terminal}`);
    },
    async check() {
      if (!client.isAlive) throw new LabWorkerDied('gone');
      return [{ message: 'wrong' }];
    },
    isAlive: true,
    async visit() {
      calls.push('visit');
      return goals();
    },
    async restart() {
      calls.push('restart');
      client.isAlive = true;
    },
  };
  return { client, calls };
}

async function open(progress?: LabProgress) {
  const { client, calls } = fakeClient();
  const kept: LabProgress[] = [];
  const recoveries: unknown[] = [];
  const runner = createRunner({
    client: client as unknown as LabClient,
    start: START,
    keep: (next) => kept.push(next),
    onRecovered: (state) => recoveries.push(state),
  });
  const replayed = await runner.restore(progress);
  const redone = calls.splice(0);
  return { client, runner, calls, redone, recoveries, replayed, last: () => kept.at(-1)! };
}
const SILENT: RunIo = { columns: 80, write() {} };

test('files are saved before a command that could read them, and only when they have changed', async () => {
  const { runner, calls } = await open();
  await runner.run('one', SILENT);
  runner.edit([{ name: 'a.yaml', text: 'A' }]);
  await runner.run('two', SILENT);
  await runner.run('three', SILENT);
  expect(calls).toEqual(['run one', 'save A', 'run two', 'run three']);
});

test('what was done is done again from its list, and prints the same', async () => {
  const { runner, last } = await open();
  runner.edit([{ name: 'a.yaml', text: 'A' }]);
  await runner.run('met', SILENT);
  await runner.visit(1, 0, 2, 3);
  await runner.visit(1, 0, 2, 3);
  const again = await open(last());
  expect(again.replayed.transcript).toEqual([
    { terminal: '', line: 'met', output: 'did met\n', prompt: '$ ' },
  ]);
  expect(again.replayed.goals).toEqual([{ id: 'goal', done: true }]);
  expect(again.runner.progress).toEqual(last());
  expect(last().log.map((entry) => entry.kind)).toEqual(['save', 'run', 'visit']);
});

test('a command that kills its worker is left out when the others are done again', async () => {
  const { runner, calls, last } = await open();
  await runner.run('one', SILENT);
  const outcome = await runner.run('die', SILENT);
  expect(outcome.kind).toBe('recovered');
  expect(calls).toEqual(['run one', 'run die', 'restart', 'start', 'hold 0', 'run one']);
  expect(last().log).toHaveLength(1);
});

test('starting over forgets the list but not the typed lines, and the old list brings all of it back', async () => {
  const { runner } = await open();
  runner.setHistory(['met']);
  runner.edit([{ name: 'a.yaml', text: 'A' }]);
  await runner.run('met', SILENT);
  const before = runner.progress;
  await runner.restore();
  expect(runner.progress).toEqual({ files: START, log: [], met: [], history: ['met'] });
  await runner.restore(before);
  expect(runner.progress).toEqual(before);
});

test('files that a command writes join the others', async () => {
  const { runner } = await open();
  await runner.run('touch', SILENT);
  expect(runner.progress.files).toEqual([...START, { name: 'b.yaml', text: 'b' }]);
});

test('a line that was stopped is stopped again, at the same instant, and so is one that others overlapped', async () => {
  const { runner, last } = await open();
  const looking = runner.run('look on', { ...SILENT, terminal: '/2' });
  await runner.run('one', SILENT);
  runner.interrupt('/2');
  await looking;
  expect(last().log).toEqual([
    { kind: 'run', line: 'look on', columns: 80, terminal: '/2', at: 10 },
    { kind: 'run', line: 'one', columns: 80, terminal: '', at: 0 },
    { kind: 'end', terminal: '/2', at: 20, stopped: true },
  ]);
  const { redone, replayed } = await open(last());
  expect(redone).toEqual(['start', 'hold 0', 'run look on', 'hold 0', 'run one', 'hold 20', 'interrupt /2']);
  expect(replayed.transcript.map(({ output }) => output)).toEqual(['did one\n', '^Cdid look on\n']);
});

test('a page that closes in the middle of a line finds it stopped', async () => {
  const { runner } = await open();
  void runner.run('look on', SILENT);
  await new Promise((resolve) => setTimeout(resolve));
  const { redone } = await open(runner.progress);
  expect(redone).toEqual(['start', 'hold 0', 'run look on', 'interrupt ']);
});

test('what the learner saved for kubectl edit is saved again', async () => {
  const { runner, last } = await open();
  await runner.run('edit', { ...SILENT, edit: async () => 'mended' });
  const { replayed } = await open(last());
  expect(replayed.transcript[0]?.output).toBe('saved mended\ndid edit\n');
});

test('a worker that died while nothing ran is replaced by whoever asks next, and nobody hears an error', async () => {
  const { client, runner, calls, recoveries } = await open();
  await runner.run('one', SILENT);
  await runner.check();
  calls.length = 0;
  client.isAlive = false;
  expect(await runner.check()).toEqual([{ message: 'wrong' }]);
  expect(calls).toEqual(['restart', 'start', 'hold 0', 'run one']);
  expect(recoveries).toHaveLength(1);
  client.isAlive = false;
  const outcome = await runner.run('two', SILENT);
  expect(outcome.kind).toBe('done');
  expect(calls.slice(4)).toEqual(['restart', 'start', 'hold 0', 'run one', 'run two']);
});

test('a closed terminal is forgotten, in the replay too', async () => {
  const { runner, last } = await open();
  await runner.run('one', { ...SILENT, terminal: '/2' });
  await runner.close('/2');
  await runner.close('/3');
  expect((await open(last())).redone).toEqual(['start', 'hold 0', 'run one', 'interrupt /2', 'close /2']);
});
