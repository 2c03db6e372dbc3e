import type { TableName } from '../trace.ts';
import { type Counters, type Ruleset, TABLE_NAMES } from './ruleset.ts';

export interface SaveOptions {
  readonly table?: TableName;
  /** `-c`: with the packets and bytes of each chain and rule. */
  readonly counters?: boolean;
}

/** What `iptables-save` prints, without its comments about the date. Built-in chains first, the others by name. */
export function save(ruleset: Ruleset, { table, counters = false }: SaveOptions = {}): string {
  const lines: string[] = [];
  const count = (value: Counters | undefined) => `[${value?.packets ?? 0}:${value?.bytes ?? 0}]`;
  for (const name of table ? [table] : TABLE_NAMES) {
    const found = ruleset.table(name);
    if (!found) continue;
    const chains = [...found.chains.values()];
    const own = chains.filter((chain) => !chain.policy).sort((a, b) => (a.name < b.name ? -1 : 1));
    const ordered = [...chains.filter((chain) => chain.policy), ...own];
    lines.push(`*${name}`);
    for (const chain of ordered)
      lines.push(
        `:${chain.name} ${chain.policy ?? '-'} ${chain.policy && counters ? count(ruleset.countersOf(chain).get(-1)) : '[0:0]'}`,
      );
    for (const chain of ordered) {
      chain.rules.forEach((rule, place) => {
        lines.push(counters ? `${count(ruleset.countersOf(chain).get(place))} ${rule.saved}` : rule.saved);
      });
    }
    lines.push('COMMIT');
  }
  return lines.length > 0 ? `${lines.join('\n')}\n` : '';
}
