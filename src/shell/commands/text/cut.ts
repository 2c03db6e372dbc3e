import type { Command } from '../../process.ts';
import { inputTexts } from '../files.ts';
import { readFlags } from '../unix-flags.ts';

export const cutCommand: Command = {
  name: 'cut',
  group: 'text',
  usage: 'cut -d CHARACTER -f LIST [FILE…]',
  flags: [
    { name: 'delimiter', short: 'd', value: 'CHARACTER', help: 'What ends a field' },
    { name: 'fields', short: 'f', value: 'LIST', help: 'Which fields: 1,3-5' },
    { name: 'characters', short: 'c', value: 'LIST', help: 'Which characters' },
    { name: 'only-delimited', short: 's', help: 'Not lines without the character' },
  ],
  examples: ['kubectl get pods -o name | cut -d/ -f2'],
  async run(process) {
    const flags = readFlags(process, cutCommand.flags);
    if (typeof flags === 'number') return flags;
    const list = flags.text('fields') ?? flags.text('characters');
    if (list === undefined) {
      process.stderr.write(
        "cut: you must specify a list of bytes, characters, or fields\nTry 'cut --help' for more information.\n",
      );
      return 1;
    }
    const ranges = list.split(',').map((part) => {
      const [from, to] = part.split('-');
      return [
        Number(from || 1),
        to === undefined ? Number(from) : to === '' ? Number.POSITIVE_INFINITY : Number(to),
      ] as const;
    });
    const chosen = (_: unknown, index: number) =>
      ranges.some(([from, to]) => index + 1 >= from && index + 1 <= to);
    const delimiter = flags.text('delimiter') ?? '\t';
    const { texts, failed } = await inputTexts(process, flags.rest);
    for (const { text } of texts) {
      for (const line of text === '' ? [] : text.replace(/\n$/, '').split('\n')) {
        if (flags.text('characters') !== undefined)
          process.stdout.write(`${Array.from(line).filter(chosen).join('')}\n`);
        else if (line.includes(delimiter))
          process.stdout.write(`${line.split(delimiter).filter(chosen).join(delimiter)}\n`);
        else if (!flags.has('only-delimited')) process.stdout.write(`${line}\n`);
      }
    }
    return failed ? 1 : 0;
  },
};
