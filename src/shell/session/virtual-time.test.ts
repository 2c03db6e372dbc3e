import { expect, test } from 'vitest';
import { createVirtualClock } from '../../engine/index.ts';
import { createShellTime } from './virtual-time.ts';

const never = new AbortController().signal;
const turn = () => new Promise((resolve) => setTimeout(resolve));

/** A host whose pace is ours: each step of it waits until it is let go. */
function paced() {
  const steps: { readonly ms: number; readonly go: () => void }[] = [];
  const wait = (ms: number) => new Promise<void>((resolve) => void steps.push({ ms, go: resolve }));
  return { steps, wait };
}

test('sleepers wake in the order of their times, and the clock jumps from one to the next', async () => {
  const clock = createVirtualClock();
  const time = createShellTime(clock);
  const woken: string[] = [];
  await Promise.all([
    time.sleep(5000, never).then(() => woken.push(`late at ${clock.now()}`)),
    time.sleep(20, never).then(() => woken.push(`soon at ${clock.now()}`)),
    time.follow(300, never).then(() => woken.push(`looking on at ${clock.now()}`)),
  ]);
  expect(woken).toEqual(['soon at 20', 'looking on at 300', 'late at 5000']);
});

test('who only looks on waits at the host’s pace, until somebody hurries', async () => {
  const clock = createVirtualClock();
  const { steps, wait } = paced();
  const time = createShellTime(clock, { wait });
  let rounds = 0;
  const looking = (async () => {
    for (; rounds < 4; rounds++) await time.follow(1000, never);
  })();
  for (let step = 0; step < 10; step++) {
    while (steps.length === 0) await turn();
    expect(rounds).toBe(0);
    steps.shift()!.go();
  }
  while (rounds === 0) await turn();
  expect(clock.now()).toBe(1000);
  // In another terminal: sleep 3. Nobody lets the host's pace go on, and both are there at once.
  await time.sleep(3000, never);
  await looking;
  expect(clock.now()).toBe(4000);
});

test('Ctrl-C ends a wait at once and takes no time', async () => {
  const clock = createVirtualClock();
  const { wait } = paced();
  const time = createShellTime(clock, { wait });
  const controller = new AbortController();
  const looking = time.follow(60_000, controller.signal);
  await turn();
  controller.abort();
  await looking;
  expect(clock.now()).toBe(0);
});
