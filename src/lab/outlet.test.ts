import { expect, test } from 'vitest';
import { createOutlet } from './outlet.ts';

function open() {
  const sent: string[] = [];
  const planned: (() => void)[] = [];
  const outlet = createOutlet(
    (text) => sent.push(text),
    (go) => planned.push(go),
  );
  return { outlet, sent, planned, length: () => sent.reduce((total, text) => total + text.length, 0) };
}

test('what is written in one turn goes out together, in the next', () => {
  const { outlet, sent, planned } = open();
  outlet.write('one ');
  outlet.write('two');
  expect(sent).toEqual([]);
  expect(planned).toHaveLength(1);
  planned[0]!();
  expect(sent).toEqual(['one two']);
});

test('a flood waits for the screen, and all of it comes in the end', async () => {
  const { outlet, sent, length } = open();
  const text = 'y\n'.repeat(200_000);
  outlet.write(text);
  const first = length();
  expect(first).toBeLessThan(50_000);
  let isDrained = false;
  void outlet.drained().then(() => {
    isDrained = true;
  });
  for (let at = 0; at < sent.length; at++) {
    outlet.shown(sent[at]!.length);
    await Promise.resolve();
  }
  expect(sent.join('')).toBe(text);
  expect(isDrained).toBe(true);
});

test('Ctrl-C takes back what has not been sent', async () => {
  const { outlet, sent, length } = open();
  outlet.write('y\n'.repeat(200_000));
  const before = length();
  outlet.discard();
  await outlet.drained();
  for (const text of [...sent]) outlet.shown(text.length);
  expect(length()).toBe(before);
});

test('Ctrl-C takes nothing back that the screen has room for', () => {
  const { outlet, sent } = open();
  outlet.write('4/4');
  outlet.discard();
  expect(sent).toEqual(['4/4']);
});

test('a character of two halves is not cut', () => {
  const { outlet, sent } = open();
  outlet.write(`x${'🚇'.repeat(10_000)}`);
  for (const text of sent) expect(text).not.toMatch(/[\ud800-\udbff]$/);
});
