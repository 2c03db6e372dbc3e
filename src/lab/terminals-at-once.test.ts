import { expect, test } from 'vitest';
import { HELLO } from '../../test/support/test-shell.ts';
import { createCluster } from '../engine/index.ts';
import type { LabClient } from './client.ts';
import { createRunner } from './runner.ts';
import { createLabSession } from './session.ts';

/** A lab whose onlookers' time goes a hundred times as fast as a clock's. */
function open() {
  const turn = () => new Promise<void>((resolve) => setTimeout(resolve));
  const session = createLabSession({
    createCluster,
    goals: [],
    pause: turn,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms / 100)),
  });
  const client = { ...session, isAlive: true } as unknown as LabClient;
  return createRunner({ client, start: [{ name: 'hello.yaml', text: HELLO }], keep() {} });
}

/** What a terminal printed, and a wait for some of it. */
function screen(terminal: string) {
  let text = '';
  const io = {
    terminal,
    columns: 200,
    write(more: string) {
      text += more;
    },
  };
  const until = (wanted: RegExp) => expect.poll(() => text, { timeout: 10_000, interval: 5 }).toMatch(wanted);
  return { io, until, text: () => text };
}

test('what one terminal only looks on at, another does; and a replay prints the same', async () => {
  const runner = open();
  await runner.restore();
  const own = screen('');
  await runner.run('kubectl apply -f hello.yaml', own.io);

  const watch = screen('/2');
  const watching = runner.run('kubectl get deploy hello -w', watch.io);
  await watch.until(/2\/2/);
  const dump = screen('node-1');
  const dumping = runner.run('tcpdump -n -i any tcp port 80', dump.io);
  await dump.until(/listening on any/);

  await runner.run('kubectl scale deploy hello --replicas=4', own.io);
  await watch.until(/4\/4/);
  await runner.run('kubectl exec client -- curl -s http://hello', own.io);
  expect(own.text()).toContain('Hello, world!');
  await dump.until(/Flags \[S\]/);

  runner.interrupt('/2');
  runner.interrupt('node-1');
  await Promise.all([watching, dumping]);
  await runner.run('kubectl get pods', own.io);

  const again = await open().restore(runner.progress);
  // Between two lines time is the same; within one, it went on a little at the onlookers' pace.
  const timeless = (text: string) =>
    text.replace('^C', '').replace(/\d\d:\d\d:\d\d\.\d+|val \d+|ecr \d+/g, '…');
  const printed = (terminal: string) =>
    again.transcript
      .filter((each) => each.terminal === terminal)
      .map(({ output }) => output)
      .join('');
  expect(printed('')).toBe(own.text());
  expect(timeless(printed('/2'))).toBe(timeless(watch.text()));
  expect(timeless(printed('node-1'))).toBe(timeless(dump.text()));
}, 60_000);

test('a sleep in one terminal carries those who look on along with it', async () => {
  const runner = open();
  await runner.restore();
  const ping = screen('/2');
  const pinging = runner.run('ping 10.0.0.11', ping.io);
  await ping.until(/icmp_seq=1 /);
  await runner.run('sleep 30', screen('').io);
  runner.interrupt('/2');
  await pinging;
  expect(ping.text()).toMatch(/icmp_seq=30 /);
  expect(ping.text()).toMatch(/0% packet loss/);
}, 30_000);
