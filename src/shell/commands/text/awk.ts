import type { Command } from '../../process.ts';
import { inputTexts } from '../files.ts';
import { readFlags } from '../unix-flags.ts';

interface Rule {
  readonly when:
    | 'BEGIN'
    | 'END'
    | { readonly pattern: RegExp; readonly negated: boolean; readonly field?: string }
    | { readonly left: string; readonly operator: string; readonly right: string }
    | undefined;
  /** What `print` writes; undefined: the whole line. */
  readonly print: readonly string[] | undefined;
}

/** The everyday part of awk: `[pattern] {print …}` with fields, NR, NF, texts and commas. */
export const awkCommand: Command = {
  name: 'awk',
  aliases: ['gawk', 'mawk'],
  group: 'text',
  usage: "awk [-F SEPARATOR] '[/PATTERN/ | FIELD == VALUE] {print $N, …}' [FILE…]",
  flags: [{ short: 'F', value: 'SEPARATOR', help: 'What ends a field' }],
  examples: [
    "kubectl get pods | awk '{print $1}'",
    "kubectl get pods -o wide | awk 'NR>1 {print $6}'",
    "awk -F: '/hello/ {print $2}' FILE",
  ],
  async run(process) {
    const flags = readFlags(process, awkCommand.flags, { status: 2 });
    if (typeof flags === 'number') return flags;
    const [program, ...names] = flags.rest;
    const rules = program === undefined ? undefined : parseProgram(program);
    if (!rules) {
      process.stderr.write(
        program === undefined
          ? "usage: awk [-F fs] 'prog' [file ...]\n"
          : `awk: only patterns and print are simulated here: ${program}\n`,
      );
      return 2;
    }
    const separator = flags.text('F');
    const { texts, failed } = await inputTexts(process, names);
    let number = 0;
    const run = (rule: Rule, line: string) => {
      const fields = fieldsOf(line, separator);
      const value = (term: string) => termValue(term, line, fields, number);
      if (typeof rule.when === 'object' && !matches(rule.when, line, value)) return;
      process.stdout.write(`${rule.print === undefined ? line : rule.print.map(value).join(' ')}\n`);
    };
    for (const rule of rules) if (rule.when === 'BEGIN') run(rule, '');
    for (const { text } of texts) {
      for (const line of text === '' ? [] : text.replace(/\n$/, '').split('\n')) {
        number++;
        for (const rule of rules) if (rule.when !== 'BEGIN' && rule.when !== 'END') run(rule, line);
      }
    }
    for (const rule of rules) if (rule.when === 'END') run(rule, '');
    return failed ? 2 : 0;
  },
};

function parseProgram(program: string): readonly Rule[] | undefined {
  const rules: Rule[] = [];
  let rest = program.trim();
  while (rest !== '') {
    const match = /^((?:\/(?:[^/\\]|\\.)*\/|"(?:[^"\\]|\\.)*"|[^{"/])*)(?:\{([^}]*)\})?\s*/.exec(rest);
    if (!match || match[0] === '') return undefined;
    rest = rest.slice(match[0].length);
    const when = parsePattern(match[1]!.trim());
    const action = (match[2] ?? 'print').trim().replace(/;$/, '');
    const print = /^print(?:\s+(.*))?$/.exec(action);
    if (when === null || !print) return undefined;
    rules.push({ when, print: print[1] === undefined ? undefined : splitTerms(print[1]) });
  }
  return rules.length > 0 ? rules : undefined;
}

function parsePattern(text: string): Rule['when'] | null {
  if (text === '') return undefined;
  if (text === 'BEGIN' || text === 'END') return text;
  const pattern = /^(!)?\s*(?:(\$\w+)\s*(!?~)\s*)?\/((?:[^/\\]|\\.)*)\/$/.exec(text);
  if (pattern) {
    const [, not, field, tilde, source = ''] = pattern;
    return {
      pattern: new RegExp(source),
      negated: Boolean(not) !== (tilde === '!~'),
      ...(field && { field }),
    };
  }
  const comparison = /^(\$\w+|NR|NF)\s*(==|!=|<=|>=|<|>)\s*(.+)$/.exec(text);
  return comparison ? { left: comparison[1]!, operator: comparison[2]!, right: comparison[3]!.trim() } : null;
}

/** `$1, $3` prints with a blank between; `$1 $3` and `$1":"$3` are put together. */
function splitTerms(text: string): readonly string[] {
  return text.split(/,(?=(?:[^"]|"[^"]*")*$)/).map((term) => term.trim());
}

function fieldsOf(line: string, separator: string | undefined): readonly string[] {
  if (separator === undefined || separator === ' ') return line.trim() === '' ? [] : line.trim().split(/\s+/);
  return line.split(separator.length === 1 ? separator : new RegExp(separator));
}

function termValue(term: string, line: string, fields: readonly string[], number: number): string {
  return Array.from(
    term.matchAll(/"((?:[^"\\]|\\.)*)"|\$(NF|\d+)|(NR|NF)|(-?\d+(?:\.\d+)?)/g),
    ([, text, field, variable, literal]) => {
      if (text !== undefined) return text.replace(/\\t/g, '\t').replace(/\\n/g, '\n').replace(/\\(.)/g, '$1');
      if (field !== undefined)
        return field === '0' ? line : (fields[(field === 'NF' ? fields.length : Number(field)) - 1] ?? '');
      if (variable !== undefined) return String(variable === 'NR' ? number : fields.length);
      return literal ?? '';
    },
  ).join('');
}

function matches(
  when: Exclude<Rule['when'], string | undefined>,
  line: string,
  value: (term: string) => string,
): boolean {
  if ('pattern' in when) return when.pattern.test(when.field ? value(when.field) : line) !== when.negated;
  const [left, right] = [value(when.left), value(when.right)];
  const numeric = left !== '' && right !== '' && !Number.isNaN(Number(left)) && !Number.isNaN(Number(right));
  const [a, b] = numeric ? [Number(left), Number(right)] : [left, right];
  switch (when.operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}
