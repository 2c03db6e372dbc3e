import type { TableName } from '../trace.ts';
import type { Chain, Counters, Table } from './ruleset.ts';

/** What the lines between `*nat` and `COMMIT` make of a table: only the chains that they made, refilled or took away. */
export interface TableChange {
  readonly table: TableName;
  readonly chains: Map<string, ChainChange>;
  /** The links for which {@link verifyChange} had no need to look at other chains, and found nothing wrong. */
  sound: readonly Links[] | undefined;
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
  return { table, chains: new Map(), sound: undefined };
}

/** Namespaces that had the same chain before share the answer: KUBE-SERVICES leads to thousands. */
function linksOf(change: ChainChange, before: Chain | undefined): Links {
  if (change.links && change.links.before === before) return change.links;
  const was = before?.jumps;
  const is = change.after?.jumps;
  const gained = is ? [...is].filter((name) => !was?.has(name)) : [];
  const lost = was ? [...was].filter((name) => !is?.has(name)) : [];
  change.links = { before, gained, lost };
  return change.links;
}

export type Verified =
  /** In the order of the change's chains. */
  { readonly ok: true; readonly links: readonly Links[] } | { readonly ok: false; readonly problem: string };

/**
 * What the kernel would refuse of the table once it is changed, in its words, or how its chains then lead to each
 * other. Work depends on what changed, not on the table's size.
 */
export function verifyChange(
  table: Table,
  change: TableChange,
  setExists: (name: string) => boolean,
): Verified {
  const { chains } = change;
  const links: Links[] = [];
  for (const [name, each] of chains) links.push(linksOf(each, table.chains.get(name)));
  const isSound =
    change.sound?.length === links.length && change.sound.every((known, index) => known === links[index]);
  const problem =
    (isSound ? undefined : problemOfLinks(table, change, links, setExists)) ??
    problemOfLosses(table, change, links);
  return problem === undefined ? { ok: true, links } : { ok: false, problem };
}

function problemOfLinks(
  table: Table,
  change: TableChange,
  links: readonly Links[],
  setExists: (name: string) => boolean,
): string | undefined {
  let looksElsewhere = false;
  const chainAfter = (name: string) => {
    const own = change.chains.get(name);
    if (own) return own.after;
    looksElsewhere = true;
    return table.chains.get(name);
  };
  let index = 0;
  for (const [name, { after }] of change.chains) {
    for (const target of links[index++]!.gained) {
      const other = chainAfter(target);
      if (!other) return noTarget(name, target);
      if (other.policy)
        return `RULE_APPEND failed (Operation not supported): rule in chain ${name}: cannot jump to the built-in chain ${target}`;
    }
    for (const set of after?.sets ?? []) {
      looksElsewhere = true;
      if (!setExists(set)) return `Set ${set} doesn't exist.`;
    }
  }
  // A new loop has a new link in it.
  const gained = links.flatMap((each) => each.gained);
  if (findLoop(gained, chainAfter)) {
    const builtIn = [...table.chains.values()].filter(({ policy }) => policy).map(({ name }) => name);
    return findLoop(builtIn, chainAfter);
  }
  if (!looksElsewhere) change.sound = links;
  return undefined;
}

/** A chain that goes must be one that nothing leads to any more. */
function problemOfLosses(
  { chains, uses }: Table,
  change: TableChange,
  links: readonly Links[],
): string | undefined {
  const goers = [...change.chains].filter(([name, { after }]) => !after && (uses.get(name) ?? 0) > 0);
  if (goers.length === 0) return undefined;
  const lost = new Map<string, number>();
  for (const each of links) for (const target of each.lost) lost.set(target, (lost.get(target) ?? 0) + 1);
  for (const [name] of goers) {
    if (uses.get(name) === lost.get(name)) continue;
    const after = (chain: Chain) =>
      change.chains.has(chain.name) ? change.chains.get(chain.name)?.after : chain;
    const user = [...chains.values()].find((chain) => after(chain)?.jumps.has(name));
    if (user) return noTarget(user.name, name);
  }
  return undefined;
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
