import { jumpsOf, type TableDraft } from './table-draft.ts';

/** What the kernel would refuse of a table as a whole, in its words; undefined: nothing. */
export function verifyTable(draft: TableDraft, setExists: (name: string) => boolean): string | undefined {
  for (const [name, chain] of draft.chains) {
    if (chain.kept && !draft.lostChain) continue;
    for (const target of jumpsOf(chain)) {
      const other = draft.chains.get(target);
      if (!other)
        return `RULE_APPEND failed (No such file or directory): rule in chain ${name}: no chain or target \`${target}'`;
      if (other.policy)
        return `RULE_APPEND failed (Operation not supported): rule in chain ${name}: cannot jump to the built-in chain ${target}`;
    }
    for (const match of chain.rules.flatMap((rule) => rule.matches)) {
      if (match.setName !== undefined && !setExists(match.setName))
        return `Set ${match.setName} doesn't exist.`;
    }
  }
  return findLoop(draft);
}

/** Chains that lead back to themselves are refused once a built-in chain leads to them. */
function findLoop(draft: TableDraft): string | undefined {
  const state = new Map<string, 'open' | 'done'>();
  const visit = (name: string): string | undefined => {
    if (state.get(name) === 'done') return undefined;
    if (state.get(name) === 'open')
      return `RULE_APPEND failed (Too many levels of symbolic links): chain ${name} leads back to itself`;
    state.set(name, 'open');
    for (const next of jumpsOf(draft.chains.get(name)!)) {
      const loop = visit(next);
      if (loop) return loop;
    }
    state.set(name, 'done');
    return undefined;
  };
  for (const [name, chain] of draft.chains) {
    const loop = chain.policy ? visit(name) : undefined;
    if (loop) return loop;
  }
  return undefined;
}
