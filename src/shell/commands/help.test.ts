import { expect, test } from 'vitest';
import { shell as messages } from '../../i18n/messages/shell.ts';
import { COMMANDS } from './index.ts';

test('every command says in both languages what it does, and how it is used', () => {
  for (const { name, usage, examples } of COMMANDS) {
    expect(Object.keys(messages.es)).toContain(`shell.command.${name}`);
    expect(Object.keys(messages.en)).toContain(`shell.command.${name}`);
    expect(usage.startsWith(name)).toBe(true);
    expect(examples.length).toBeGreaterThan(0);
  }
});

test('no two commands answer to the same name', () => {
  const names = COMMANDS.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
});
