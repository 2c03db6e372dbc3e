import type { Table } from './ruleset.ts';
import type { TableDraft } from './table-draft.ts';

/**
 * What the kernel would refuse of a table as a whole, in its words; undefined: nothing. `table` is what `draft` comes
 * to, `before` what it was. Chains that did not change are not looked at again.
 */
export function verifyTable(
  draft: TableDraft,
  table: Table,
  before: Table | undefined,
  setExists: (name: string) => boolean,
): string | undefined {
  let leadsElsewhere = false;
  for (const [name, { kept }] of draft.chains) {
    if (kept && !draft.lostChain) continue;
    const chain = table.chains.get(name)!;
    const ledTo = before?.chains.get(name)?.jumps;
    for (const target of chain.jumps) {
      leadsElsewhere ||= !ledTo?.has(target);
      const other = table.chains.get(target);
      if (!other)
        return `RULE_APPEND failed (No such file or directory): rule in chain ${name}: no chain or target \`${target}'`;
      if (other.policy)
        return `RULE_APPEND failed (Operation not supported): rule in chain ${name}: cannot jump to the built-in chain ${target}`;
    }
    for (const { matches } of chain.rules) {
      for (const { setName } of matches) {
        if (setName !== undefined && !setExists(setName)) return `Set ${setName} doesn't exist.`;
      }
    }
  }
  return leadsElsewhere ? findLoop(table) : undefined;
}

/** Chains that lead back to themselves are refused once a built-in chain leads to them. */
function findLoop(table: Table): string | undefined {
  const state = new Map<string, 'open' | 'done'>();
  const visit = (name: string): string | undefined => {
    const known = state.get(name);
    if (known === 'done') return undefined;
    if (known === 'open')
      return `RULE_APPEND failed (Too many levels of symbolic links): chain ${name} leads back to itself`;
    state.set(name, 'open');
    for (const next of table.chains.get(name)!.jumps) {
      const loop = visit(next);
      if (loop) return loop;
    }
    state.set(name, 'done');
    return undefined;
  };
  for (const [name, { policy }] of table.chains) {
    const loop = policy ? visit(name) : undefined;
    if (loop) return loop;
  }
  return undefined;
}
