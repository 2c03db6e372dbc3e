import type { ArithmeticExpression, ParsedScript, Word, WordPart } from 'unbash';
import type { Wait } from '../../../libc/index.ts';

/** What words are expanded with: the shell's variables, and how it runs a `$(command)`. */
export interface Expansion {
  variable(name: string): string | undefined;
  assign(name: string, value: string): void;
  substitute(script: ParsedScript): Generator<Wait, string, void>;
}

/** The fields that a word becomes: expansions outside quotes are split at white space. */
export function* expandWord(word: Word, shell: Expansion): Generator<Wait, readonly string[], void> {
  if (!word.parts) return [word.value];
  const fields: string[] = [];
  let current: string | undefined;
  for (const part of word.parts) {
    const text = yield* expandPart(part, shell);
    if (!isUnquotedExpansion(part)) {
      current = (current ?? '') + text;
      continue;
    }
    const pieces = text.split(/\s+/);
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) {
        if (current !== undefined) fields.push(current);
        current = undefined;
      }
      if (piece !== '') current = (current ?? '') + piece;
    }
  }
  if (current !== undefined) fields.push(current);
  return fields;
}

/** A word as one string: the value of an assignment, the target of a redirection. */
export function* expandText(word: Word | undefined, shell: Expansion): Generator<Wait, string, void> {
  if (!word) return '';
  if (!word.parts) return word.value;
  let text = '';
  for (const part of word.parts) text += yield* expandPart(part, shell);
  return text;
}

function isUnquotedExpansion(part: WordPart): boolean {
  return (
    part.type === 'SimpleExpansion' || part.type === 'ParameterExpansion' || part.type === 'CommandExpansion'
  );
}

function* expandPart(part: WordPart, shell: Expansion): Generator<Wait, string, void> {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
    case 'Glob':
      return part.value;
    case 'DoubleQuoted':
    case 'LocaleString': {
      let text = '';
      for (const child of part.parts) text += yield* expandPart(child, shell);
      return text;
    }
    case 'SimpleExpansion':
      return shell.variable(part.text.slice(1)) ?? '';
    case 'ParameterExpansion': {
      const value = shell.variable(part.parameter);
      if (part.prefix === '#') return String((value ?? '').length);
      if (part.operation?.type !== 'Default') return value ?? '';
      const { operator, operand } = part.operation;
      const missing = value === undefined || (operator.startsWith(':') && value === '');
      if (operator.endsWith('+')) return missing ? '' : yield* expandText(operand, shell);
      if (!missing) return value;
      const fallback = yield* expandText(operand, shell);
      if (operator.endsWith('=')) shell.assign(part.parameter, fallback);
      return fallback;
    }
    case 'CommandExpansion':
      return part.script ? (yield* shell.substitute(part.script)).replace(/\n+$/, '') : '';
    case 'ArithmeticExpansion':
      return part.expression ? String(evaluate(part.expression, shell)) : '0';
    default:
      return part.text;
  }
}

function evaluate(expression: ArithmeticExpression, shell: Expansion): number {
  switch (expression.type) {
    case 'ArithmeticWord': {
      const name = expression.value.replace(/^\$\{?|\}$/g, '');
      return /^\d/.test(name) ? Number(name) : Number(shell.variable(name) ?? 0) || 0;
    }
    case 'ArithmeticGroup':
      return evaluate(expression.expression, shell);
    case 'ArithmeticUnary': {
      const value = evaluate(expression.operand, shell);
      return expression.operator === '-' ? -value : expression.operator === '!' ? Number(value === 0) : value;
    }
    case 'ArithmeticTernary':
      return evaluate(expression.test, shell) !== 0
        ? evaluate(expression.consequent, shell)
        : evaluate(expression.alternate, shell);
    case 'ArithmeticBinary':
      return binary(expression.operator, evaluate(expression.left, shell), evaluate(expression.right, shell));
    case 'ArithmeticCommandExpansion':
      return 0;
  }
}

function binary(operator: string, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? 0 : Math.trunc(left / right);
    case '%':
      return right === 0 ? 0 : left % right;
    case '<':
      return Number(left < right);
    case '<=':
      return Number(left <= right);
    case '>':
      return Number(left > right);
    case '>=':
      return Number(left >= right);
    case '==':
      return Number(left === right);
    case '!=':
      return Number(left !== right);
    default:
      return 0;
  }
}
