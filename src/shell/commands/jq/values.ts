import { type Json, Problem } from './syntax-tree.ts';

export function typeOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

export function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isTrue(value: Json): boolean {
  return value !== null && value !== false;
}

const RANKS = ['null', 'boolean', 'number', 'string', 'array', 'object'];

/** jq's order of all values: null, false, true, numbers, strings, arrays, objects. */
export function compare(a: Json, b: Json): number {
  const ranks = RANKS.indexOf(typeOf(a)) - RANKS.indexOf(typeOf(b));
  if (ranks !== 0) return ranks;
  if (typeof a === 'number' || typeof a === 'boolean') return Number(a) - Number(b);
  if (typeof a === 'string') return a < (b as string) ? -1 : a > (b as string) ? 1 : 0;
  if (Array.isArray(a)) {
    const other = b as readonly Json[];
    for (let at = 0; at < Math.min(a.length, other.length); at++) {
      const order = compare(a[at]!, other[at]!);
      if (order !== 0) return order;
    }
    return a.length - other.length;
  }
  if (!isObject(a) || !isObject(b)) return 0;
  const keys = compare(Object.keys(a).sort(), Object.keys(b).sort());
  if (keys !== 0) return keys;
  for (const key of Object.keys(a).sort()) {
    const order = compare(a[key]!, b[key]!);
    if (order !== 0) return order;
  }
  return 0;
}

/** A value in an error message: cut after eleven characters. */
export function shown(value: Json): string {
  const text = JSON.stringify(value);
  return `${typeOf(value)} (${text.length > 11 ? `${text.slice(0, 10)}...` : text})`;
}

export function binary(operator: string, a: Json, b: Json): Json {
  switch (operator) {
    case '==':
      return compare(a, b) === 0;
    case '!=':
      return compare(a, b) !== 0;
    case '<':
      return compare(a, b) < 0;
    case '<=':
      return compare(a, b) <= 0;
    case '>':
      return compare(a, b) > 0;
    case '>=':
      return compare(a, b) >= 0;
    case '+':
      return add(a, b);
    case '-':
      if (typeof a === 'number' && typeof b === 'number') return a - b;
      if (Array.isArray(a) && Array.isArray(b))
        return a.filter((one) => !b.some((other) => compare(one, other) === 0));
      break;
    case '*':
      if (typeof a === 'number' && typeof b === 'number') return a * b;
      if (typeof a === 'string' && typeof b === 'number')
        return b > 0 ? a.repeat(Math.max(1, Math.floor(b))) : null;
      if (isObject(a) && isObject(b)) return merge(a, b);
      break;
    case '/':
      if (typeof a === 'number' && typeof b === 'number') {
        if (b === 0)
          throw new Problem(`${shown(a)} and ${shown(b)} cannot be divided because the divisor is zero`);
        return a / b;
      }
      if (typeof a === 'string' && typeof b === 'string') return a.split(b);
      break;
    default:
      if (typeof a === 'number' && typeof b === 'number') {
        if (Math.trunc(b) === 0)
          throw new Problem(
            `${shown(a)} and ${shown(b)} cannot be divided (remainder) because the divisor is zero`,
          );
        return Math.trunc(a) % Math.trunc(b);
      }
  }
  const verbs: Readonly<Record<string, string>> = {
    '-': 'subtracted',
    '*': 'multiplied',
    '/': 'divided',
    '%': 'divided (remainder)',
  };
  throw new Problem(`${shown(a)} and ${shown(b)} cannot be ${verbs[operator]}`);
}

export function add(a: Json, b: Json): Json {
  if (a === null) return b;
  if (b === null) return a;
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  if (isObject(a) && isObject(b)) return { ...a, ...b };
  throw new Problem(`${shown(a)} and ${shown(b)} cannot be added`);
}

function merge(a: { readonly [key: string]: Json }, b: { readonly [key: string]: Json }): Json {
  const result: Record<string, Json> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const before = result[key];
    result[key] = before !== undefined && isObject(before) && isObject(value) ? merge(before, value) : value;
  }
  return result;
}

/** JSON as jq prints it. */
export function printJson(
  value: Json,
  options: { readonly indent: number | '\t'; readonly sorted: boolean },
): string {
  return JSON.stringify(
    options.sorted ? sortKeys(value) : value,
    undefined,
    options.indent === 0 ? undefined : options.indent,
  );
}

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortKeys(value[key]!)]),
  );
}

export function textOfValue(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
