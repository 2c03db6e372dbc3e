import type { ArithmeticExpression } from 'unbash';

export interface Variables {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

export class ArithmeticError extends Error {}

/** `$(( … ))` as bash computes it, on 53-bit whole numbers. */
export function evaluateArithmetic(
  expression: ArithmeticExpression | undefined,
  variables: Variables,
  depth = 0,
): number {
  if (!expression) return 0;
  if (depth > 200) throw new ArithmeticError('expression recursion level exceeded');
  const value = (inner: ArithmeticExpression) => evaluateArithmetic(inner, variables, depth + 1);
  switch (expression.type) {
    case 'ArithmeticWord':
      return wordValue(expression.value, variables);
    case 'ArithmeticGroup':
      return value(expression.expression);
    case 'ArithmeticTernary':
      return value(expression.test) !== 0 ? value(expression.consequent) : value(expression.alternate);
    case 'ArithmeticUnary': {
      if (expression.operator === '++' || expression.operator === '--') {
        const before = value(expression.operand);
        const after = before + (expression.operator === '++' ? 1 : -1);
        assign(expression.operand, after, variables);
        return expression.prefix ? after : before;
      }
      const operand = value(expression.operand);
      if (expression.operator === '-') return -operand;
      if (expression.operator === '!') return operand === 0 ? 1 : 0;
      return expression.operator === '~' ? ~operand : operand;
    }
    case 'ArithmeticBinary': {
      const { operator, left, right } = expression;
      if (operator === '=') return assign(left, value(right), variables);
      if (operator === '&&') return value(left) !== 0 && value(right) !== 0 ? 1 : 0;
      if (operator === '||') return value(left) !== 0 || value(right) !== 0 ? 1 : 0;
      if (/^(?:[-+*/%&|^]|<<|>>)=$/.test(operator))
        return assign(left, compute(operator.slice(0, -1), value(left), value(right)), variables);
      return compute(operator, value(left), value(right));
    }
    default:
      return 0;
  }
}

function wordValue(text: string, variables: Variables): number {
  const name = text.replace(/^\$\{?(\w+)\}?$/, '$1');
  const literal = /^(?:0[xX][0-9a-fA-F]+|\d+)$/.test(name) ? name : (variables.get(name) ?? '');
  if (literal === '') return 0;
  const number = /^-?0[0-7]+$/.test(literal) ? Number.parseInt(literal, 8) : Number(literal);
  if (!Number.isFinite(number)) throw new ArithmeticError(`${literal}: syntax error: operand expected`);
  return Math.trunc(number);
}

function assign(target: ArithmeticExpression, value: number, variables: Variables): number {
  if (target.type !== 'ArithmeticWord') throw new ArithmeticError('attempted assignment to non-variable');
  variables.set(target.value, String(value));
  return value;
}

function compute(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '**':
      return a ** b;
    case '/':
    case '%':
      if (b === 0) throw new ArithmeticError('division by 0');
      return operator === '/' ? Math.trunc(a / b) : a % b;
    case '<':
      return Number(a < b);
    case '<=':
      return Number(a <= b);
    case '>':
      return Number(a > b);
    case '>=':
      return Number(a >= b);
    case '==':
      return Number(a === b);
    case '!=':
      return Number(a !== b);
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    case ',':
      return b;
    default:
      throw new ArithmeticError(`syntax error: ${operator}`);
  }
}
