import { type ParsedScript, parse, type Redirection, type Statement } from 'unbash';
import { Interrupted } from '../process.ts';
import { BrokenPipe, textInput } from '../streams.ts';
import { ArithmeticError } from './arithmetic.ts';
import { runCompound } from './compound.ts';
import type { Evaluator, ScriptResult } from './evaluator.ts';
import { ExpansionError } from './expand.ts';
import { runPipeline } from './pipeline.ts';
import { openRedirects } from './redirect.ts';
import { scopeOf } from './scope.ts';
import { runSimple } from './simple-command.ts';
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
const MAX_COMMANDS = 500_000;

export interface Interpreter {
  /** Runs a script's text; answers its exit status. Throws {@link Interrupted}. */
  run(text: string, state: ShellState, streams: Streams): Promise<ScriptResult>;
}

/** Runs bash: lists, pipelines, loops, conditions, functions, redirections. */
export function createInterpreter(runtime: Runtime): Interpreter {
  const evaluator = createEvaluator(runtime);
  return { run: (text, state, streams) => evaluator.script(parse(text), state, streams) };
}

function createEvaluator(runtime: Runtime): Evaluator {
  let commands = 0;
  const evaluator: Evaluator = {
    runtime,
    depth: 0,
    async tick() {
      if (runtime.signal.aborted) throw new Interrupted();
      if (++commands > MAX_COMMANDS)
        throw new ShellLimit({ id: 'shell.too-many-commands', values: { count: MAX_COMMANDS } });
      await runtime.pause();
    },
    async list(body, state, streams) {
      for (const statement of body.commands) {
        await runStatement(evaluator, statement, state, streams);
        if (
          state.status !== 0 &&
          state.options.has('errexit') &&
          state.conditions === 0 &&
          mayExit(statement)
        )
          throw new Jump('exit', state.status);
      }
      return state.status;
    },
    async command(command, state, streams) {
      await evaluator.tick();
      return command.type === 'Command'
        ? runSimple(evaluator, command, state, streams)
        : runCompound(evaluator, command, state, streams);
    },
    async subshell(body) {
      try {
        return await body();
      } catch (error) {
        if (error instanceof BrokenPipe) return 141;
        if (error instanceof Jump) return error.value;
        throw error;
      }
    },
    async condition(state, body) {
      state.conditions++;
      try {
        return await body();
      } finally {
        state.conditions--;
      }
    },
    redirected: (redirects, state, streams, body) => redirected(evaluator, redirects, state, streams, body),
    script: (parsed, state, streams) => runScript(evaluator, parsed, state, streams),
  };
  return evaluator;
}

/** `a && b` that fails at `a` ends nothing, nor does `! a`. */
function mayExit({ command }: Statement): boolean {
  if (command.type === 'Pipeline') return !command.prefixes.some(({ type }) => type === 'Negation');
  return command.type !== 'AndOr';
}

async function runStatement(
  evaluator: Evaluator,
  statement: Statement,
  state: ShellState,
  streams: Streams,
): Promise<void> {
  if (!statement.background) {
    state.status = await runCommand(evaluator, statement.command, state, streams);
    return;
  }
  const copy = copyState(state);
  const alone = { ...statement, background: undefined };
  evaluator.runtime.background(
    copy,
    async (other) => {
      const script: ParsedScript = { type: 'Script', pos: 0, end: 0, shebang: undefined, commands: [alone] };
      const quiet = { ...streams, stdin: textInput(''), stdinIsTerminal: false };
      return (await runScript(createEvaluator(other), script, copy, quiet)).status;
    },
    describe(statement),
  );
  state.status = 0;
}

async function runCommand(
  evaluator: Evaluator,
  command: Statement['command'],
  state: ShellState,
  streams: Streams,
): Promise<number> {
  if (command.type === 'Pipeline') return runPipeline(evaluator, command, state, streams);
  if (command.type !== 'AndOr') return evaluator.command(command, state, streams);
  const run = (index: number) => {
    const body = () => runCommand(evaluator, command.commands[index]!, state, streams);
    return index === command.commands.length - 1 ? body() : evaluator.condition(state, body);
  };
  let status = await run(0);
  for (const [index, operator] of command.operators.entries()) {
    state.status = status;
    if ((operator === '&&') === (status === 0)) status = await run(index + 1);
  }
  return status;
}

async function redirected(
  evaluator: Evaluator,
  redirects: readonly Redirection[],
  state: ShellState,
  streams: Streams,
  body: (streams: Streams) => Promise<number>,
): Promise<number> {
  if (redirects.length === 0) return body(streams);
  const scope = scopeOf(evaluator, state, streams);
  const opened = await openRedirects(redirects, streams, scope, evaluator.runtime.filesOf(state));
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

async function runScript(
  evaluator: Evaluator,
  parsed: ParsedScript,
  state: ShellState,
  streams: Streams,
): Promise<ScriptResult> {
  const failed = (status: number, text: string): ScriptResult => {
    streams.stderr.write(`${text}\n`);
    state.status = status;
    return { status, exited: false };
  };
  const [problem] = parsed.errors ?? [];
  if (problem) return failed(2, `${state.name}: ${syntaxError(problem.message)}`);
  try {
    return { status: await evaluator.list(parsed, state, streams), exited: false };
  } catch (error) {
    if (error instanceof Jump) {
      state.status = error.kind === 'exit' || error.kind === 'return' ? error.value : 0;
      return { status: state.status, exited: error.kind === 'exit' };
    }
    if (error instanceof BrokenPipe) return { status: 141, exited: false };
    if (error instanceof ShellLimit) return failed(1, evaluator.runtime.say(error.what));
    if (error instanceof ExpansionError || error instanceof ArithmeticError || error instanceof NestingError)
      return failed(1, `${state.name}: ${error.message}`);
    throw error;
  }
}

/** What bash says where the parser found no command line. */
function syntaxError(message: string): string {
  const quote = /^unterminated (double|single) quote/.exec(message)?.[1];
  if (quote) return `unexpected EOF while looking for matching \`${quote === 'double' ? '"' : "'"}'`;
  const token = /^unexpected token '(.+)'$/.exec(message)?.[1];
  if (token) return `syntax error near unexpected token \`${token}'`;
  if (/^(?:expected|unterminated)/.test(message)) return 'syntax error: unexpected end of file';
  return `syntax error: ${message}`;
}

/** A job's line, as `jobs` shows it. */
function describe({ command }: Pick<Statement, 'command'>): string {
  switch (command.type) {
    case 'Command':
      return [
        ...[...command.prefix, ...(command.name ? [command.name] : []), ...command.suffix].map((part) =>
          'text' in part
            ? part.text
            : part.type === 'HereDoc'
              ? part.operator
              : `${part.operator} ${part.target?.text ?? ''}`,
        ),
      ].join(' ');
    case 'Pipeline':
      return command.commands.map((one) => describe({ command: one })).join(' | ');
    case 'AndOr':
      return command.commands
        .map(
          (one, index) =>
            `${index > 0 ? ` ${command.operators[index - 1]} ` : ''}${describe({ command: one })}`,
        )
        .join('');
    default:
      return command.type.toLowerCase();
  }
}
