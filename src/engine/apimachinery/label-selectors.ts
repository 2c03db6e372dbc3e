import type { LabelSelector, Labels } from '../api/index.ts';
import { labelValue, qualifiedName } from './names.ts';

/** One condition of a selector. `Gt` and `Lt` compare whole numbers, as node affinity may. */
export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values: readonly string[];
}

/** All conditions must hold; none at all selects everything (k8s.io/apimachinery/pkg/labels). */
export type Selector = readonly Requirement[];

export function requirementMatches(requirement: Requirement, labels: Labels | undefined): boolean {
  const present = labels !== undefined && Object.hasOwn(labels, requirement.key);
  const value = present ? labels[requirement.key]! : undefined;
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && requirement.values.includes(value);
    case 'NotIn':
      return value === undefined || !requirement.values.includes(value);
    case 'Exists':
      return present;
    case 'DoesNotExist':
      return !present;
    case 'Gt':
    case 'Lt':
      return compares(requirement, value);
  }
}

export function selectorMatches(selector: Selector, labels: Labels | undefined): boolean {
  return selector.every((requirement) => requirementMatches(requirement, labels));
}

/** A map of labels as a selector, as a Service's `spec.selector` is: every pair must be there. */
export function labelsMatch(wanted: Labels, labels: Labels | undefined): boolean {
  return Object.keys(wanted).every(
    (name) => labels !== undefined && Object.hasOwn(labels, name) && labels[name] === wanted[name],
  );
}

/** A LabelSelector matches (metav1.LabelSelectorAsSelector): absent selects nothing, empty selects everything. */
export function labelSelectorMatches(
  selector: LabelSelector | undefined,
  labels: Labels | undefined,
): boolean {
  return selector !== undefined && selectorMatches(toSelector(selector), labels);
}

/** Whether a LabelSelector can be made a selector at all (metav1.LabelSelectorAsSelector answers no error). */
export function isSelector(selector: LabelSelector | undefined): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  const pairs = Object.entries(matchLabels).every(
    ([key, value]) => qualifiedName(key).length + labelValue(value).length === 0,
  );
  return (
    pairs &&
    matchExpressions.every(({ key = '', operator, values = [] }) => {
      const listed = operator === 'In' || operator === 'NotIn';
      if (!listed && operator !== 'Exists' && operator !== 'DoesNotExist') return false;
      if (listed === (values.length === 0)) return false;
      return qualifiedName(key).length === 0 && values.every((value) => labelValue(value).length === 0);
    })
  );
}

/** The conditions of a LabelSelector that is there, in the order in which they print: by key. */
export function toSelector(selector: LabelSelector): Selector {
  const requirements: Requirement[] = [];
  for (const [key, value] of Object.entries(selector.matchLabels ?? {}))
    requirements.push({ key, operator: 'In', values: [value] });
  for (const { key, operator, values } of selector.matchExpressions ?? [])
    requirements.push({ key, operator, values: values ?? [] });
  return requirements.sort(byKey);
}

/** `app=hello,tier in (a,b),!old`, as kubectl prints a selector. Empty for one that selects everything. */
export function formatSelector(selector: Selector): string {
  return selector.map(formatRequirement).join(',');
}

/** `<none>` when absent or empty, as metav1.FormatLabelSelector has it. */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  const text = selector ? formatSelector(toSelector(selector)) : '';
  return text === '' ? '<none>' : text;
}

export type ParsedSelector =
  | { readonly ok: true; readonly selector: Selector }
  | { readonly ok: false; readonly message: string };

/**
 * Parses a selector as typed after `-l`: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, `a>1`, `a<2`,
 * separated by commas (labels.Parse). The message is the real parser's own.
 */
export function parseSelector(text: string): ParsedSelector {
  const tokens = tokenize(text);
  const requirements: Requirement[] = [];
  let position = 0;
  const peek = () => tokens[position] ?? '';
  const next = () => tokens[position++] ?? '';
  const fail = (message: string): ParsedSelector => ({
    ok: false,
    message: `unable to parse requirement: ${message}`,
  });
  if (tokens.length === 0) return { ok: true, selector: [] };
  for (;;) {
    const negated = peek() === '!';
    if (negated) next();
    const key = next();
    if (key === '' || isSymbol(key)) return fail(`found '${key}', expected: identifier`);
    const complaints = qualifiedName(key);
    if (complaints.length > 0) return fail(`<nil>: Invalid value: "${key}": ${complaints.join('; ')}`);
    if (negated) requirements.push({ key, operator: 'DoesNotExist', values: [] });
    else if (peek() === '' || peek() === ',') requirements.push({ key, operator: 'Exists', values: [] });
    else {
      const operator = next();
      const values =
        operator === 'in' || operator === 'notin' ? parseList(next, peek) : [isSymbol(peek()) ? '' : next()];
      if (typeof values === 'string') return fail(values);
      const kind = OPERATORS[operator];
      if (!kind) return fail(`found '${operator}', expected: ${Object.keys(OPERATORS).join(', ')}`);
      for (const value of values) {
        const wrong = labelValue(value);
        if (wrong.length > 0)
          return fail(`values[0][${key}]: Invalid value: "${value}": ${wrong.join('; ')}`);
      }
      requirements.push({ key, operator: kind, values: [...new Set(values)].sort() });
    }
    if (peek() === '') return { ok: true, selector: requirements.sort(byKey) };
    const comma = next();
    if (comma !== ',') return fail(`found '${comma}', expected: ',' or 'end of string'`);
    if (peek() === '') return fail("found '', expected: identifier after ','");
  }
}

const OPERATORS: Readonly<Record<string, Requirement['operator'] | undefined>> = {
  __proto__: null as never,
  '=': 'In',
  '==': 'In',
  in: 'In',
  '!=': 'NotIn',
  notin: 'NotIn',
  '>': 'Gt',
  '<': 'Lt',
};

function parseList(next: () => string, peek: () => string): string[] | string {
  const open = next();
  if (open !== '(') return `found '${open}' expected: '('`;
  const values: string[] = [];
  for (;;) {
    if (peek() === ',' || peek() === ')') values.push('');
    else {
      const value = next();
      if (value === '' || isSymbol(value)) return `found '${value}', expected: ',', ')' or identifier`;
      values.push(value);
    }
    const separator = next();
    if (separator === ')') return values;
    if (separator !== ',') return `found '${separator}', expected: ',' or ')'`;
  }
}

function tokenize(text: string): string[] {
  return text.match(/==|!=|[=!(),<>]|[^\s=!(),<>]+/g) ?? [];
}

function isSymbol(token: string): boolean {
  return token === '' || /^[=!(),<>]/.test(token);
}

function compares(requirement: Requirement, value: string | undefined): boolean {
  const bound = requirement.values.length === 1 ? wholeNumber(requirement.values[0]!) : undefined;
  const actual = value === undefined ? undefined : wholeNumber(value);
  if (bound === undefined || actual === undefined) return false;
  return requirement.operator === 'Gt' ? actual > bound : actual < bound;
}

function wholeNumber(text: string): bigint | undefined {
  return /^[+-]?\d{1,19}$/.test(text) ? BigInt(text.replace(/^\+/, '')) : undefined;
}

function formatRequirement({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'In':
      return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(',')})`;
    case 'NotIn':
      return values.length === 1 ? `${key}!=${values[0]}` : `${key} notin (${values.join(',')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    case 'Gt':
      return `${key}>${values[0]}`;
    case 'Lt':
      return `${key}<${values[0]}`;
  }
}

function byKey(left: Requirement, right: Requirement): number {
  return left.key < right.key ? -1 : left.key > right.key ? 1 : 0;
}
