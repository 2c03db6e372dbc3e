import { allVariables, instant, type Program, sleep, UNTIL_TERMINATED } from '../../../libc/index.ts';

/** The small programs of coreutils and busybox, as far as container commands and probes use them. */

/** `sleep 5`, `sleep 1m`, `sleep infinity`. As the first process of a container it ignores SIGTERM, as the real one does. */
export const sleepProgram: Program = function* (process) {
  let milliseconds = 0;
  for (const word of process.arguments.slice(1)) {
    const match = /^(\d*\.?\d+)([smhd]?)$/.exec(word);
    if (word === 'infinity' || word === 'inf') milliseconds = Number.POSITIVE_INFINITY;
    else if (match)
      milliseconds += Number(match[1]) * { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }[match[2] as '']! * 1000;
    else {
      process.stderr(`sleep: invalid time interval '${word}'\nTry 'sleep --help' for more information.\n`);
      return 1;
    }
  }
  if (process.arguments.length === 1) {
    process.stderr("sleep: missing operand\nTry 'sleep --help' for more information.\n");
    return 1;
  }
  yield sleep(milliseconds);
  return 0;
};

export const trueProgram: Program = instant(() => {
  return 0;
});

export const falseProgram: Program = instant(() => {
  return 1;
});

export const echo: Program = instant((process) => {
  const words = process.arguments.slice(1);
  const newline = words[0] !== '-n';
  const escapes = words[0] === '-e';
  const text = (newline && !escapes ? words : words.slice(1)).join(' ');
  process.stdout((escapes ? interpretEscapes(text) : text) + (newline ? '\n' : ''));
  return 0;
});

export const printf: Program = instant((process) => {
  const [, format = '', ...values] = process.arguments;
  let next = 0;
  do {
    const text = interpretEscapes(format).replace(/%([sdi%])/g, (_, kind: string) =>
      kind === '%' ? '%' : (values[next++] ?? (kind === 's' ? '' : '0')),
    );
    process.stdout(text);
  } while (next > 0 && next < values.length);
  return 0;
});

function interpretEscapes(text: string): string {
  const known: Readonly<Record<string, string>> = {
    n: '\n',
    t: '\t',
    r: '\r',
    '\\': '\\',
    '0': '\0',
    a: '\x07',
    b: '\b',
  };
  return text.replace(/\\([ntr\\0ab])/g, (_, letter: string) => known[letter]!);
}

export const cat: Program = instant((process) => {
  if (process.arguments.length === 1) process.stdout(process.stdin ?? '');
  let status = 0;
  for (const path of process.arguments.slice(1)) {
    const text = process.readFile(path);
    if (text === undefined) {
      process.stderr(
        process.libc === 'musl'
          ? `cat: can't open '${path}': No such file or directory\n`
          : `cat: ${path}: No such file or directory\n`,
      );
      status = 1;
    } else {
      process.stdout(text);
    }
  }
  return status;
});

/** `grep [-q] [-i] [-v] [-c] PATTERN [FILE…]`: lines that match an extended regular expression. */
export const grep: Program = instant((process) => {
  const flags = new Set(
    process.arguments
      .slice(1)
      .filter((word) => /^-[a-zA-Z]+$/.test(word))
      .join(''),
  );
  const [pattern = '', ...paths] = process.arguments.slice(1).filter((word) => !/^-[a-zA-Z]+$/.test(word));
  const texts =
    paths.length === 0 ? [process.stdin ?? ''] : paths.map((path) => process.readFile(path) ?? '');
  const expression = new RegExp(pattern, flags.has('i') ? 'i' : '');
  const lines = texts.flatMap((text) =>
    text.split('\n').filter((line, index, all) => line !== '' || index < all.length - 1),
  );
  const found = lines.filter((line) => expression.test(line) !== flags.has('v'));
  if (flags.has('c')) process.stdout(`${found.length}\n`);
  else if (!flags.has('q')) for (const line of found) process.stdout(`${line}\n`);
  return found.length > 0 ? 0 : 1;
});

/** `head [-n N]` of its input or of files. */
export const head: Program = instant((process) => {
  const words = process.arguments.slice(1);
  const at = words.indexOf('-n');
  const short = words.find((word) => /^-\d+$/.test(word));
  const count = at >= 0 ? Number(words[at + 1]) : short ? Number(short.slice(1)) : 10;
  const paths = words.filter((word, index) => !word.startsWith('-') && (at < 0 || index !== at + 1));
  const text =
    paths.length === 0 ? (process.stdin ?? '') : paths.map((path) => process.readFile(path) ?? '').join('');
  const lines = text.split('\n');
  process.stdout(lines.length <= count ? text : `${lines.slice(0, count).join('\n')}\n`);
  return 0;
});

export const touch: Program = instant((process) => {
  for (const path of process.arguments.slice(1)) {
    if (process.readFile(path) === undefined) process.writeFile(path, '');
  }
  return 0;
});

