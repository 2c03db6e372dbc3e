/**
 * A line being typed, as readline edits one. A pure value: each key makes a new one.
 *
 *   text ──────────┐
 *   $ kubectl get pods -A
 *                 ^ cursor
 */
export interface LineState {
  readonly text: string;
  readonly cursor: number;
  /** Earlier lines, oldest first. */
  readonly history: readonly string[];
  /** The place in `history` that is shown; `history.length`: the line being written. */
  readonly recalled: number;
  /** What was being written before the learner went back in history. */
  readonly draft: string;
  /** What Ctrl-W, Ctrl-U and Ctrl-K took last; Ctrl-Y puts it back. */
  readonly killed: string;
  /** Ctrl-R: what is looked for, and where it was found. */
  readonly search?: { readonly wanted: string; readonly at: number };
}

/** What a key asks of the terminal beside changing the line. */
export type LineEffect = 'none' | 'submit' | 'interrupt' | 'end' | 'clear' | 'complete' | 'bell';

const MAX_HISTORY = 500;

export function emptyLine(history: readonly string[] = []): LineState {
  return { text: '', cursor: 0, history, recalled: history.length, draft: '', killed: '' };
}

/** After a line was sent: empty, and the line remembered (once, when it repeats the one before). */
export function afterSubmit(state: LineState): LineState {
  const line = state.text.trim();
  const history =
    line === '' || state.history.at(-1) === line
      ? state.history
      : [...state.history, line].slice(-MAX_HISTORY);
  return { ...emptyLine(history), killed: state.killed };
}

const KEYS: Readonly<Record<string, (state: LineState) => LineState>> = {
  '\x01': home,
  '\x1b[H': home,
  '\x1bOH': home,
  '\x1b[1~': home,
  '\x05': end,
  '\x1b[F': end,
  '\x1bOF': end,
  '\x1b[4~': end,
  '\x02': left,
  '\x1b[D': left,
  '\x1bOD': left,
  '\x06': right,
  '\x1b[C': right,
  '\x1bOC': right,
  '\x1bb': wordLeft,
  '\x1b[1;5D': wordLeft,
  '\x1b[1;3D': wordLeft,
  '\x1bf': wordRight,
  '\x1b[1;5C': wordRight,
  '\x1b[1;3C': wordRight,
  '\x7f': (state) => cut(state, left(state).cursor, state.cursor, false),
  '\b': (state) => cut(state, left(state).cursor, state.cursor, false),
  '\x1b[3~': (state) => cut(state, state.cursor, right(state).cursor, false),
  '\x17': (state) => cut(state, previousSpace(state), state.cursor),
  '\x1b\x7f': (state) => cut(state, wordLeft(state).cursor, state.cursor),
  '\x1bd': (state) => cut(state, state.cursor, wordRight(state).cursor),
  '\x15': (state) => cut(state, 0, state.cursor),
  '\x0b': (state) => cut(state, state.cursor, state.text.length),
  '\x19': (state) => insert(state, state.killed),
  '\x10': older,
  '\x1b[A': older,
  '\x1bOA': older,
  '\x0e': newer,
  '\x1b[B': newer,
  '\x1bOB': newer,
};

/** A paste, as a terminal in bracketed paste mode sends it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is the terminal's own sequence
const PASTED = /^\x1b\[200~([\s\S]*?)(?:\x1b\[201~)?$/;

/** One key or one paste, as a terminal sends it. A paste is never sent by itself, however many lines it has. */
export function pressKey(
  state: LineState,
  key: string,
): { readonly state: LineState; readonly effect: LineEffect } {
  const pasted = PASTED.exec(key)?.[1];
  if (pasted !== undefined) {
    const { search: _, ...plain } = state;
    return { state: insert(plain, pastedText(pasted)), effect: 'none' };
  }
  if (state.search) return pressInSearch(state, state.search, key);
  const edit = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  if (edit) return { state: edit(state), effect: 'none' };
  switch (key) {
    case '\r':
    case '\n':
      return { state, effect: 'submit' };
    case '\x03':
      return { state: { ...emptyLine(state.history), killed: state.killed }, effect: 'interrupt' };
    case '\x04':
      return state.text === ''
        ? { state, effect: 'end' }
        : { state: KEYS['\x1b[3~']!(state), effect: 'none' };
    case '\x0c':
      return { state, effect: 'clear' };
    case '\t':
      return { state, effect: 'complete' };
    case '\x12':
      return { state: { ...state, search: { wanted: '', at: state.history.length } }, effect: 'none' };
  }
  const text = printable(key);
  return text === '' ? { state, effect: 'none' } : { state: insert(state, text), effect: 'none' };
}

