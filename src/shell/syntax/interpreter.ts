import {
  type ArithmeticExpression,
  type Assignment,
  type CommandNode,
  type CompoundList,
  type Function as FunctionNode,
  type ParsedScript,
  type Pipeline,
  parse,
  type Redirection,
  type Statement,
  type TestExpression,
  type Word,
} from 'unbash';
import { Interrupted } from '../process.ts';
import { BrokenPipe, createCapture, createPipe, textInput } from '../streams.ts';
import { ArithmeticError, evaluateArithmetic } from './arithmetic.ts';
import { BUILTINS } from './builtins.ts';
import { binaryTest, unaryTest } from './conditions.ts';
import { ExpansionError, expandText, expandWords, type Scope } from './expand.ts';
import { globToRegExp } from './glob.ts';
import { openRedirects } from './redirect.ts';
import {
  copyState,
  Jump,
  NestingError,
  type Runtime,
  ShellLimit,
  type ShellState,
  type Streams,
} from './state.ts';

/** A loop without a pause in it is cut here: it would hold the page for ever. */
const MAX_COMMANDS = 200_000;
const MAX_DEPTH = 100;

export interface Interpreter {
  /** Runs a whole script; answers its exit status. Throws {@link Interrupted}. */
  run(
    script: ParsedScript,
    state: ShellState,
    streams: Streams,
  ): Promise<{ readonly status: number; readonly exited: boolean }>;
}

