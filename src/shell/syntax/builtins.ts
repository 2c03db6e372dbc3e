import { parse } from 'unbash';
import type { FileSystem } from '../process.ts';
import type { Input } from '../streams.ts';
import { evaluateArithmetic } from './arithmetic.ts';
import { JOB_BUILTINS } from './job-builtins.ts';
import { resolvePath } from './paths.ts';
import { Jump, type Runtime, type ShellOption, type ShellState, type Streams } from './state.ts';

export interface BuiltinContext {
  readonly state: ShellState;
  readonly streams: Streams;
  readonly files: FileSystem;
  readonly runtime: Runtime;
  /** Runs a line in this same shell. */
  evaluate(line: string): Promise<number>;
  /** Runs a program, whatever functions and builtins of its name there are. */
  spawn(words: readonly string[]): Promise<number>;
}

export type Builtin = (args: readonly string[], context: BuiltinContext) => number | Promise<number>;

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

/** `export A=1`, `declare A=1` …: assignments; `export` also hands the variable to programs. */
const declare =
  (exported: boolean): Builtin =>
  (args, { state, streams }) => {
    const names = args.filter((word) => !word.startsWith('-'));
    if (names.length === 0 && exported)
      streams.stdout.write(
        Array.from(state.exported)
          .sort()
          .map((key) => `declare -x ${key}="${state.variables.get(key) ?? ''}"\n`)
          .join(''),
      );
    for (const word of names) {
      const [key = '', ...rest] = word.split('=');
      if (rest.length > 0) state.variables.set(key, rest.join('='));
      if (!exported) continue;
      if (args.includes('-n')) state.exported.delete(key);
      else state.exported.add(key);
    }
    return 0;
  };

/** `local x=1`: what it was before comes back when the function ends. */
const local: Builtin = (args, context) => {
  const { state, streams } = context;
  if (!state.locals) {
    streams.stderr.write(`${state.name}: local: can only be used in a function\n`);
    return 1;
  }
  for (const word of args) {
    const [key = ''] = word.split('=');
    if (!state.locals.has(key)) state.locals.set(key, state.variables.get(key));
    if (!word.includes('=')) state.variables.delete(key);
  }
  return declare(false)(args, context);
};

const OPTIONS: Readonly<Record<string, ShellOption>> = { e: 'errexit', u: 'nounset', x: 'xtrace' };

function setOptions(args: readonly string[], state: ShellState): void {
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (word === '--') {
      state.positional = args.slice(at + 1);
      return;
    }
    if (!/^[-+]./.test(word)) {
      state.positional = args.slice(at);
      return;
    }
    for (const letter of word.slice(1)) {
      const option = letter === 'o' ? (args[++at] as ShellOption | undefined) : OPTIONS[letter];
      if (option === undefined) continue;
      if (word.startsWith('-')) state.options.add(option);
      else state.options.delete(option);
    }
  }
}

/** What a word would run: `command -v`, `type`. */
function meaningOf(word: string, { state, runtime }: BuiltinContext): string | undefined {
  if (state.aliases.has(word)) return 'alias';
  if (state.functions.has(word)) return 'function';
  if (Object.hasOwn(BUILTINS, word)) return 'builtin';
  return runtime.knows(word, state);
}

/** `. FILE`: its lines run in this same shell. */
async function source(
  args: readonly string[],
  { state, streams, files, evaluate }: BuiltinContext,
): Promise<number> {
  const [path] = args;
  const text = path === undefined ? undefined : files.read(path);
  if (text !== undefined) return evaluate(text);
  streams.stderr.write(
    path === undefined
      ? `${state.name}: source: filename argument required\n`
      : `${state.name}: ${path}: No such file or directory\n`,
  );
  return path === undefined ? 2 : 1;
}

