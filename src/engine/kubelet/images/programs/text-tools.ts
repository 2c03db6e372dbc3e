import { utf8Bytes } from '../../../apimachinery/index.ts';
import { instant, type Process, type Program } from '../../../libc/index.ts';

/** The text tools of coreutils and busybox, as far as container commands use them: lines in, lines out. */

interface Call {
  /** Letters of flags, with what followed those that take a value. */
  readonly flags: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
}

/** `withValue`: letters that take a value: `cut -d: -f 1`. */
export function readCall(words: readonly string[], withValue: string): Call {
  const flags = new Map<string, string>();
  const operands: string[] = [];
  for (let at = 1; at < words.length; at++) {
    const word = words[at]!;
    if (word === '--') {
      operands.push(...words.slice(at + 1));
      break;
    }
    if (!/^-[A-Za-z0-9]/.test(word)) {
      operands.push(word);
      continue;
    }
    for (let place = 1; place < word.length; place++) {
      const letter = word[place]!;
      if (!withValue.includes(letter)) {
        flags.set(letter, '');
        continue;
      }
      const value = word.slice(place + 1) || (words[++at] ?? '');
      flags.set(letter, flags.has(letter) ? `${flags.get(letter)}\n${value}` : value);
      break;
    }
  }
  return { flags, operands };
}

/** The files named, or standard input; undefined: one is not there, and that has been said. */
export function inputOf(process: Process, files: readonly string[]): string | undefined {
  if (files.length === 0) return process.stdin ?? '';
  let text = '';
  for (const file of files) {
    const content = file === '-' ? (process.stdin ?? '') : process.readFile(file);
    if (content === undefined) {
      process.stderr(`${process.arguments[0]}: ${file}: No such file or directory\n`);
      return undefined;
    }
    text += content;
  }
  return text;
}

export function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** A program that makes other lines of lines. */
function filter(
  withValue: string,
  work: (lines: string[], call: Call, process: Process) => readonly string[] | { readonly wrong: string },
  filesFrom = 0,
): Program {
  return instant((process) => {
    const call = readCall(process.arguments, withValue);
    const input = inputOf(process, call.operands.slice(filesFrom));
    if (input === undefined) return 1;
    const result = work(linesOf(input), call, process);
    if ('wrong' in result) {
      process.stderr(`${result.wrong}\n`);
      return 1;
    }
    process.stdout(result.map((line) => `${line}\n`).join(''));
    return 0;
  });
}

export const sort = filter('kt', (lines, { flags }) => {
  const field = Number.parseInt(flags.get('k') ?? '', 10);
  const separator = flags.get('t');
  const keyOf = (line: string) =>
    Number.isNaN(field) ? line : (line.split(separator ?? /\s+/)[field - 1] ?? '');
  const byNumber = (a: string, b: string) => (Number.parseFloat(a) || 0) - (Number.parseFloat(b) || 0);
  const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const compare = flags.has('n') || flags.get('k')?.includes('n') ? byNumber : byText;
  const sorted = [...lines].sort((a, b) => compare(keyOf(a), keyOf(b)) || byText(a, b));
  if (flags.has('r')) sorted.reverse();
  return flags.has('u') ? [...new Set(sorted)] : sorted;
});

export const uniq = filter('', (lines, { flags }) => {
  const runs: { readonly line: string; count: number }[] = [];
  for (const line of lines) {
    if (runs.at(-1)?.line === line) runs.at(-1)!.count++;
    else runs.push({ line, count: 1 });
  }
  return runs
    .filter(({ count }) => !(flags.has('d') && count === 1) && !(flags.has('u') && count > 1))
    .map(({ line, count }) => (flags.has('c') ? `${String(count).padStart(7)} ${line}` : line));
});

export const cut = filter('dfc', (lines, { flags }) => {
  const list = flags.get('f') ?? flags.get('c');
  if (list === undefined) return { wrong: 'cut: you must specify a list of bytes, characters, or fields' };
  const ranges = list.split(',').map((part) => {
    const [from = '', to] = part.split('-');
    const first = Number(from || 1);
    return [first, to === undefined ? first : Number(to || Number.POSITIVE_INFINITY)] as const;
  });
  const chosen = (_: string, place: number) =>
    ranges.some(([from, to]) => place + 1 >= from && place + 1 <= to);
  const delimiter = flags.get('d') ?? '\t';
  return lines.flatMap((line) => {
    if (flags.has('c')) return [Array.from(line).filter(chosen).join('')];
    if (!line.includes(delimiter)) return flags.has('s') ? [] : [line];
    return [line.split(delimiter).filter(chosen).join(delimiter)];
  });
});

export const tac = filter('', (lines) => lines.reverse());
export const rev = filter('', (lines) => lines.map((line) => Array.from(line).reverse().join('')));

export const wc: Program = instant((process) => {
  const { flags, operands } = readCall(process.arguments, '');
  const text = inputOf(process, operands);
  if (text === undefined) return 1;
  const counts = {
    l: (text.match(/\n/g) ?? []).length,
    w: (text.match(/\S+/g) ?? []).length,
    c: utf8Bytes(text).length,
  };
  const wanted = (['l', 'w', 'c'] as const).filter((letter) => flags.size === 0 || flags.has(letter));
  const width = wanted.length === 1 ? 0 : 7;
  const numbers = wanted.map((letter) => String(counts[letter]).padStart(width)).join(' ');
  process.stdout(`${numbers}${operands.length > 0 ? ` ${operands[0]}` : ''}\n`);
  return 0;
});

export const tr: Program = instant((process) => {
  const { flags, operands } = readCall(process.arguments, '');
  const from = Array.from(expandSet(operands[0] ?? ''));
  const to = Array.from(expandSet(operands[1] ?? ''));
  let last = '';
  let output = '';
  for (const character of process.stdin ?? '') {
    const place = from.indexOf(character);
    const inSet = flags.has('c') ? place < 0 : place >= 0;
    if (inSet && flags.has('d')) continue;
    const at = flags.has('c') ? to.length - 1 : Math.min(place, to.length - 1);
    const now = inSet && to.length > 0 ? to[at]! : character;
    if (flags.has('s') && inSet && now === last) continue;
    output += now;
    last = now;
  }
  process.stdout(output);
  return 0;
});

/** `a-z`, `\n` and `[:upper:]`. */
function expandSet(text: string): string {
  return text
    .replace(/\[:(upper|lower|digit|space|alpha|alnum):\]/g, (_, name: string) => CLASSES[name] ?? '')
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t')
    .replace(/(.)-(.)/g, (_, first: string, last: string) => {
      const [from, to] = [first.charCodeAt(0), last.charCodeAt(0)];
      return Array.from({ length: Math.max(0, to - from + 1) }, (_, at) =>
        String.fromCharCode(from + at),
      ).join('');
    });
}

const CLASSES: Readonly<Record<string, string | undefined>> = {
  upper: 'A-Z',
  lower: 'a-z',
  digit: '0-9',
  alpha: 'a-zA-Z',
  alnum: 'a-zA-Z0-9',
  space: ' \t\n',
};

export const tee: Program = instant((process) => {
  const { flags, operands } = readCall(process.arguments, '');
  const text = process.stdin ?? '';
  for (const file of operands)
    process.writeFile(file, (flags.has('a') ? (process.readFile(file) ?? '') : '') + text);
  process.stdout(text);
  return 0;
});
