import type { ArithmeticExpression, CommandNode, CompoundList, TestExpression } from 'unbash';
import { BrokenPipe } from '../streams.ts';
import { evaluateArithmetic } from './arithmetic.ts';
import { binaryTest, unaryTest } from './conditions.ts';
import type { Evaluator } from './evaluator.ts';
import { expandLazily, expandPattern, expandText } from './expand.ts';
import { globToRegExp } from './glob.ts';
import { scopeOf } from './scope.ts';
import { copyState, Jump, type ShellState, type Streams } from './state.ts';

type Compound = Exclude<CommandNode, { readonly type: 'Command' }>;

/** Loops, conditions, groups, functions. */
export async function runCompound(
  evaluator: Evaluator,
  command: Compound,
  state: ShellState,
  streams: Streams,
): Promise<number> {
  const { list } = evaluator;
  const scope = () => scopeOf(evaluator, state, streams);
  const number = (expression: ArithmeticExpression | undefined) => evaluateArithmetic(expression, scope());
  const holds = async (clause: CompoundList) =>
    (await evaluator.condition(state, () => list(clause, state, streams))) === 0;
  const run = () => list((command as { readonly body: CompoundList }).body, state, streams);

  switch (command.type) {
    case 'Redirected':
      return evaluator.redirected(command.redirects, state, streams, (inner) =>
        evaluator.command(command.command, state, inner),
      );
    case 'BraceGroup':
      return run();
    case 'Subshell':
      return evaluator.subshell(() => list(command.body, copyState(state), streams));
    case 'If': {
      if (await holds(command.clause)) return list(command.then, state, streams);
      for (const branch of command.elif)
        if (await holds(branch.clause)) return list(branch.then, state, streams);
      state.status = 0;
      return command.else ? list(command.else, state, streams) : 0;
    }
    case 'For': {
      const words = command.wordlist ? expandLazily(command.wordlist, scope()) : state.positional;
      return loop(evaluator, streams, words, run, (word) => {
        state.variables.set(command.name.value, word);
        return true;
      });
    }
    case 'ArithmeticFor':
      number(command.initialize);
      return loop(evaluator, streams, forever(), run, (round) => {
        if (round > 0) number(command.update);
        return !command.test || number(command.test) !== 0;
      });
    case 'While':
      state.looping++;
      try {
        return await loop(
          evaluator,
          streams,
          forever(),
          run,
          async () => (await holds(command.clause)) === (command.kind === 'while'),
        );
      } finally {
        state.looping--;
      }
    case 'Case':
      return choose(evaluator, command, state, streams);
    case 'Function':
      state.functions.set(command.name.value, command.body);
      return 0;
    case 'TestCommand':
      return (await test(evaluator, command.expression, state, streams)) ? 0 : 1;
    case 'ArithmeticCommand':
      return number(command.expression) !== 0 ? 0 : 1;
    default:
      streams.stderr.write(`${state.name}: ${command.type.toLowerCase()}: not supported\n`);
      return 2;
  }
}

function* forever(): Generator<number> {
  for (let round = 0; ; round++) yield round;
}

/** Runs `body` for each item while `begin` says so; `break` and `continue` end here. */
async function loop<T>(
  evaluator: Evaluator,
  { stdout }: Streams,
  items: Iterable<T> | AsyncIterable<T>,
  body: () => Promise<number>,
  begin: (item: T) => boolean | Promise<boolean>,
): Promise<number> {
  let status = 0;
  for await (const item of items) {
    await evaluator.tick();
    // Nobody reads it any more: real loops would go on writing into nothing.
    if (stdout.closed) throw new BrokenPipe();
    if (!(await begin(item))) break;
    try {
      status = await body();
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

/** `;&` goes on with the next branch's commands, `;;&` with its patterns. */
async function choose(
  evaluator: Evaluator,
  command: Extract<Compound, { readonly type: 'Case' }>,
  state: ShellState,
  streams: Streams,
): Promise<number> {
  const scope = scopeOf(evaluator, state, streams);
  const word = await expandText(command.word, scope);
  let status = 0;
  let falling = false;
  for (const item of command.items) {
    let chosen = falling;
    for (const pattern of item.pattern)
      chosen ||= globToRegExp(await expandPattern(pattern, scope)).test(word);
    if (!chosen) continue;
    status = await evaluator.list(item.body, state, streams);
    falling = item.terminator === ';&';
    if (!falling && item.terminator !== ';;&') return status;
  }
  return status;
}

/** What stands in `[[ … ]]`. */
async function test(
  evaluator: Evaluator,
  expression: TestExpression,
  state: ShellState,
  streams: Streams,
): Promise<boolean> {
  const scope = scopeOf(evaluator, state, streams);
  const inner = (one: TestExpression) => test(evaluator, one, state, streams);
  switch (expression.type) {
    case 'TestGroup':
      return inner(expression.expression);
    case 'TestNot':
      return (await inner(expression.operand)) === (expression.negations.length % 2 === 0);
    case 'TestLogical': {
      for (const operand of expression.operands) {
        const value = await inner(operand);
        if (value === (expression.operator === '||')) return value;
      }
      return expression.operator === '&&';
    }
    case 'TestUnary': {
      const operand = await expandText(expression.operand, scope);
      if (expression.operator === '-v') return scope.get(operand) !== undefined;
      return unaryTest(expression.operator, operand, evaluator.runtime.filesOf(state));
    }
    case 'TestBinary': {
      const left = await expandText(expression.left, scope);
      const { operator } = expression;
      if (operator === '=~') {
        const match = matchExpression(left, await expandText(expression.right, scope));
        if (match)
          state.arrays.set(
            'BASH_REMATCH',
            Array.from(match, (group) => group ?? ''),
          );
        return match !== null;
      }
      const patterns = operator === '=' || operator === '==' || operator === '!=';
      const right = await (patterns ? expandPattern : expandText)(expression.right, scope);
      return binaryTest(operator, left, right, true);
    }
  }
}

/** A POSIX expression that JavaScript does not read matches nothing. */
function matchExpression(text: string, expression: string): RegExpExecArray | null {
  const CLASSES: Readonly<Record<string, string>> = {
    '[:alpha:]': 'a-zA-Z',
    '[:digit:]': '0-9',
    '[:alnum:]': 'a-zA-Z0-9',
    '[:space:]': '\\s',
    '[:upper:]': 'A-Z',
    '[:lower:]': 'a-z',
  };
  try {
    return new RegExp(expression.replace(/\[:\w+:\]/g, (name) => CLASSES[name] ?? name)).exec(text);
  } catch {
    return null;
  }
}
