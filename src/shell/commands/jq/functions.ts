import { type Json, Problem } from './syntax-tree.ts';
import { add, compare, isObject, isTrue, shown, textOfValue, typeOf } from './values.ts';

type Plain = (input: Json, ...values: Json[]) => Json;

const list = (input: Json): readonly Json[] => {
  if (!Array.isArray(input)) throw new Problem(`Cannot iterate over ${shown(input)}`);
  return input;
};
const words = (input: Json, what: string): string => {
  if (typeof input !== 'string') throw new Problem(`${what} input must be a string`);
  return input;
};
const unique = (items: readonly Json[]) =>
  [...items].sort(compare).filter((item, at, all) => at === 0 || compare(item, all[at - 1]!) !== 0);

function flatten(items: readonly Json[]): Json[] {
  return items.flatMap((item) => (Array.isArray(item) ? flatten(item) : [item]));
}

/** Functions of plain values, by name and number of arguments. */
export const FUNCTIONS: Readonly<Record<string, Plain>> = {
  'length/0': (input) => {
    if (input === null) return 0;
    if (typeof input === 'string') return [...input].length;
    if (typeof input === 'number') return Math.abs(input);
    if (typeof input === 'boolean') throw new Problem(`${shown(input)} has no length`);
    return Array.isArray(input) ? input.length : Object.keys(input).length;
  },
  'keys/0': (input) => {
    if (Array.isArray(input)) return input.map((_, at) => at);
    if (isObject(input)) return Object.keys(input).sort();
    throw new Problem(`${shown(input)} has no keys`);
  },
  'keys_unsorted/0': (input) => (isObject(input) ? Object.keys(input) : list(input).map((_, at) => at)),
  'type/0': typeOf,
  'not/0': (input) => !isTrue(input),
  'tostring/0': textOfValue,
  'tojson/0': (input) => JSON.stringify(input),
  'fromjson/0': (input) => {
    try {
      return JSON.parse(words(input, 'fromjson')) as Json;
    } catch {
      throw new Problem(`${textOfValue(input)} (while parsing '${textOfValue(input)}')`);
    }
  },
  'tonumber/0': (input) => {
    const number =
      typeof input === 'number'
        ? input
        : typeof input === 'string' && input.trim() !== ''
          ? Number(input)
          : Number.NaN;
    if (Number.isNaN(number)) throw new Problem(`Cannot parse ${shown(input)} as number`);
    return number;
  },
  'add/0': (input) => (isObject(input) ? Object.values(input) : list(input)).reduce<Json>(add, null),
  'any/0': (input) => list(input).some(isTrue),
  'all/0': (input) => list(input).every(isTrue),
  'sort/0': (input) => {
    if (!Array.isArray(input)) throw new Problem(`${shown(input)} cannot be sorted, as it is not an array`);
    return [...input].sort(compare);
  },
  'unique/0': (input) => unique(list(input)),
  'reverse/0': (input) =>
    typeof input === 'string'
      ? [...input].reverse().join('')
      : input === null
        ? []
        : [...list(input)].reverse(),
  'min/0': (input) => [...list(input)].sort(compare)[0] ?? null,
  'max/0': (input) => [...list(input)].sort(compare).at(-1) ?? null,
  'first/0': (input) => list(input)[0] ?? null,
  'last/0': (input) => list(input).at(-1) ?? null,
  'flatten/0': (input) => flatten(list(input)),
  'floor/0': (input) => Math.floor(input as number),
  'round/0': (input) => Math.round(input as number),
  'ceil/0': (input) => Math.ceil(input as number),
  'ascii_downcase/0': (input) => words(input, 'ascii_downcase').toLowerCase(),
  'ascii_upcase/0': (input) => words(input, 'ascii_upcase').toUpperCase(),
  'ltrimstr/1': (input, text) =>
    typeof input === 'string' && typeof text === 'string' && input.startsWith(text)
      ? input.slice(text.length)
      : input,
  'rtrimstr/1': (input, text) =>
    typeof input === 'string' && typeof text === 'string' && text !== '' && input.endsWith(text)
      ? input.slice(0, -text.length)
      : input,
  'startswith/1': (input, text) => {
    if (typeof input !== 'string' || typeof text !== 'string')
      throw new Problem('startswith() requires string inputs');
    return input.startsWith(text);
  },
  'endswith/1': (input, text) => {
    if (typeof input !== 'string' || typeof text !== 'string')
      throw new Problem('endswith() requires string inputs');
    return input.endsWith(text);
  },
  'split/1': (input, text) => {
    if (typeof input !== 'string' || typeof text !== 'string')
      throw new Problem('split input and separator must be strings');
    return input === '' ? [] : input.split(text);
  },
  'join/1': (input, text) =>
    list(input)
      .map((item) => (item === null ? '' : textOfValue(item)))
      .join(textOfValue(text!)),
  'test/1': (input, pattern) => pattern_(pattern!).test(words(input, 'test')),
  'test/2': (input, pattern, flags) => pattern_(pattern!, flags).test(words(input, 'test')),
  'sub/2': (input, pattern, by) => words(input, 'sub').replace(pattern_(pattern!), textOfValue(by!)),
  'gsub/2': (input, pattern, by) => words(input, 'gsub').replace(pattern_(pattern!, 'g'), textOfValue(by!)),
  'has/1': (input, key) => {
    if (isObject(input) && typeof key === 'string') return Object.hasOwn(input, key);
    if (Array.isArray(input) && typeof key === 'number') return key >= 0 && key < input.length;
    throw new Problem(`Cannot check whether ${typeOf(input)} has a ${typeOf(key!)} key`);
  },
  'contains/1': (input, other) => contains(input, other!),
  'inside/1': (input, other) => contains(other!, input),
  'index/1': (input, item) => found(input, item!)[0] ?? null,
  'rindex/1': (input, item) => found(input, item!).at(-1) ?? null,
  'indices/1': (input, item) => found(input, item!),
  'to_entries/0': (input) => {
    if (!isObject(input)) throw new Problem(`${shown(input)} has no keys`);
    return Object.entries(input).map(([key, value]) => ({ key, value }));
  },
  'from_entries/0': (input) =>
    Object.fromEntries(
      list(input).map((entry) => {
        if (!isObject(entry)) throw new Problem(`Cannot index ${typeOf(entry)} with "key"`);
        const key = entry.key ?? entry.k ?? entry.name ?? entry.Name ?? entry.Key ?? null;
        return [textOfValue(key), entry.value ?? entry.v ?? entry.Value ?? null];
      }),
    ),
  'tojsonstream/0': (input) => input,
  'ascii/0': (input) => String.fromCharCode(input as number),
  'explode/0': (input) => [...words(input, 'explode')].map((letter) => letter.codePointAt(0)!),
  'implode/0': (input) =>
    list(input)
      .map((code) => String.fromCodePoint(code as number))
      .join(''),
  'transpose/0': (input) => {
    const rows = list(input) as readonly (readonly Json[])[];
    return Array.from({ length: Math.max(0, ...rows.map((row) => row.length)) }, (_, at) =>
      rows.map((row) => row[at] ?? null),
    );
  },
  'fromdateiso8601/0': (input) => Math.floor(Date.parse(words(input, 'fromdateiso8601')) / 1000),
  'fromdate/0': (input) => Math.floor(Date.parse(words(input, 'fromdate')) / 1000),
  'todate/0': (input) => new Date((input as number) * 1000).toISOString().replace('.000Z', 'Z'),
};