/** Runs a bash syntax tree: lists, pipelines, loops, conditions, functions, redirections. */
export function createInterpreter(runtime: Runtime): Interpreter {
  let commands = 0;
  let depth = 0;

  async function tick(): Promise<void> {
    if (runtime.signal.aborted) throw new Interrupted();
    if (++commands > MAX_COMMANDS)
      throw new ShellLimit({ id: 'shell.too-many-commands', values: { count: MAX_COMMANDS } });
    await runtime.pause();
  }

  async function list(
    body: CompoundList | { readonly commands: readonly Statement[] },
    state: ShellState,
    streams: Streams,
  ): Promise<number> {
    for (const statement of body.commands) await statementOf(statement, state, streams);
    return state.status;
  }

  async function statementOf(statement: Statement, state: ShellState, streams: Streams): Promise<void> {
    if (statement.background) {
      const copy = copyState(state);
      runtime.background(
        copy,
        (other) =>
          createInterpreter(other)
            .run(
              {
                type: 'Script',
                pos: 0,
                end: 0,
                shebang: undefined,
                commands: [{ ...statement, background: undefined }],
              },
              copy,
              { ...streams, stdin: textInput(''), stdinIsTerminal: false },
            )
            .then(({ status }) => status),
        describe(statement),
      );
      state.status = 0;
      return;
    }
    state.status = await node(statement.command, state, streams);
  }

  async function node(command: Statement['command'], state: ShellState, streams: Streams): Promise<number> {
    if (command.type === 'AndOr') {
      let status = await node(command.commands[0]!, state, streams);
      for (const [index, operator] of command.operators.entries()) {
        state.status = status;
        if ((operator === '&&') === (status === 0))
          status = await node(command.commands[index + 1]!, state, streams);
      }
      return status;
    }
    return command.type === 'Pipeline'
      ? pipeline(command, state, streams)
      : commandNode(command, state, streams);
  }

  async function pipeline(pipe: Pipeline, state: ShellState, streams: Streams): Promise<number> {
    const negated = pipe.prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1;
    const status =
      pipe.commands.length === 1
        ? await commandNode(pipe.commands[0]!, state, streams)
        : await connected(pipe, state, streams);
    return negated ? Number(status === 0) : status;
  }

  /** Each command in a subshell of its own, all at once, each one's output the next one's input. */
  async function connected(pipe: Pipeline, state: ShellState, streams: Streams): Promise<number> {
    const pipes = pipe.commands.slice(1).map(() => createPipe());
    const stages = pipe.commands.map(async (command, index) => {
      const before = pipes[index - 1];
      const after = pipes[index];
      const both = pipe.operators[index] === '|&' && after;
      const own: Streams = {
        stdin: before?.input ?? streams.stdin,
        stdinIsTerminal: before ? false : streams.stdinIsTerminal,
        stdout: after?.output ?? streams.stdout,
        stderr: both ? both.output : streams.stderr,
      };
      try {
        return await subshell(() => commandNode(command, copyState(state), own));
      } finally {
        after?.end();
        before?.abandon();
      }
    });
    const results = await Promise.allSettled(stages);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    return (results.at(-1) as PromiseFulfilledResult<number>).value;
  }

  async function subshell(body: () => Promise<number>): Promise<number> {
    try {
      return await body();
    } catch (error) {
      if (error instanceof BrokenPipe) return 141;
      if (error instanceof Jump) return error.value;
      throw error;
    }
  }

  async function commandNode(command: CommandNode, state: ShellState, streams: Streams): Promise<number> {
    await tick();
    switch (command.type) {
      case 'Command':
        return simple(command.name, command.args, command.prefix, command.redirects, state, streams);
      case 'Redirected':
        return withRedirects(command.redirects, state, streams, (inner) =>
          commandNode(command.command, state, inner),
        );
      case 'BraceGroup':
        return list(command.body, state, streams);
      case 'Subshell':
        return subshell(() => list(command.body, copyState(state), streams));
      case 'If': {
        if ((await list(command.clause, state, streams)) === 0) return list(command.then, state, streams);
        for (const branch of command.elif)
          if ((await list(branch.clause, state, streams)) === 0) return list(branch.then, state, streams);
        state.status = 0;
        return command.else ? list(command.else, state, streams) : 0;
      }
      case 'For': {
        const words = command.wordlist
          ? await expandWords(command.wordlist, scopeOf(state, streams))
          : state.positional;
        return loop(
          words,
          async (word) => void state.variables.set(command.name.value, word),
          command.body,
          state,
          streams,
        );
      }
      case 'ArithmeticFor':
        arithmetic(command.initialize, state, streams);
        return loop(
          forever(),
          async (round) => void (round > 0 && arithmetic(command.update, state, streams)),
          command.body,
          state,
          streams,
          () => !command.test || arithmetic(command.test, state, streams) !== 0,
        );
      case 'While':
        state.looping++;
        try {
          return await loop(
            forever(),
            async () => {},
            command.body,
            state,
            streams,
            async () => ((await list(command.clause, state, streams)) === 0) === (command.kind === 'while'),
          );
        } finally {
          state.looping--;
        }
      case 'Case': {
        const word = await expandText(command.word, scopeOf(state, streams));
        for (const item of command.items) {
          for (const pattern of item.pattern) {
            if (globToRegExp(await expandText(pattern, scopeOf(state, streams))).test(word))
              return list(item.body, state, streams);
          }
        }
        return 0;
      }
      case 'Function':
        state.functions.set(command.name.value, command.body);
        return 0;
      case 'TestCommand':
        return (await test(command.expression, state, streams)) ? 0 : 1;
      case 'ArithmeticCommand':
        return arithmetic(command.expression, state, streams) !== 0 ? 0 : 1;
      default:
        streams.stderr.write(`${state.name}: ${command.type.toLowerCase()}: not supported\n`);
        return 2;
    }
  }

  async function loop<T>(
    items: Iterable<T>,
    begin: (item: T) => Promise<void>,
    body: CompoundList,
    state: ShellState,
    streams: Streams,
    test: () => boolean | Promise<boolean> = () => true,
  ): Promise<number> {
    let status = 0;
    for (const item of items) {
      await tick();
      await begin(item);
      if (!(await test())) break;
      try {
        status = await list(body, state, streams);
      } catch (error) {
        if (!(error instanceof Jump) || (error.kind !== 'break' && error.kind !== 'continue')) throw error;
        if (error.value > 1) {
          error.value--;
          throw error;
        }
        status = 0;
        if (error.kind === 'break') break;
      }
    }
    return status;
  }

  function arithmetic(
    expression: ArithmeticExpression | undefined,
    state: ShellState,
    streams: Streams,
  ): number {
    return evaluateArithmetic(expression, scopeOf(state, streams));
  }

  async function simple(
    name: Word | undefined,
    args: readonly (Word | Assignment)[],
    prefix: readonly (Assignment | Redirection)[],
    redirects: readonly Redirection[],
    state: ShellState,
    streams: Streams,
  ): Promise<number> {
    const scope = scopeOf(state, streams);
    const substituted = { status: 0 };
    const tracked: Scope = {
      ...scope,
      async substitute(script) {
        const text = await scope.substitute(script);
        substituted.status = state.status;
        return text;
      },
    };
    const argv = await expandWords([...(name ? [name] : []), ...args.map(wordOf)], tracked);
    const assignments: [string, string][] = [];
    for (const one of prefix) {
      if (one.type !== 'Assignment' || one.value.type !== 'Word') continue;
      const before = one.append ? (state.variables.get(one.name) ?? '') : '';
      assignments.push([one.name, before + (await expandText(one.value, tracked))]);
    }
    return withRedirects(redirects, state, streams, async (inner) => {
      if (argv.length === 0) {
        for (const [key, value] of assignments) state.variables.set(key, value);
        return substituted.status;
      }
      const builtin = Object.hasOwn(BUILTINS, argv[0]!) ? BUILTINS[argv[0]!] : undefined;
      if (builtin) {
        const evaluate = async (line: string) => (await script(parse(line), state, inner)).status;
        return builtin(argv.slice(1), { state, streams: inner, files: runtime.filesOf(state), evaluate });
      }
      const body = state.functions.get(argv[0]!);
      if (body) return callFunction(body, argv.slice(1), state, inner);
      const environment = new Map(Array.from(state.variables).filter(([key]) => state.exported.has(key)));
      for (const [key, value] of assignments) environment.set(key, value);
      return runtime.spawn(argv, state, inner, environment);
    });
  }

  async function callFunction(
    body: FunctionNode['body'],
    args: readonly string[],
    state: ShellState,
    streams: Streams,
  ): Promise<number> {
    if (depth >= MAX_DEPTH) throw new NestingError(`maximum function nesting level exceeded (${MAX_DEPTH})`);
    const before = state.positional;
    state.positional = args;
    depth++;
    try {
      return body.type === 'CompoundList'
        ? await list(body, state, streams)
        : await commandNode(body, state, streams);
    } catch (error) {
      if (error instanceof Jump && error.kind === 'return') return error.value;
      throw error;
    } finally {
      depth--;
      state.positional = before;
    }
  }

  async function withRedirects(
    redirects: readonly Redirection[],
    state: ShellState,
    streams: Streams,
    body: (streams: Streams) => Promise<number>,
  ): Promise<number> {
    if (redirects.length === 0) return body(streams);
    const opened = await openRedirects(redirects, streams, scopeOf(state, streams), runtime.filesOf(state));
    if (!opened.ok) {
      streams.stderr.write(`${state.name}: ${opened.message}\n`);
      return 1;
    }
    try {
      return await body(opened.streams);
    } finally {
      opened.close();
    }
  }

  async function test(expression: TestExpression, state: ShellState, streams: Streams): Promise<boolean> {
    const scope = scopeOf(state, streams);
    switch (expression.type) {
      case 'TestGroup':
        return test(expression.expression, state, streams);
      case 'TestNot':
        return (await test(expression.operand, state, streams)) === (expression.negations.length % 2 === 0);
      case 'TestLogical': {
        for (const operand of expression.operands) {
          const value = await test(operand, state, streams);
          if (value === (expression.operator === '||')) return value;
        }
        return expression.operator === '&&';
      }
      case 'TestUnary':
        return unaryTest(
          expression.operator,
          await expandText(expression.operand, scope),
          runtime.filesOf(state),
        );
      case 'TestBinary':
        return binaryTest(
          expression.operator,
          await expandText(expression.left, scope),
          await expandText(expression.right, scope),
          true,
        );
    }
  }

  function scopeOf(state: ShellState, streams: Streams): Scope {
    return {
      get: (name) =>
        name === 'RANDOM' ? String(Math.floor(runtime.random() * 32768)) : state.variables.get(name),
      set: (name, value) => void state.variables.set(name, value),
      positional: state.positional,
      files: runtime.filesOf(state),
      special(name) {
        if (name === '?') return String(state.status);
        if (name === '#') return String(state.positional.length);
        if (name === '$') return '1';
        if (name === '0') return state.name;
        return undefined;
      },
      async substitute(inner) {
        const capture = createCapture();
        if (inner) {
          const { status } = await script(inner, copyState(state), { ...streams, stdout: capture });
          state.status = status;
        }
        return capture.text().replace(/\n+$/, '');
      },
    };
  }

  async function script(
    parsed: ParsedScript,
    state: ShellState,
    streams: Streams,
  ): Promise<{ status: number; exited: boolean }> {
    if (parsed.errors && parsed.errors.length > 0) {
      streams.stderr.write(`${state.name}: syntax error: ${parsed.errors[0]!.message}\n`);
      state.status = 2;
      return { status: 2, exited: false };
    }
    try {
      return { status: await list(parsed, state, streams), exited: false };
    } catch (error) {
      if (error instanceof Jump) {
        state.status = error.kind === 'exit' || error.kind === 'return' ? error.value : 0;
        return { status: state.status, exited: error.kind === 'exit' };
      }
      if (error instanceof BrokenPipe) return { status: 141, exited: false };
      if (error instanceof ShellLimit) {
        streams.stderr.write(`${runtime.say(error.what)}\n`);
        state.status = 1;
        return { status: 1, exited: false };
      }
      if (
        error instanceof ExpansionError ||
        error instanceof ArithmeticError ||
        error instanceof NestingError
      ) {
        streams.stderr.write(`${state.name}: ${error.message}\n`);
        state.status = 1;
        return { status: 1, exited: false };
      }
      throw error;
    }
  }

  return { run: script };
}

function* forever(): Generator<number> {
  for (let round = 0; ; round++) yield round;
}

function wordOf(argument: Word | Assignment): Word {
  if (argument.type === 'Word') return argument;
  const script = parse(`echo ${argument.text.replace(/^[^=]*=/, '')}`);
  const first = script.commands[0]?.command;
  const value = first?.type === 'Command' ? first.args[0] : undefined;
  const name = argument.text.slice(0, argument.text.indexOf('=') + 1);
  const prefix = { type: 'Literal' as const, pos: 0, end: 0, value: name, text: name };
  if (value?.type !== 'Word') return { type: 'Word', text: name, value: name, pos: 0, end: 0 };
  const parts = value.parts ?? [
    { type: 'Literal' as const, pos: 0, end: 0, value: value.value, text: value.text },
  ];
  return {
    type: 'Word',
    text: argument.text,
    value: name + value.value,
    pos: 0,
    end: 0,
    parts: [prefix, ...parts],
  };
}

function describe(statement: Statement): string {
  return statement.command.type === 'Command'
    ? [statement.command.name?.text, ...statement.command.args.map((word) => word.text)].join(' ')
    : statement.command.type;
}
