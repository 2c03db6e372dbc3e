import { describe, expect, test } from 'vitest';
import type { TableName } from '../trace.ts';
import { createRuleCache } from './commands.ts';
import record from './iptables-lines.json' with { type: 'json' };
import { restore } from './restore.ts';
import { createRuleset } from './ruleset.ts';
import { save } from './save.ts';

const BUILT_IN_AT_REST = /^:(INPUT|OUTPUT|FORWARD|PREROUTING|POSTROUTING) ACCEPT/;

/** The rules and one's own chains, as the record keeps them. */
function rulesOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('-A') || (line.startsWith(':') && !BUILT_IN_AT_REST.test(line)));
}

describe('lines that the real iptables was given', () => {
  test.each(
    record.cases.map(
      ({ table, lines, saved }) => [lines.join(' ; '), table as TableName, lines, saved] as const,
    ),
  )('%s (%s) are read, printed and refused alike', (_name, table, lines, saved) => {
    const ruleset = createRuleset();
    const text = `*${table}\n${lines.join('\n')}\nCOMMIT\n`;
    const result = restore(
      ruleset,
      text,
      { noflush: true },
      { cache: createRuleCache(), setExists: () => false },
    );
    expect(result.ok ? rulesOf(save(ruleset, { table })) : null).toEqual(saved);
  });
});
