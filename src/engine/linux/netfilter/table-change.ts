import type { TableName } from '../trace.ts';
import type { Chain, Counters, Table } from './ruleset.ts';

/** What the lines between `*nat` and `COMMIT` make of a table: only the chains that they made, refilled or took away. */
export interface TableChange {
  readonly table: TableName;
  readonly chains: Map<string, ChainChange>;
}

export interface ChainChange {
  /** undefined: the chain goes. */
  readonly after: Chain | undefined;
  readonly counters: ReadonlyMap<number, Counters> | undefined;
  readonly remade: boolean;
  /** The last answer of {@link linksOf}. */
  links: Links | undefined;
}

/** The chains that a changed chain now leads to, and those that it led to and no longer does. */
export interface Links {
  readonly before: Chain | undefined;
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

export function tableChange(table: TableName): TableChange {
  return { table, chains: new Map() };
}

/** Namespaces that had the same chain before share the answer: KUBE-SERVICES leads to thousands. */
export function linksOf(change: ChainChange, before: Chain | undefined): Links {
  if (change.links && change.links.before === before) return change.links;
  const was = before?.jumps;
  const is = change.after?.jumps;
  const gained = is ? [...is].filter((name) => !was?.has(name)) : [];
  const lost = was ? [...was].filter((name) => !is?.has(name)) : [];
  change.links = { before, gained, lost };
  return change.links;
}

/**
 * What the kernel would refuse of the table once it is changed, in its words; undefined: nothing. Work depends on
 * what changed, not on the table's size.
 */
export function verifyChange(
  table: Table,
  { chains }: TableChange,
  setExists: (name: string) => boolean,
): string | undefined {
  const chainAfter = (name: string) => {
    const change = chains.get(name);
    return change ? change.after : table.chains.get(name);
  };
  const lostUses = new Map<string, number>();
  const gained: string[] = [];
  for (const [name, change] of chains) {
    const links = linksOf(change, table.chains.get(name));
    for (const target of links.lost) lostUses.set(target, (lostUses.get(target) ?? 0) + 1);
    gained.push(...links.gained);
    for (const target of links.gained) {
      const other = chainAfter(target);
      if (!other) return noTarget(name, target);
      if (other.policy)
        return `RULE_APPEND failed (Operation not supported): rule in chain ${name}: cannot jump to the built-in chain ${target}`;
    }
    for (const set of change.after?.sets ?? []) if (!setExists(set)) return `Set ${set} doesn't exist.`;
  }
  for (const [name, { after }] of chains) {
    if (after || (table.uses.get(name) ?? 0) === (lostUses.get(name) ?? 0)) continue;
    for (const user of [...table.chains.keys(), ...chains.keys()])
      if (chainAfter(user)?.jumps.has(name)) return noTarget(user, name);
  }
  // A new loop has a new link in it.
  if (!findLoop(gained, chainAfter)) return undefined;
  const builtIn = [...table.chains.values()].filter(({ policy }) => policy).map(({ name }) => name);
  return findLoop(builtIn, chainAfter);
}

function noTarget(name: string, target: string): string {
  return `RULE_APPEND failed (No such file or directory): rule in chain ${name}: no chain or target \`${target}'`;
}

/** Chains that lead back to themselves are refused once a built-in chain leads to them. */
function findLoop(from: Iterable<string>, chain: (name: string) => Chain | undefined): string | undefined {
  const state = new Map<string, 'open' | 'done'>();
  const visit = (name: string): string | undefined => {
    const known = state.get(name);
    if (known === 'done') return undefined;
    if (known === 'open')
      return `RULE_APPEND failed (Too many levels of symbolic links): chain ${name} leads back to itself`;
    state.set(name, 'open');
    for (const next of chain(name)?.jumps ?? []) {
      const loop = visit(next);
      if (loop) return loop;
    }
    state.set(name, 'done');
    return undefined;
  };
  for (const name of from) {
    const loop = visit(name);
    if (loop) return loop;
  }
  return undefined;
}