export const remove: Program = instant((process) => {
  const force = process.arguments.some((word) => /^-\w*f/.test(word));
  let status = 0;
  for (const path of process.arguments.slice(1).filter((word) => !word.startsWith('-'))) {
    if (process.removeFile(path) || force) continue;
    process.stderr(`rm: can't remove '${path}': No such file or directory\n`);
    status = 1;
  }
  return status;
});

export const hostname: Program = instant((process) => {
  process.stdout(
    process.arguments[1] === '-i' || process.arguments[1] === '-I'
      ? `${process.addresses.join(' ')}\n`
      : `${process.hostname}\n`,
  );
  return 0;
});

export const pwd: Program = instant((process) => {
  process.stdout(`${process.workingDirectory}\n`);
  return 0;
});

export const env: Program = instant((process) => {
  const wanted = process.arguments[1];
  if (wanted !== undefined) {
    const value = process.env[wanted];
    if (value === undefined) return 1;
    process.stdout(`${value}\n`);
    return 0;
  }
  for (const [name, value] of Object.entries(allVariables(process.env))) process.stdout(`${name}=${value}\n`);
  return 0;
});

/** `Thu Jan  1 00:00:05 UTC 2026`; formats: `+%s`, `+%T`, `+%F` and their parts. */
export const date: Program = instant((process) => {
  const now = new Date(process.date());
  const format = process.arguments.find((word) => word.startsWith('+'));
  const iso = now.toISOString();
  const values: Readonly<Record<string, string>> = {
    s: String(Math.floor(process.date() / 1000)),
    T: iso.slice(11, 19),
    F: iso.slice(0, 10),
    H: iso.slice(11, 13),
    M: iso.slice(14, 16),
    S: iso.slice(17, 19),
    Y: iso.slice(0, 4),
    m: iso.slice(5, 7),
    d: iso.slice(8, 10),
  };
  const words = now.toUTCString().replace(',', '').split(' ');
  const plain = `${words[0]} ${words[2]} ${String(Number(words[1])).padStart(2)} ${words[4]} UTC ${words[3]}`;
  process.stdout(
    `${format ? format.slice(1).replace(/%([a-zA-Z])/g, (whole, letter: string) => values[letter] ?? whole) : plain}\n`,
  );
  return 0;
});

export const seq: Program = instant((process) => {
  const numbers = process.arguments.slice(1).map(Number);
  const [first, step, last] =
    numbers.length === 1
      ? [1, 1, numbers[0]!]
      : numbers.length === 2
        ? [numbers[0]!, 1, numbers[1]!]
        : [numbers[0]!, numbers[1]!, numbers[2]!];
  for (let value = first; step > 0 ? value <= last : value >= last; value += step) {
    process.stdout(`${value}\n`);
    if (step === 0) return 1;
  }
  return 0;
});

/** `tail -f /dev/null` is how many containers wait for ever; other files are printed once, to their last ten lines. */
export const tail: Program = function* (process) {
  const words = process.arguments.slice(1);
  const follow = words.some((word) => /^-\w*[fF]/.test(word));
  for (const path of words.filter((word) => !word.startsWith('-'))) {
    const text = path === '/dev/null' ? '' : process.readFile(path);
    if (text === undefined) {
      process.stderr(`tail: cannot open '${path}' for reading: No such file or directory\n`);
      return 1;
    }
    process.stdout(text.split('\n').slice(-11).join('\n'));
  }
  if (follow) yield sleep(Number.POSITIVE_INFINITY);
  return 0;
};

/** `test -f FILE`, `[ "$a" = b ]`, `[ 1 -lt 2 ]`, with `!`. */
export const test: Program = instant((process) => {
  let words = process.arguments.slice(1);
  if (process.arguments[0] === '[') words = words.slice(0, -1);
  const negated = words[0] === '!';
  if (negated) words = words.slice(1);
  return holds(words, process) !== negated ? 0 : 1;
});

function holds(words: readonly string[], process: Parameters<Program>[0]): boolean {
  const [a = '', operator = '', b = ''] = words;
  if (words.length === 1) return a !== '';
  if (words.length === 2) {
    const path = operator;
    switch (a) {
      case '-z':
        return path === '';
      case '-n':
        return path !== '';
      case '-f':
        return process.readFile(path) !== undefined;
      case '-s':
        return (process.readFile(path) ?? '') !== '';
      case '-d':
        return process.readDirectory(path) !== undefined;
      case '-e':
        return process.readFile(path) !== undefined || process.readDirectory(path) !== undefined;
      default:
        return false;
    }
  }
  switch (operator) {
    case '=':
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '-eq':
      return Number(a) === Number(b);
    case '-ne':
      return Number(a) !== Number(b);
    case '-lt':
      return Number(a) < Number(b);
    case '-le':
      return Number(a) <= Number(b);
    case '-gt':
      return Number(a) > Number(b);
    case '-ge':
      return Number(a) >= Number(b);
    default:
      return false;
  }
}

/** A program that does nothing but wait for its end: `/pause`. */
export const pause: Program = function* () {
  yield UNTIL_TERMINATED;
  return 0;
};
