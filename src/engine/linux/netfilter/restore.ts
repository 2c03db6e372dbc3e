import type { TableName } from '../trace.ts';
import { appendKnown, declareChain, type RuleCache, rememberPiece, runCommand } from './commands.ts';
import { type Counters, emptyTable, type Ruleset, TABLE_HOOKS } from './ruleset.ts';
import { type Links, type TableChange, verifyChange } from './table-change.ts';
import { closeDraft, openDraft, type TableDraft } from './table-draft.ts';

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
 * Reads `iptables-restore` text into the ruleset. Each table is changed whole at its COMMIT or, when a line of it is
 * wrong, not at all; tables committed before stay. `:CHAIN - [0:0]` makes a chain, or empties one of the user's own.
 * Models iptables/iptables-restore.c and what the kernel refuses (missing chains, chains in use, loops).
 *
 * The text may come in pieces of whole lines, without the newline at their ends: a piece of `-A` lines that was read
 * before is not read again.
 */
export function restore(
  ruleset: Ruleset,
  text: string | readonly string[],
  options: RestoreOptions,
  { cache, setExists }: RestoreSurroundings,
): RestoreResult {
  const pieces = typeof text === 'string' ? [text] : text;
  const noflush = options.noflush ?? false;
  // Without counters in it and without sets around it, such a text comes to the same everywhere.
  const mayShare = noflush && !options.counters;
  if (mayShare && applyKnown(ruleset, cache.restores.find(pieces))) return { ok: true };

  const changes: TableChange[] = [];
  let isShared = mayShare;
  let draft: TableDraft | undefined;

  function readLine(line: string): string | undefined {
    if (line.startsWith('*')) {
      const name = line.slice(1).trim();
      if (draft) return `table \`${draft.base.name}' has no COMMIT`;
      if (!isTableName(name)) return `can't initialize iptables table \`${name}': Table does not exist`;
      draft = openDraft(ruleset, (noflush ? ruleset.table(name) : undefined) ?? emptyTable(name));
      return undefined;
    }
    if (!draft) return 'no table yet: a line like *filter must come first';
    if (line === 'COMMIT') return commit(draft);
    return line.startsWith(':')
      ? readChainLine(draft, line, options)
      : readCommandLine(draft, line, options, cache);
  }

  function commit(of: TableDraft): string | undefined {
    draft = undefined;
    const change = closeDraft(of);
    const verified = verifyChange(of.base, change, setExists);
    if (!verified.ok) return verified.problem;
    if (!noflush) ruleset.clear(change.table);
    ruleset.apply(change, verified.links);
    isShared &&= !of.looked && [...change.chains.values()].every(({ after }) => !after?.sets.length);
    isShared &&= changes.every(({ table }) => table !== change.table);
    changes.push(change);
    return undefined;
  }

  for (const [index, piece] of pieces.entries()) {
    if (draft && appendKnown(draft, cache.pieces[draft.base.name].get(piece))) continue;
    const lines = piece.split('\n');
    for (const [at, raw] of lines.entries()) {
      const line = raw.trim();
      if (line === '' || line.startsWith('#')) continue;
      const message = readLine(line);
      if (!message) continue;
      const number = [...pieces.slice(0, index), ...lines.slice(0, at), ''].join('\n').split('\n').length;
      return { ok: false, error: { line: number, text: raw, message } };
    }
    if (draft && pieces.length > 1) rememberPiece(draft.base.name, piece, lines, cache);
  }
  if (draft) {
    const message = `table \`${draft.base.name}' has no COMMIT`;
    return { ok: false, error: { line: pieces.join('\n').split('\n').length, text: '', message } };
  }
  if (isShared) cache.restores.keep(pieces, changes);
  return { ok: true };
}

/** Takes what the text is known to come to; false: it is not known, or one of the tables would not have it. */
function applyKnown(ruleset: Ruleset, changes: readonly TableChange[] | undefined): boolean {
  if (!changes) return false;
  const all: { readonly change: TableChange; readonly links: readonly Links[] }[] = [];
  for (const change of changes) {
    const table = ruleset.table(change.table) ?? emptyTable(change.table);
    const verified = verifyChange(table, change, () => false);
    if (!verified.ok) return false;
    all.push({ change, links: verified.links });
  }
  for (const { change, links } of all) ruleset.apply(change, links);
  return true;
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
