import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRuleCache } from './commands.ts';
import { restore } from './restore.ts';
import { createRuleset } from './ruleset.ts';
import { save } from './save.ts';

interface Record {
  readonly meta: { readonly jumpRulesEnsured: readonly string[] };
  readonly cases: readonly {
    readonly id: string;
    readonly restoreInput: readonly string[];
    readonly iptablesSaveNat: readonly string[];
    readonly iptablesSaveFilter: readonly string[];
  }[];
}

const file = join(import.meta.dirname, '../../../../test/golden/records/iptables-golden.json');
const { meta, cases }: Record = JSON.parse(readFileSync(file, 'utf8'));

/** `filter -I INPUT -m comment --comment kubernetes … -j X`: the record leaves the comment's quotes out. */
function jumpLines(table: 'nat' | 'filter'): string[] {
  return meta.jumpRulesEnsured
    .filter((line) => line.startsWith(`${table} `))
    .map((line) => line.slice(table.length + 1).replace(/--comment (.+?) (-[jm] )/, '--comment "$1" $2'));
}

/** The record leaves out the COMMIT lines. */
function withCommits(lines: readonly string[]): string {
  const text = lines
    .filter((line) => line !== 'COMMIT')
    .map((line, place) => (line.startsWith('*') && place > 0 ? `COMMIT\n${line}` : line));
  return `${text.join('\n')}\nCOMMIT\n`;
}

const surroundings = () => ({ cache: createRuleCache(), setExists: () => true });

describe('iptables-save', () => {
  test.each(cases.map((one) => [one.id, one] as const))(
    'prints what the real one prints after loading %s',
    (_id, one) => {
      const ruleset = createRuleset();
      const loaded = restore(ruleset, withCommits(one.restoreInput), { noflush: true }, surroundings());
      expect(loaded).toEqual({ ok: true });
      for (const table of ['nat', 'filter'] as const) {
        const jumps = restore(
          ruleset,
          `*${table}\n${jumpLines(table).join('\n')}\nCOMMIT\n`,
          { noflush: true },
          surroundings(),
        );
        expect(jumps).toEqual({ ok: true });
      }
      expect(saved(save(ruleset, { table: 'nat' }))).toEqual(saved(one.iptablesSaveNat.join('\n')));
      expect(saved(save(ruleset, { table: 'filter' }))).toEqual(saved(one.iptablesSaveFilter.join('\n')));
    },
  );
});

function saved(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && line !== 'COMMIT' && !line.startsWith('#'));
}
