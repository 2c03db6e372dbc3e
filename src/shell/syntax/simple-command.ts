import { type Assignment, type Command, type Function as FunctionNode, parse, type Word } from 'unbash';
import { evaluateArithmetic } from './arithmetic.ts';
import { BUILTINS } from './builtins.ts';
import type { Evaluator } from './evaluator.ts';
import { expandText, expandWords, type Scope } from './expand.ts';
import { scopeOf } from './scope.ts';
import { Jump, NestingError, type ShellState, type Streams } from './state.ts';

/** How deep functions may call one another. */
const MAX_DEPTH = 100;

/** Words, assignments, redirections: expanded, then a builtin, a function or a program. */
export async function runSimple(
  evaluator: Evaluator,
  { name, args, prefix, redirects }: Command,
  state: ShellState,
  streams: Streams,
): Promise<number> {
  const { runtime } = evaluator;
  const scope = scopeOf(evaluator, state, streams);
  const substituted = { status: 0 };
  const tracked: Scope = {
    ...scope,
    async substitute(script) {
      const text = await scope.substitute(script);
      substituted.status = state.status;
      return text;
    },
  };
  const words = [...(name ? unaliased(name, state) : []), ...args.map(wordOf)];
  const argv = await expandWords(words, tracked);
  const assignments = prefix.filter((one): one is Assignment => one.type === 'Assignment');
  if (state.options.has('xtrace') && argv.length > 0) streams.stderr.write(`+ ${argv.join(' ')}\n`);

  return evaluator.redirected(redirects, state, streams, async (inner) => {
    if (argv.length === 0) {
      for (const one of assignments) await assign(one, state, tracked);
      return substituted.status;
    }
    const [first = '', ...rest] = argv;
    const builtin = Object.hasOwn(BUILTINS, first) ? BUILTINS[first] : undefined;
    const body = builtin ? undefined : state.functions.get(first);
    const own = new Map<string, string>();
    for (const one of assignments)
      if (one.value.type === 'Word') own.set(one.name, await expandText(one.value, tracked));
    const exported = Array.from(state.variables).filter(([key]) => state.exported.has(key));
    const environment = new Map([...exported, ...own]);
    if (builtin)
      return withVariables(state, own, () =>
        builtin(rest, {
          state,
          streams: inner,
          files: runtime.filesOf(state),
          runtime,
          evaluate: async (line) => (await evaluator.script(parse(line), state, inner)).status,
          spawn: (words) => runtime.spawn(words, state, inner, environment),
        }),
      );
    if (body) return callFunction(evaluator, body, rest, state, inner);
    return runtime.spawn(argv, state, inner, environment);
  });
}

/** `IFS=: read a b`: the shell itself has the variables, for as long as the builtin runs. */
async function withVariables(
  { variables }: ShellState,
  given: ReadonlyMap<string, string>,
  body: () => number | Promise<number>,
): Promise<number> {
  const before = Array.from(given, ([key]) => [key, variables.get(key)] as const);
  for (const [key, value] of given) variables.set(key, value);
  try {
    return await body();
  } finally {
    for (const [key, value] of before) {
      if (value === undefined) variables.delete(key);
      else variables.set(key, value);
    }
  }
}

/** An alias stands for its words, once: `alias k=kubectl`. */
function unaliased(name: Word, state: ShellState): readonly Word[] {
  const value = name.parts ? undefined : state.aliases.get(name.value);
  const command = value === undefined ? undefined : parse(value).commands[0]?.command;
  return command?.type === 'Command' && command.name ? [command.name, ...command.args.map(wordOf)] : [name];
}

async function assign(assignment: Assignment, state: ShellState, scope: Scope): Promise<void> {
  const { name, value, append, index } = assignment;
  if (value.type === 'ArrayValue') {
    const items = await expandWords(value.elements, scope);
    state.variables.delete(name);
    state.arrays.set(name, append ? [...(state.arrays.get(name) ?? []), ...items] : items);
    return;
  }
  const text = await expandText(value, scope);
  if (index) {
    const array = state.arrays.get(name) ?? [];
    const place = parse(`((${await expandText(index, scope)}))`).commands[0]?.command;
    const at = place?.type === 'ArithmeticCommand' ? evaluateArithmetic(place.expression, scope) : 0;
    if (at >= 0 && at < 1_000_000) array[at] = append ? (array[at] ?? '') + text : text;
    state.arrays.set(name, array);
    return;
  }
  scope.set(name, append ? (scope.get(name) ?? '') + text : text);
}

async function callFunction(
  evaluator: Evaluator,
  body: FunctionNode['body'],
  args: readonly string[],
  state: ShellState,
  streams: Streams,
): Promise<number> {
  if (evaluator.depth >= MAX_DEPTH)
    throw new NestingError(`maximum function nesting level exceeded (${MAX_DEPTH})`);
  const before = state.positional;
  const outer = state.locals;
  const locals = new Map<string, string | undefined>();
  state.positional = args;
  state.locals = locals;
  evaluator.depth++;
  try {
    return body.type === 'CompoundList'
      ? await evaluator.list(body, state, streams)
      : await evaluator.command(body, state, streams);
  } catch (error) {
    if (error instanceof Jump && error.kind === 'return') return error.value;
    throw error;
  } finally {
    evaluator.depth--;
    state.positional = before;
    state.locals = outer;
    for (const [key, value] of locals) {
      if (value === undefined) state.variables.delete(key);
      else state.variables.set(key, value);
    }
  }
}

/** `a=b` after a command's name is a word like any other: `env a=b`, `export a="$x"`. */
function wordOf(argument: Word | Assignment): Word {
  if (argument.type === 'Word') return argument;
  const script = parse(`echo ${argument.text.replace(/^[^=]*=/, '')}`);
  const first = script.commands[0]?.command;
  const value = first?.type === 'Command' ? first.args[0] : undefined;
  const name = argument.text.slice(0, argument.text.indexOf('=') + 1);
  const literal = (text: string, shown: string) => ({
    type: 'Literal' as const,
    pos: 0,
    end: 0,
    value: shown,
    text,
  });
  if (value?.type !== 'Word') return { type: 'Word', text: name, value: name, pos: 0, end: 0 };
  return {
    type: 'Word',
    text: argument.text,
    value: name + value.value,
    pos: 0,
    end: 0,
    parts: [literal(name, name), ...(value.parts ?? [literal(value.text, value.value)])],
  };
}
