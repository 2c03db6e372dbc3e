import type { Flag } from './process.ts';

/** The flags of one command line, by their long name (or the short one, if there is no other). */
export interface ParsedFlags {
  has(name: string): boolean;
  text(name: string): string | undefined;
  list(name: string): readonly string[];
  number(name: string): number | undefined;
  readonly rest: readonly string[];
  /** How many of `rest` stood before `--`; undefined: there was none. */
  readonly dash: number | undefined;
}

export type FlagResult =
  | { readonly ok: true; readonly flags: ParsedFlags }
  | { readonly ok: false; readonly error: FlagError };

export interface FlagError {
  readonly kind: 'unknown-long' | 'unknown-short' | 'missing-value' | 'invalid-value';
  /** `--nope` or `z`. */
  readonly flag: string;
  /** The word it stood in. */
  readonly word: string;
  readonly value?: string;
  readonly spec?: Flag;
}

export interface FlagStyle {
  /** Flags end at the first other word (`kubectl exec`'s command, `ssh`). */
  readonly stopAtFirst?: boolean;
  /** `-name` is a long flag, as `openssl` and `traceroute` have it. */
  readonly singleDashLong?: boolean;
}

/** Reads flags as getopt_long and pflag do: `-n x`, `-nx`, `-abc`, `--name x`, `--name=x`, `--` ends them. */
export function parseFlags(
  args: readonly string[],
  specs: readonly Flag[],
  style: FlagStyle = {},
): FlagResult {
  const values = new Map<string, string[]>();
  const rest: string[] = [];
  let dash: number | undefined;
  const set = (spec: Flag, value: string) => {
    const key = spec.name ?? spec.short!;
    values.set(key, [...(values.get(key) ?? []), value]);
  };

  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (word === '--') {
      dash = rest.length;
      rest.push(...args.slice(at + 1));
      break;
    }
    if (word.startsWith('--') || (style.singleDashLong && word.length > 2 && word.startsWith('-'))) {
      const equals = word.indexOf('=');
      const name = word.slice(word.startsWith('--') ? 2 : 1, equals === -1 ? undefined : equals);
      const spec = specs.find((flag) => flag.name === name);
      if (!spec)
        return {
          ok: false,
          error: { kind: 'unknown-long', flag: word.slice(0, equals === -1 ? undefined : equals), word },
        };
      let value = equals === -1 ? undefined : word.slice(equals + 1);
      if (value === undefined) {
        if (spec.value === undefined) value = 'true';
        else if (spec.alone !== undefined) value = spec.alone;
        else if (at + 1 < args.length) value = args[++at]!;
        else return { ok: false, error: { kind: 'missing-value', flag: `--${name}`, word, spec } };
      }
      const problem = invalid(spec, value, word);
      if (problem) return { ok: false, error: problem };
      set(spec, value);
    } else if (word.startsWith('-') && word.length > 1) {
      for (let letter = 1; letter < word.length; letter++) {
        const spec = specs.find((flag) => flag.short === word[letter]);
        if (!spec)
          return {
            ok: false,
            error: { kind: 'unknown-short', flag: word[letter]!, word: `-${word.slice(letter)}` },
          };
        if (spec.value === undefined) {
          set(spec, 'true');
          continue;
        }
        let value = word.slice(letter + 1);
        if (value.startsWith('=')) value = value.slice(1);
        else if (value === '' && spec.alone !== undefined) value = spec.alone;
        else if (value === '' && at + 1 < args.length) value = args[++at]!;
        else if (value === '')
          return {
            ok: false,
            error: { kind: 'missing-value', flag: word[letter]!, word: `-${word.slice(letter)}`, spec },
          };
        const problem = invalid(spec, value, `-${spec.short}`);
        if (problem) return { ok: false, error: problem };
        set(spec, value);
        break;
      }
    } else {
      rest.push(word);
      if (style.stopAtFirst) {
        const tail = args.slice(at + 1);
        rest.push(...tail);
        break;
      }
    }
  }

  return {
    ok: true,
    flags: {
      has: (name) => values.has(name) && values.get(name)!.at(-1) !== 'false',
      text: (name) => values.get(name)?.at(-1),
      list: (name) => values.get(name) ?? [],
      number: (name) => (values.has(name) ? Number(values.get(name)!.at(-1)) : undefined),
      rest,
      dash,
    },
  };
}

function invalid(spec: Flag, value: string, word: string): FlagError | undefined {
  const fine =
    spec.type === 'int'
      ? /^[-+]?\d+$/.test(value)
      : spec.type === 'bool' || spec.value === undefined
        ? /^(true|false|1|0|t|f|True|False|TRUE|FALSE|T|F)$/.test(value)
        : spec.type === 'duration'
          ? parseDuration(value) !== undefined
          : true;
  return fine
    ? undefined
    : { kind: 'invalid-value', flag: spec.name ? `--${spec.name}` : `-${spec.short}`, word, value, spec };
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Go's time.ParseDuration, in milliseconds: `1m30s`, `500ms`, `0`. */
export function parseDuration(text: string): number | undefined {
  if (/^[-+]?0$/.test(text)) return 0;
  const match = /^([-+]?)((?:\d+(?:\.\d*)?(?:ns|us|ms|s|m|h))+)$/.exec(text);
  if (!match) return undefined;
  let total = 0;
  for (const part of match[2]!.matchAll(/(\d+(?:\.\d*)?)(ns|us|ms|s|m|h)/g))
    total += Number(part[1]) * UNITS[part[2]!]!;
  return match[1] === '-' ? -total : total;
}
