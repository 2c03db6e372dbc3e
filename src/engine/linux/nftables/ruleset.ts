import type { Hook } from '../trace.ts';
import { HOOKS, type NftChain, type NftFamily, type NftTable } from './types.ts';

/** A chain that hangs on a hook. */
export interface HookedChain {
  readonly table: NftTable;
  readonly chain: NftChain;
}

/** nftables of one namespace: `family name` -> table. Changed by `loadNft` alone. */
export interface NftRuleset {
  readonly tables: Map<string, NftTable>;
  table(family: NftFamily, name: string): NftTable | undefined;
  /** Base chains for IPv4 packets at a hook, by priority. */
  at(hook: Hook): readonly HookedChain[];
  /** One of its rules translates, or asks conntrack. */
  tracksConnections(): boolean;
  /** There is a chain of type nat. */
  translates(): boolean;
  /** Something was loaded: what hangs where is to be looked at again. */
  changed(): void;
}

export function createNftRuleset(): NftRuleset {
  const tables = new Map<string, NftTable>();
  const hooked = new Map<Hook, readonly HookedChain[]>();
  let tracks = false;
  let translates = false;

  function find(hook: Hook): readonly HookedChain[] {
    return [...tables.values()]
      .filter(({ family }) => family === 'ip')
      .flatMap((table) => [...table.chains.values()].map((chain) => ({ table, chain })))
      .filter(({ chain }) => chain.base?.hook === hook)
      .sort((a, b) => a.chain.base!.priority - b.chain.base!.priority);
  }

  return {
    tables,
    table: (family, name) => tables.get(`${family} ${name}`),
    at(hook) {
      const known = hooked.get(hook) ?? find(hook);
      hooked.set(hook, known);
      return known;
    },
    tracksConnections: () => tracks,
    translates: () => translates,
    changed() {
      hooked.clear();
      translates = (Object.values(HOOKS) as Hook[]).some((hook) =>
        this.at(hook).some(({ chain }) => chain.base?.type === 'nat'),
      );
      tracks ||= [...tables.values()].some(
        ({ family, chains }) => family === 'ip' && [...chains.values()].some(needsConntrack),
      );
    },
  };
}

function needsConntrack({ base, rules }: NftChain): boolean {
  return (
    base?.type === 'nat' ||
    rules.some(({ statements }) =>
      statements.some((part) => part.kind === 'match' && part.fields.includes('ct state')),
    )
  );
}
