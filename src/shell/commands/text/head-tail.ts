import type { Command, Process } from '../../process.ts';
import { readLines } from '../../streams.ts';
import { inputTexts } from '../files.ts';
import { readFlags } from '../unix-flags.ts';

const FLAGS = [
  { name: 'lines', short: 'n', value: 'N', help: 'How many lines' },
  { name: 'bytes', short: 'c', value: 'N', help: 'How many characters' },
  { name: 'quiet', short: 'q', help: 'Without the names' },
] as const;

/** `head -5` is `head -n 5`. */
function normalize(process: Process): Process {
  return {
    ...process,
    args: process.args.map((word) => (/^-\d+$/.test(word) ? `-n${word.slice(1)}` : word)),
  };
}

export const headCommand: Command = {
  name: 'head',
  group: 'text',
  usage: 'head [-n N] [FILE…]',
  flags: FLAGS,
  examples: ['iptables-save | head -20'],
  async run(process) {
    const flags = readFlags(normalize(process), FLAGS);
    if (typeof flags === 'number') return flags;
    const count = Number(flags.text('lines') ?? 10);
    const bytes = flags.text('bytes');
    if (flags.rest.length === 0 && bytes === undefined && count >= 0 && !process.stdinIsTerminal) {
      if (count === 0) return 0;
      let shown = 0;
      for await (const line of readLines(process.stdin)) {
        process.stdout.write(`${line}\n`);
        if (++shown >= count) break;
      }
      return 0;
    }
    return each(process, flags.rest, flags.has('quiet'), (text) => {
      if (bytes !== undefined) return text.slice(0, Number(bytes));
      const lines = text.split(/(?<=\n)/);
      return (count < 0 ? lines.slice(0, count) : lines.slice(0, count)).join('');
    });
  },
};

export const tailCommand: Command = {
  name: 'tail',
  group: 'text',
  usage: 'tail [-n N] [FILE…]',
  flags: [...FLAGS, { name: 'follow', short: 'f', help: 'Go on (files do not grow here)' }],
  examples: ['kubectl logs client | tail -3'],
  async run(process) {
    const flags = readFlags(normalize(process), tailCommand.flags);
    if (typeof flags === 'number') return flags;
    const wanted = flags.text('lines') ?? '10';
    return each(process, flags.rest, flags.has('quiet'), (text) => {
      const bytes = flags.text('bytes');
      if (bytes !== undefined) return text.slice(-Number(bytes));
      const lines = text.split(/(?<=\n)/);
      if (wanted.startsWith('+')) return lines.slice(Math.max(0, Number(wanted) - 1)).join('');
      const count = Math.abs(Number(wanted));
      return count === 0 ? '' : lines.slice(-count).join('');
    });
  },
};

async function each(
  process: Process,
  names: readonly string[],
  quiet: boolean,
  cut: (text: string) => string,
): Promise<number> {
  const { texts, failed } = await inputTexts(process, names);
  texts.forEach(({ name, text }, index) => {
    if (names.length > 1 && !quiet) process.stdout.write(`${index > 0 ? '\n' : ''}==> ${name} <==\n`);
    process.stdout.write(cut(text));
  });
  return failed ? 1 : 0;
}