/** The builtins that change the shell itself; all others are commands like any other. */
export const BUILTINS: Readonly<Record<string, Builtin>> = {
  ...JOB_BUILTINS,
  ':': () => 0,
  break: jump('break', () => 1),
  continue: jump('continue', () => 1),
  return: jump('return', ({ status }) => status),
  exit: jump('exit', ({ status }) => status),
  logout: jump('exit', ({ status }) => status),
  export: declare(true),
  readonly: declare(false),
  local,
  typeset: declare(false),
  declare: declare(false),
  cd(args, { state, streams, files }) {
    const word = args[0] === '-' ? (state.variables.get('OLDPWD') ?? state.directory) : args[0];
    const target = resolvePath(word ?? state.variables.get('HOME') ?? '/', state.directory);
    if (files.list(target) === undefined) {
      streams.stderr.write(`${state.name}: cd: ${args[0]}: No such file or directory\n`);
      return 1;
    }
    if (args[0] === '-') streams.stdout.write(`${target}\n`);
    state.variables.set('OLDPWD', state.directory);
    state.directory = target;
    state.variables.set('PWD', target);
    return 0;
  },
  unset(args, { state }) {
    for (const word of args) {
      if (word.startsWith('-')) continue;
      state.variables.delete(word);
      state.arrays.delete(word);
      state.functions.delete(word);
    }
    return 0;
  },
  set(args, { state, streams }) {
    if (args.length === 0)
      streams.stdout.write(
        Array.from(state.variables)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, value]) => `${key}=${value}\n`)
          .join(''),
      );
    setOptions(args, state);
    return 0;
  },
  shift(args, { state }) {
    state.positional = state.positional.slice(Number(args[0] ?? 1));
    return 0;
  },
  eval: (args, { evaluate }) => evaluate(args.join(' ')),
  source,
  '.': source,
  alias(args, { state, streams }) {
    let status = 0;
    for (const word of args.length > 0 ? args : Array.from(state.aliases.keys()).sort()) {
      const equals = word.indexOf('=');
      if (equals > 0) state.aliases.set(word.slice(0, equals), word.slice(equals + 1));
      else if (state.aliases.has(word)) streams.stdout.write(`alias ${word}='${state.aliases.get(word)}'\n`);
      else {
        streams.stderr.write(`${state.name}: alias: ${word}: not found\n`);
        status = 1;
      }
    }
    return status;
  },
  unalias(args, { state }) {
    if (args[0] === '-a') state.aliases.clear();
    for (const word of args) state.aliases.delete(word);
    return 0;
  },
  let(args, { state, streams }) {
    let value = 0;
    for (const word of args) {
      const command = parse(`((${word}))`).commands[0]?.command;
      if (command?.type !== 'ArithmeticCommand') {
        streams.stderr.write(`${state.name}: let: ${word}: syntax error in expression\n`);
        return 1;
      }
      value = evaluateArithmetic(command.expression, {
        get: (name) => state.variables.get(name),
        set: (name, text) => void state.variables.set(name, text),
      });
    }
    return value === 0 ? 1 : 0;
  },
  async command(args, context) {
    const [option, ...words] = args;
    if (option !== '-v' && option !== '-V') return args.length === 0 ? 0 : context.spawn(args);
    let status = 1;
    for (const word of words) {
      const meaning = meaningOf(word, context);
      if (meaning === undefined) continue;
      status = 0;
      context.streams.stdout.write(meaning === 'program' ? `/usr/bin/${word}\n` : `${word}\n`);
    }
    return status;
  },
  type(args, context) {
    const { state, streams } = context;
    let status = 0;
    for (const word of args.filter((one) => one !== '-t')) {
      const meaning = meaningOf(word, context);
      if (meaning === undefined) {
        if (!args.includes('-t')) streams.stderr.write(`${state.name}: type: ${word}: not found\n`);
        status = 1;
      } else if (args.includes('-t')) streams.stdout.write(`${meaning === 'program' ? 'file' : meaning}\n`);
      else if (meaning === 'alias')
        streams.stdout.write(`${word} is aliased to \`${state.aliases.get(word)}'\n`);
      else
        streams.stdout.write(
          meaning === 'program'
            ? `${word} is /usr/bin/${word}\n`
            : `${word} is a ${meaning === 'builtin' ? 'shell builtin' : meaning}\n`,
        );
    }
    return status;
  },
  history(args, { streams, runtime }) {
    const { history } = runtime;
    const count = Number(args[0] ?? history.length);
    const from = Math.max(0, history.length - (Number.isNaN(count) ? history.length : count));
    streams.stdout.write(
      history
        .slice(from)
        .map((line, index) => `${String(from + index + 1).padStart(5)}  ${line}\n`)
        .join(''),
    );
    return 0;
  },
  async read(args, { state, streams }) {
    // `read -p TEXT`, `-t SECONDS`, `-n COUNT`, `-d END` have a word after them.
    const names = args.filter(
      (word, index) => !word.startsWith('-') && !/^-\w*[ptndiu]$/.test(args[index - 1] ?? ''),
    );
    const array = args[args.findIndex((word) => /^-\w*a$/.test(word)) + 1];
    const raw = await readLine(streams.stdin);
    const line = args.some((word) => /^-\w*r/.test(word)) ? raw : raw?.replace(/\\(.)/g, '$1');
    if (line === undefined) return 1;
    const separators = state.variables.get('IFS');
    const fields =
      separators === '' ? [line] : separators ? splitAt(line, separators) : line.trim().split(/[ \t]+/);
    if (args.some((word) => /^-\w*a$/.test(word)) && array !== undefined) {
      state.arrays.set(array, fields);
      return 0;
    }
    const targets = names.length > 0 ? names : ['REPLY'];
    for (const [index, key] of targets.entries()) {
      const last = index === targets.length - 1;
      state.variables.set(key, last ? fields.slice(index).join(' ') : (fields[index] ?? ''));
    }
    return 0;
  },
};

function splitAt(line: string, separators: string): string[] {
  const fields = [''];
  for (const character of line) {
    if (separators.includes(character)) fields.push('');
    else fields[fields.length - 1] += character;
  }
  return fields;
}

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
