import { describe, expect, test } from 'vitest';
import { createTwoNodes } from '../testing.ts';
import { realName, toShellScript } from './to-shell-script.ts';

describe("the lab's script", () => {
  test('names every machine, its namespace, and what its servers listen on', () => {
    const network = createTwoNodes();
    const script = toShellScript(network, { prefix: 'lab' });
    for (const name of network.namespaces()) expect(script).toContain(`${name} lab-${name}`);
    expect(script).toMatch(/serve lab-a 'a' tcp:0\.0\.0\.0:8080/);
  });

  test('keeps what it was made from in its comment', () => {
    const script = toShellScript(createTwoNodes(), { about: ['Made from a\nrm -rf /\r\n$(b).yaml'] });
    expect(script.split('\n').slice(0, 3)).toEqual([
      '#!/bin/sh',
      '# Made from a rm -rf / $(b).yaml',
      '# Usage (as root): $0 up | down | list | exec NAME COMMAND...',
    ]);
  });

  test('gives every namespace a name that a file may have, and no two the same', () => {
    const pod = (last: string) => `${'n'.repeat(63)}/${'p'.repeat(252)}${last}`;
    const names = ['default/web', 'default/a.b', pod('x'), pod('y')].map((name) => realName('hop', name));
    expect(names.slice(0, 2)).toEqual(['hop-default.web', 'hop-default.a.b']);
    expect(new Set(names).size).toBe(4);
    for (const name of names) expect(name.length).toBeLessThanOrEqual(255);
  });
});
