import type { Command } from '../../process.ts';
import { readLines } from '../../streams.ts';
import { escapeRegExp } from '../../syntax/glob.ts';
import { inputTexts } from '../files.ts';
import { readFlags } from '../unix-flags.ts';

export const grepCommand: Command = {
  name: 'grep',
  aliases: ['egrep', 'fgrep'],
  group: 'text',
  usage: 'grep [flags] PATTERN [FILE…]',
  flags: [
    { name: 'ignore-case', short: 'i', help: 'Upper and lower case alike' },
    { name: 'invert-match', short: 'v', help: 'Lines that do not match' },
    { name: 'count', short: 'c', help: 'Only how many' },
    { name: 'line-number', short: 'n', help: 'With line numbers' },
    { name: 'quiet', short: 'q', help: 'Nothing but the exit status' },
    { name: 'only-matching', short: 'o', help: 'Only what matched' },
    { name: 'extended-regexp', short: 'E', help: 'Extended patterns' },
    { name: 'fixed-strings', short: 'F', help: 'The pattern is plain text' },
    { name: 'perl-regexp', short: 'P', help: 'Perl patterns' },
    { name: 'word-regexp', short: 'w', help: 'Whole words' },
    { name: 'regexp', short: 'e', value: 'PATTERN', help: 'A pattern' },
    { name: 'after-context', short: 'A', value: 'N', type: 'int', help: 'Lines after a match' },
    { name: 'before-context', short: 'B', value: 'N', type: 'int', help: 'Lines before a match' },
    { name: 'context', short: 'C', value: 'N', type: 'int', help: 'Lines around a match' },
    { name: 'color', value: 'WHEN', alone: 'always', help: 'Mark what matched' },
    { name: 'max-count', short: 'm', value: 'N', type: 'int', help: 'Stop after so many' },
  ],
  examples: ['iptables-save | grep hello', 'kubectl get pods | grep -v Running'],
  async run(process) {
    const flags = readFlags(process, grepCommand.flags, { status: 2 });
    if (typeof flags === 'number') return flags;
    const patterns = flags.list('regexp');
    const [first, ...others] = flags.rest;
    if (patterns.length === 0 && first === undefined) {
      process.stderr.write(
        "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n",
      );
      return 2;
    }
    const all = patterns.length > 0 ? patterns : [first!];
    const names = patterns.length > 0 ? flags.rest : others;
    const fixed = flags.has('fixed-strings') || process.name === 'fgrep';
    const extended = flags.has('extended-regexp') || flags.has('perl-regexp') || process.name === 'egrep';
    const source = all
      .map((one) => (fixed ? escapeRegExp(one) : extended ? one : basicToExtended(one)))
      .map((one) => posixClasses(one))
      .join('|');
    let pattern: RegExp;
    try {
      pattern = new RegExp(
        flags.has('word-regexp') ? `\\b(?:${source})\\b` : source,
        flags.has('ignore-case') ? 'gi' : 'g',
      );
    } catch {
      process.stderr.write('grep: Invalid regular expression\n');
      return 2;
    }
    const matches = (line: string) => {
      pattern.lastIndex = 0;
      return pattern.test(line) !== flags.has('invert-match');
    };
    const around = flags.number('context') ?? 0;
    const before = flags.number('before-context') ?? around;
    const after = flags.number('after-context') ?? around;
    const limit = flags.number('max-count') ?? Number.POSITIVE_INFINITY;
    let found = 0;

    const streaming = names.length === 0 && before === 0 && after === 0 && !flags.has('count');
    if (streaming && !process.stdinIsTerminal) {
      let number = 0;
      for await (const line of readLines(process.stdin)) {
        number++;
        if (!matches(line)) continue;
        found++;
        if (flags.has('quiet')) return 0;
        process.stdout.write(shownLine(line, number));
        if (found >= limit) break;
      }
      return found > 0 ? 0 : 1;
    }

    const { texts, failed } = await inputTexts(process, names);
    for (const { name, text } of texts) {
      const prefix = names.length > 1 ? `${name}:` : '';
      const lines = text.replace(/\n$/, '').split('\n');
      if (text === '') lines.length = 0;
      let count = 0;
      let shown = -1;
      lines.forEach((line, index) => {
        if (count >= limit || !matches(line)) return;
        count++;
        if (flags.has('quiet') || flags.has('count')) return;
        const from = Math.max(shown + 1, index - before);
        if (shown >= 0 && from > shown + 1 && before + after > 0) process.stdout.write('--\n');
        for (let at = from; at <= Math.min(lines.length - 1, index + after); at++) {
          if (at <= shown) continue;
          process.stdout.write(prefix + shownLine(lines[at]!, at + 1));
          shown = at;
        }
      });
      if (flags.has('count')) process.stdout.write(`${prefix}${count}\n`);
      found += count;
    }
    return failed ? 2 : found > 0 ? 0 : 1;

    function shownLine(line: string, number: number): string {
      const lead = (flags as Exclude<typeof flags, number>).has('line-number') ? `${number}:` : '';
      if (!(flags as Exclude<typeof flags, number>).has('only-matching')) return `${lead}${line}\n`;
      return Array.from(line.matchAll(pattern))
        .filter(([text]) => text !== '')
        .map(([text]) => `${lead}${text}\n`)
        .join('');
    }
  },
};

/** Basic patterns have `\(`, `\|`, `\+` where extended ones have the bare characters. */
export function basicToExtended(pattern: string): string {
  return pattern.replace(
    /\\([(){}|+?])|([(){}|+?])|(^\*)/g,
    (_, escaped?: string, bare?: string) => escaped ?? (bare ? `\\${bare}` : '\\*'),
  );
}

const CLASSES: Readonly<Record<string, string>> = {
  digit: '0-9',
  alpha: 'a-zA-Z',
  alnum: 'a-zA-Z0-9',
  space: '\\s',
  upper: 'A-Z',
  lower: 'a-z',
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9a-fA-F',
  blank: ' \\t',
};

export function posixClasses(pattern: string): string {
  return pattern.replace(/\[:(\w+):\]/g, (all, name: string) => CLASSES[name] ?? all);
}
