import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unifiedDiff } from './unified-diff.ts';

const text = (...lines: readonly (string | number)[]) => lines.map((line) => `${line}\n`).join('');
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('diff -u', () => {
  test('says nothing of equal texts', () => {
    expect(unifiedDiff(text('a', 'b'), text('a', 'b'))).toBe('');
  });

  test.each([
    ['a changed line', text('a', 'b', 'c'), text('a', 'x', 'c'), '@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n'],
    ['a new file', '', text('a'), '@@ -0,0 +1 @@\n+a\n'],
    [
      'two changes far apart in two hunks',
      text(...numbers(12)),
      text('x', ...numbers(12).slice(1, -1), 'y'),
      '@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n@@ -9,4 +9,4 @@\n 9\n 10\n 11\n-12\n+y\n',
    ],
    [
      'two changes with six lines between them in one',
      text(...numbers(8)),
      text('x', ...numbers(8).slice(1, -1), 'y'),
      '@@ -1,8 +1,8 @@\n-1\n+x\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+y\n',
    ],
  ])('shows %s', (_, before, after, expected) => {
    expect(unifiedDiff(before, after)).toBe(expected);
  });

  test('leads from any text to any other', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const changes = unifiedDiff(text(...before), text(...after)).split('\n');
        const kept = (sign: string) => changes.filter((line) => line.startsWith(sign)).length;
        // What is taken away and added makes up for the difference in length.
        expect(kept('+') - kept('-')).toBe(after.length - before.length);
      }),
    );
  });
});
