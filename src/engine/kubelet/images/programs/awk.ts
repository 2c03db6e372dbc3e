import { instant, type Program } from '../../../libc/index.ts';
import { inputOf, linesOf, readCall } from './text-tools.ts';

type Value = string | number;

/** `awk [-F SEPARATOR] [-v NAME=VALUE] 'PATTERN { print $1; s += $2 }' [FILE…]`: fields, variables, sums and print. */
export const awk: Program = instant((process) => {
  const call = readCall(process.arguments, 'Fv');
  const [script = '', ...files] = call.operands;
  const rules = parseRules(script);
  if (!rules) {
    process.stderr(`awk: this program is more than is simulated here: ${script}\n`);
    return 2;
  }
  const input = inputOf(process, files);
  if (input === undefined) return 2;
  const separator = call.flags.get('F');
  const variables = new Map<string, Value>();
  for (const pair of call.flags.get('v')?.split('\n') ?? []) {
    const [name = '', value = ''] = pair.split('=');
    variables.set(name, value);
  }
  let fields: string[] = [];
  const look = (name: string): Value => (name === 'NF' ? fields.length - 1 : (variables.get(name) ?? ''));
  const evaluate = (expression: string) => new Evaluator(expression, look, (at) => fields[at] ?? '').value();
  const run = (actions: readonly string[]) => {
    for (const action of actions) {
      const change = /^(\w+)\s*(\+=|-=|=|\+\+|--)\s*(?!=)(.*)$/s.exec(action);
      if (/^print\b/.test(action)) {
        const list = action.slice('print'.length).trim();
        const parts =
          list === '' ? [fields[0] ?? ''] : splitOutside(list, ',').map((part) => String(evaluate(part)));
        process.stdout(`${parts.join(' ')}\n`);
      } else if (change) {
        const [, name = '', operator = '', right = ''] = change;
        const before = Number(look(name)) || 0;
        if (operator === '=') variables.set(name, evaluate(right));
        else {
          const by = right === '' ? 1 : Number(evaluate(right)) || 0;
          variables.set(name, operator.startsWith('+') ? before + by : before - by);
        }
      }
    }
  };
  for (const { when, actions } of rules) if (when === 'BEGIN') run(actions);
  for (const [place, line] of linesOf(input).entries()) {
    fields = [
      line,
      ...(separator === undefined || separator === ' ' ? line.trim().split(/\s+/) : line.split(separator)),
    ];
    if (line.trim() === '' && separator === undefined) fields = [line];
    variables.set('NR', place + 1);
    for (const { when, actions } of rules) {
      if (when === 'BEGIN' || when === 'END') continue;
      if (when === '' || isTrue(evaluate(when))) run(actions);
    }
  }
  for (const { when, actions } of rules) if (when === 'END') run(actions);
  return 0;
});

interface Rule {
  readonly when: string;
  readonly actions: readonly string[];
}

/** Undefined: it has what is not known here. */
function parseRules(script: string): Rule[] | undefined {
  const rules: Rule[] = [];
  let rest = script.trim();
  while (rest !== '') {
    const match = /^((?:"[^"]*"|\/(?:\\.|[^/])*\/|[^{"/])*)(?:\{((?:"[^"]*"|[^}"])*)\})?\s*;?\s*/s.exec(rest);
    if (!match || match[0] === '') return undefined;
    const [whole, when = '', body] = match;
    rest = rest.slice(whole.length);
    const actions = body === undefined ? ['print'] : splitOutside(body, ';').map((part) => part.trim());
    const known = actions.every(
      (action) => action === '' || /^print\b|^\w+\s*(\+=|-=|=|\+\+|--)/.test(action),
    );
    if (!known || /\bprintf\b|\bif\b|\bfor\b/.test(body ?? '')) return undefined;
    rules.push({ when: when.trim(), actions: actions.filter((action) => action !== '') });
  }
  return rules;
}

function splitOutside(text: string, separator: string): string[] {
  return text.match(new RegExp(`(?:"[^"]*"|[^"${separator}\n])+`, 'g')) ?? [];
}

function isTrue(value: Value): boolean {
  return typeof value === 'number' ? value !== 0 : value !== '';
}

const BINARY: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['~', '!~'],
  ['==', '!=', '<=', '>=', '<', '>'],
  [' '],
  ['+', '-'],
  ['*', '/', '%'],
];

/** Values of awk's expressions, by precedence; what stands side by side is joined. */
class Evaluator {
  readonly #tokens: string[];
  readonly #look: (name: string) => Value;
  readonly #field: (at: number) => string;
  #at = 0;

  constructor(text: string, look: (name: string) => Value, field: (at: number) => string) {
    this.#tokens =
      text.match(
        /"(?:\\.|[^"])*"|\/(?:\\.|[^/])+\/(?=\s*(?:$|[&|)]))|\d+(?:\.\d+)?|\w+|==|!=|<=|>=|!~|&&|\|\||[-+*/%<>~!$()]/g,
      ) ?? [];
    this.#look = look;
    this.#field = field;
  }

  value(level = 0): Value {
    const operators = BINARY[level];
    if (!operators) return this.#unary();
    let left = this.value(level + 1);
    for (;;) {
      const next = this.#tokens[this.#at];
      if (operators[0] === ' ') {
        if (next === undefined || !/^["\w$(]/.test(next)) return left;
        left = `${left}${this.value(level + 1)}`;
        continue;
      }
      if (next === undefined || !operators.includes(next)) return left;
      this.#at++;
      left = apply(next, left, this.value(level + 1));
    }
  }

  #unary(): Value {
    const token = this.#tokens[this.#at++] ?? '';
    if (token === '!') return isTrue(this.#unary()) ? 0 : 1;
    if (token === '-') return -Number(this.#unary());
    if (token === '$') return this.#field(Number(this.#unary()));
    if (token === '(') {
      const inner = this.value();
      this.#at++;
      return inner;
    }
    if (token.startsWith('"'))
      return token.slice(1, -1).replaceAll('\\n', '\n').replaceAll('\\t', '\t').replace(/\\(.)/g, '$1');
    if (token.startsWith('/')) {
      const pattern = token.slice(1, -1);
      const before = this.#tokens[this.#at - 2];
      return before === '~' || before === '!~' ? pattern : Number(new RegExp(pattern).test(this.#field(0)));
    }
    return /^\d/.test(token) ? Number(token) : this.#look(token);
  }
}

function apply(operator: string, left: Value, right: Value): Value {
  const [a, b] = [Number(left) || 0, Number(right) || 0];
  const numeric = [left, right].every((value) => value !== '' && !Number.isNaN(Number(value)));
  const order = numeric ? a - b : String(left) < String(right) ? -1 : String(left) > String(right) ? 1 : 0;
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '&&':
      return Number(isTrue(left) && isTrue(right));
    case '||':
      return Number(isTrue(left) || isTrue(right));
    case '~':
      return Number(new RegExp(String(right)).test(String(left)));
    case '!~':
      return Number(!new RegExp(String(right)).test(String(left)));
    case '==':
      return Number(order === 0);
    case '!=':
      return Number(order !== 0);
    case '<':
      return Number(order < 0);
    case '<=':
      return Number(order <= 0);
    case '>':
      return Number(order > 0);
    default:
      return Number(order >= 0);
  }
}