function pattern_(pattern: Json, flags: Json = ''): RegExp {
  try {
    return new RegExp(textOfValue(pattern), textOfValue(flags ?? '').replace(/[^gimsu]/g, ''));
  } catch {
    throw new Problem(`${textOfValue(pattern)} (at offset 0) is not a valid regex`);
  }
}

function contains(a: Json, b: Json): boolean {
  if (isObject(a) && isObject(b))
    return Object.entries(b).every(([key, value]) => Object.hasOwn(a, key) && contains(a[key]!, value));
  if (Array.isArray(a) && Array.isArray(b))
    return b.every((wanted) => a.some((item) => typeOf(item) === typeOf(wanted) && contains(item, wanted)));
  if (typeof a === 'string' && typeof b === 'string') return a.includes(b);
  if (typeOf(a) === typeOf(b)) return compare(a, b) === 0;
  throw new Problem(`${shown(a)} and ${shown(b)} cannot have their containment checked`);
}

function found(input: Json, item: Json): number[] {
  if (input === null) return [];
  if (typeof input === 'string' && typeof item === 'string') {
    const places: number[] = [];
    for (let at = input.indexOf(item); at !== -1 && item !== ''; at = input.indexOf(item, at + 1))
      places.push(at);
    return places;
  }
  return list(input).flatMap((each, at) => (compare(each, item) === 0 ? [at] : []));
}

/** `@base64`, `@csv` …: a value as a string of that kind. */
export function formatAs(name: string, value: Json): string {
  const text = textOfValue(value);
  const bytes = () =>
    Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
  const row = (quote: (item: Json) => string, separator: string) => list(value).map(quote).join(separator);
  switch (name) {
    case 'text':
      return text;
    case 'json':
      return JSON.stringify(value);
    case 'base64':
      return btoa(bytes());
    case 'base64d':
      return new TextDecoder().decode(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
    case 'uri':
      return encodeURIComponent(text);
    case 'html':
      return text.replace(
        /[<>&'"]/g,
        (letter) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', "'": '&#39;', '"': '&quot;' })[letter]!,
      );
    case 'csv':
      return row(
        (item) =>
          typeof item === 'string'
            ? `"${item.replaceAll('"', '""')}"`
            : item === null
              ? ''
              : textOfValue(item),
        ',',
      );
    case 'tsv':
      return row(
        (item) =>
          item === null
            ? ''
            : textOfValue(item).replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n'),
        '\t',
      );
    case 'sh':
      return (Array.isArray(value) ? value : [value])
        .map((item) => (typeof item === 'string' ? `'${item.replaceAll("'", `'\\''`)}'` : textOfValue(item)))
        .join(' ');
    default:
      throw new Problem(`${name} is not a valid format`);
  }
}
