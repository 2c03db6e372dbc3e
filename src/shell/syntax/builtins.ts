import type { FileSystem } from '../process.ts';
import type { Input } from '../streams.ts';
import { resolvePath } from './paths.ts';
import { Jump, type ShellState, type Streams } from './state.ts';

export interface BuiltinContext {
  readonly state: ShellState;
  readonly streams: Streams;
  readonly files: FileSystem;
  /** Runs a line in this same shell. */
  evaluate(line: string): Promise<number>;
}

type Builtin = (args: readonly string[], context: BuiltinContext) => number | Promise<number>;

const jump =
  (kind: Jump['kind'], fallback: (state: ShellState) => number): Builtin =>
  (args, { state }) => {
    const value = Number(args[0] ?? Number.NaN);
    throw new Jump(
      kind,
      Number.isNaN(value)
        ? fallback(state)
        : kind === 'break' || kind === 'continue'
          ? Math.max(1, value)
          : value & 255,
    );
  };

/** `export A=1`, `local A=1` …: assignments; `export` also hands the variable to programs. */
const declare =
  (exported: boolean): Builtin =>
  (args, { state }) => {
    for (const word of args) {
      if (word.startsWith('-')) continue;
      const [key = '', ...rest] = word.split('=');
      if (rest.length > 0) state.variables.set(key, rest.join('='));
      if (exported) state.exported.add(key);
    }
    return 0;
  };

/** The builtins that change the shell itself; all others are commands like any other. */
export const BUILTINS: Readonly<Record<string, Builtin>> = {
  ':': () => 0,
  break: jump('break', () => 1),
  continue: jump('continue', () => 1),
  return: jump('return', ({ status }) => status),
  exit: jump('exit', ({ status }) => status),
  logout: jump('exit', ({ status }) => status),
  export: declare(true),
  readonly: declare(false),
  local: declare(false),
  declare: declare(false),
  cd(args, { state, streams, files }) {
    const target = resolvePath(args[0] ?? state.variables.get('HOME') ?? '/', state.directory);
    if (files.list(target) === undefined) {
      streams.stderr.write(`${state.name}: cd: ${args[0]}: No such file or directory\n`);
      return 1;
    }
    state.directory = target;
    state.variables.set('PWD', target);
    return 0;
  },
  unset(args, { state }) {
    for (const word of args) {
      state.variables.delete(word);
      state.functions.delete(word);
    }
    return 0;
  },
  set(args, { state }) {
    if (args[0] === '--') state.positional = args.slice(1);
    return 0;
  },
  shift(args, { state }) {
    state.positional = state.positional.slice(Number(args[0] ?? 1));
    return 0;
  },
  eval: (args, { evaluate }) => evaluate(args.join(' ')),
  async read(args, { state, streams }) {
    const names = args.filter((word) => !word.startsWith('-'));
    const line = await readLine(streams.stdin);
    if (line === undefined) return 1;
    const fields = line.trim().split(/[ \t]+/);
    const targets = names.length > 0 ? names : ['REPLY'];
    for (const [index, key] of targets.entries()) {
      const last = index === targets.length - 1;
      state.variables.set(key, last ? fields.slice(index).join(' ') : (fields[index] ?? ''));
    }
    return 0;
  },
};

/** One line; what came after it waits in the input for the next `read`. */
async function readLine(input: Input & { held?: string }): Promise<string | undefined> {
  let text = input.held ?? '';
  while (!text.includes('\n')) {
    const piece = await input.read();
    if (piece === undefined) {
      input.held = '';
      return text === '' ? undefined : text;
    }
    text += piece;
  }
  const end = text.indexOf('\n');
  input.held = text.slice(end + 1);
  return text.slice(0, end);
}
