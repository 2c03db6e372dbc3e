import type { NftRuleset } from './ruleset.ts';
import { NftRefusal, type Transaction } from './transaction.ts';
import { chainsOf, type NftTable, setsOf } from './types.ts';

/** Chains must not lead back to themselves: a new loop has a link in it that is new (nf_tables_check_loops). */
export function checkLoops(ruleset: NftRuleset, { led }: Transaction): void {
  const done = new Set<string>();
  for (const { table: name, chain } of led) {
    const table = ruleset.tables.get(name);
    if (table) visit(table, chain, new Set(), done);
  }
}

function visit(table: NftTable, name: string, open: Set<string>, done: Set<string>): void {
  const key = `${table.family} ${table.name} ${name}`;
  if (done.has(key)) return;
  if (open.has(name)) throw new NftRefusal('Too many links');
  open.add(name);
  for (const next of leadsTo(table, name)) visit(table, next, open, done);
  open.delete(name);
  done.add(key);
}

/** The chains that a chain's rules lead to, by themselves or by the maps that they ask. */
export function* leadsTo(table: NftTable, name: string): Iterable<string> {
  for (const { statements } of table.chains.get(name)?.rules ?? []) {
    for (const statement of statements) {
      yield* chainsOf(statement);
      for (const set of setsOf(statement)) {
        for (const { verdict } of table.sets.get(set)?.elements.values() ?? [])
          if (verdict && 'chain' in verdict) yield verdict.chain;
      }
    }
  }
}
