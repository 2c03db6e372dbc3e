import type { TableName } from '../trace.ts';
import { declareChain, type RuleCache, runCommand } from './commands.ts';
import { type Counters, emptyTable, type Ruleset, TABLE_HOOKS } from './ruleset.ts';
import { chainsLedTo } from './table-cache.ts';
import { closeDraft, openDraft, type TableDraft } from './table-draft.ts';
import { verifyTable } from './verify.ts';

export interface RestoreError {
  /** From 1. */
  readonly line: number;
  /** The text of that line. */
  readonly text: string;
  /** In iptables' words. */
  readonly message: string;
}

export type RestoreResult = { readonly ok: true } | { readonly ok: false; readonly error: RestoreError };

export interface RestoreOptions {
  /** Leave alone the chains that the text does not name. Without it, a table that the text names is emptied first. */
  readonly noflush?: boolean;
  /** Read the `[packets:bytes]` of chains and rules. */
  readonly counters?: boolean;
}

/** What a rule may refer to outside its table. */
export interface RestoreSurroundings {
  readonly cache: RuleCache;
  setExists(name: string): boolean;
}

/**
 * Reads `iptables-restore` text into the ruleset. Each table is replaced whole at its COMMIT or, when a line of it is
 * wrong, not at all; tables committed before stay. `:CHAIN - [0:0]` makes a chain, or empties one of the user's own.
 * Models iptables/iptables-restore.c and what the kernel refuses (missing chains, chains in use, loops).
 */
export function restore(
  ruleset: Ruleset,
  text: string,
  options: RestoreOptions,
  surroundings: RestoreSurroundings,
): RestoreResult {
  const { tables } = surroundings.cache;
  const noflush = options.noflush ?? false;
  // Counters in the text and sets outside it: then the text and the table before do not say all.
  let selfContained = noflush && !options.counters;
  const setExists = (name: string) => {
    selfContained = false;
    return surroundings.setExists(name);
  };
  let draft: TableDraft | undefined;
  let draftStart = { place: 0, line: 0 };
  let number = 0;
  for (let place = 0; place <= text.length; ) {
    const start = place;
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const raw = text.slice(start, end);
    place = end + 1;
    number++;
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    let problem: string | undefined;
    if (line.startsWith('*')) {
      const name = line.slice(1).trim();
      if (draft) problem = `table \`${draft.name}' has no COMMIT`;
      else if (isTableName(name)) {
        const base = (noflush ? ruleset.table(name) : undefined) ?? emptyTable(name);
        const known = selfContained ? tables.find(base, text, start) : undefined;
        if (known) {
          ruleset.putChains(base, known.chains);
          place = known.end;
          number += known.lines;
        } else {
          draft = openDraft(ruleset, base);
          draftStart = { place: start, line: number };
        }
      } else problem = `can't initialize iptables table \`${name}': Table does not exist`;
    } else if (!draft) {
      problem = 'no table yet: a line like *filter must come first';
    } else if (line === 'COMMIT') {
      const table = closeDraft(draft);
      problem = verifyTable(draft, table, ruleset.table(draft.name), setExists);
      if (!problem) {
        ruleset.replace(table);
        const changed = [...draft.chains].filter(([, { kept }]) => !kept);
        for (const [name, { counters }] of changed)
          ruleset.setCounters(table.chains.get(name)!, new Map(counters));
        const onlyMade = !draft.lostChain && changed.every(([, { wasThere }]) => !wasThere);
        if (selfContained && onlyMade) {
          const chains = new Map(changed.map(([name]) => [name, table.chains.get(name)!]));
          const ledTo = chainsLedTo(table, chains);
          const lines = number - draftStart.line;
          if (ledTo) tables.keep(text, draftStart.place, { chains, ledTo, end: place, lines });
        }
      }
      draft = undefined;
    } else {
      problem = line.startsWith(':')
        ? readChainLine(draft, line, options)
        : readCommandLine(draft, line, options, surroundings.cache);
    }
    if (problem) return { ok: false, error: { line: number, text: raw, message: problem } };
  }
  if (draft)
    return { ok: false, error: { line: number, text: '', message: `table \`${draft.name}' has no COMMIT` } };
  return { ok: true };
}

function isTableName(name: string): name is TableName {
  return Object.hasOwn(TABLE_HOOKS, name);
}

function readChainLine(draft: TableDraft, line: string, options: RestoreOptions): string | undefined {
  const [name = '', policy = '', counts = ''] = line.slice(1).trim().split(/\s+/);
  if (name === '' || policy === '') return `bad line: \`${line}'`;
  return declareChain(draft, name, policy, options.counters ? parseCounters(counts) : undefined);
}

/** A rule may stand behind its counters: `[5:300] -A INPUT …`. */
function readCommandLine(
  draft: TableDraft,
  line: string,
  options: RestoreOptions,
  cache: RuleCache,
): string | undefined {
  if (!line.startsWith('[')) return runCommand(draft, line, undefined, cache);
  const end = line.indexOf(']') + 1;
  const counters = parseCounters(line.slice(0, end));
  if (!counters) return `bad counters: \`${line}'`;
  return runCommand(draft, line.slice(end).trim(), options.counters ? counters : undefined, cache);
}

function parseCounters(text: string): Counters | undefined {
  const match = /^\[(\d+):(\d+)\]$/.exec(text);
  return match ? { packets: Number(match[1]), bytes: Number(match[2]) } : undefined;
}