/** Puts text where the cursor is. */
export function insert(state: LineState, text: string): LineState {
  return {
    ...state,
    text: state.text.slice(0, state.cursor) + text + state.text.slice(state.cursor),
    cursor: state.cursor + text.length,
  };
}

/** Takes the place of `from`…cursor, as a chosen completion does. */
export function replaceWord(state: LineState, from: number, text: string): LineState {
  const start = Math.min(from, state.cursor);
  return {
    ...state,
    text: state.text.slice(0, start) + text + state.text.slice(state.cursor),
    cursor: start + text.length,
  };
}

function pressInSearch(state: LineState, search: NonNullable<LineState['search']>, key: string) {
  const { search: _, ...plain } = state;
  const none = (next: LineState) => ({ state: next, effect: 'none' as const });
  const look = (wanted: string, from: number) => {
    const at = state.history.findLastIndex((line, index) => index < from && line.includes(wanted));
    if (at === -1) return { state: { ...state, search: { ...search, wanted } }, effect: 'bell' as const };
    const text = state.history[at]!;
    return none({ ...state, text, cursor: text.indexOf(wanted) + wanted.length, search: { wanted, at } });
  };
  if (key === '\x12') return look(search.wanted, search.at);
  if (key === '\x7f' || key === '\b') return look(search.wanted.slice(0, -1), state.history.length);
  if (key === '\x07' || key === '\x03') return none({ ...plain, text: '', cursor: 0 });
  const text = /^[\r\n\t]/.test(key) ? '' : printable(key);
  if (text !== '') return look(search.wanted + text, state.history.length);
  // Any other key leaves the search, keeps what was found, and then does what it always does.
  const found = { ...plain, cursor: plain.text.length };
  return key === '\x1b' ? none(found) : pressKey(found, key);
}

/** A pasted text keeps its lines, but for the last line end; other control characters vanish. */
function pastedText(text: string): string {
  const lines = text.replace(/\t/g, '    ').split(/\r\n|\r|\n/);
  return lines.map(printable).join('\n').replace(/\n+$/, '');
}

/** What of a key or a paste is text: line ends become spaces, control characters vanish. */
function printable(key: string): string {
  if (key.startsWith('\x1b')) return '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: taking them out is the point
  return key.replace(/[\r\n\t]+/g, ' ').replace(/[\x00-\x1f\x7f]/g, '');
}

function home(state: LineState): LineState {
  return { ...state, cursor: 0 };
}
function end(state: LineState): LineState {
  return { ...state, cursor: state.text.length };
}
function left(state: LineState): LineState {
  const before = Array.from(state.text.slice(0, state.cursor)).at(-1) ?? '';
  return { ...state, cursor: state.cursor - before.length };
}
function right(state: LineState): LineState {
  const [after = ''] = state.text.slice(state.cursor);
  return { ...state, cursor: state.cursor + after.length };
}
function wordLeft(state: LineState): LineState {
  const before = state.text.slice(0, state.cursor);
  return { ...state, cursor: /[\p{L}\p{N}]*[^\p{L}\p{N}]*$/u.exec(before)!.index };
}
function wordRight(state: LineState): LineState {
  const after = /^[^\p{L}\p{N}]*[\p{L}\p{N}]*/u.exec(state.text.slice(state.cursor))![0];
  return { ...state, cursor: state.cursor + after.length };
}
function previousSpace(state: LineState): number {
  return /\S*\s*$/.exec(state.text.slice(0, state.cursor))!.index;
}
function cut(state: LineState, from: number, to: number, keep = true): LineState {
  const killed = state.text.slice(from, to);
  const text = state.text.slice(0, from) + state.text.slice(to);
  return { ...state, text, cursor: from, killed: keep && killed !== '' ? killed : state.killed };
}
function older(state: LineState): LineState {
  return recall(state, state.recalled - 1);
}
function newer(state: LineState): LineState {
  return recall(state, state.recalled + 1);
}
function recall(state: LineState, index: number): LineState {
  if (index < 0 || index > state.history.length) return state;
  const draft = state.recalled === state.history.length ? state.text : state.draft;
  const text = state.history[index] ?? draft;
  return { ...state, draft, recalled: index, text, cursor: text.length };
}
