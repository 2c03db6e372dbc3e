import type { Command } from '../../process.ts';
import { inputTexts } from '../files.ts';
import { readFlags } from '../unix-flags.ts';

export const sortCommand: Command = {
  name: 'sort',
  group: 'text',
  usage: 'sort [-nrukt] [FILE…]',
  flags: [
    { name: 'numeric-sort', short: 'n', help: 'By number' },
    { name: 'reverse', short: 'r', help: 'Backwards' },
    { name: 'unique', short: 'u', help: 'Equal lines once' },
    { name: 'key', short: 'k', value: 'FIELD', help: 'From this field on' },
    { name: 'field-separator', short: 't', value: 'CHARACTER', help: 'What ends a field' },
    { name: 'version-sort', short: 'V', help: 'Numbers in the text by their value' },
  ],
  examples: ['kubectl get pods -o name | sort'],
  async run(process) {
    const flags = readFlags(process, sortCommand.flags, { status: 2 });
    if (typeof flags === 'number') return flags;
    const { texts, failed } = await inputTexts(process, flags.rest);
    const lines = texts.flatMap(({ text }) => (text === '' ? [] : text.replace(/\n$/, '').split('\n')));
    const field = Number.parseInt(flags.text('key') ?? '0', 10);
    const numeric = flags.has('numeric-sort') || /n/.test(flags.text('key') ?? '');
    const separator = flags.text('field-separator');
    const keyOf = (line: string) =>
      field === 0
        ? line
        : line
            .split(separator ?? /\s+/)
            .slice(field - 1)
            .join(separator ?? ' ');
    const compare = (a: string, b: string) => {
      const [left, right] = [keyOf(a), keyOf(b)];
      const order = numeric
        ? (Number.parseFloat(left) || 0) - (Number.parseFloat(right) || 0)
        : flags.has('version-sort')
          ? left.localeCompare(right, 'en', { numeric: true })
          : left < right
            ? -1
            : left > right
              ? 1
              : 0;
      return (order || (a < b ? -1 : a > b ? 1 : 0)) * (flags.has('reverse') ? -1 : 1);
    };
    const sorted = [...lines].sort(compare);
    const shown = flags.has('unique')
      ? sorted.filter((line, index) => index === 0 || keyOf(line) !== keyOf(sorted[index - 1]!))
      : sorted;
    process.stdout.write(shown.map((line) => `${line}\n`).join(''));
    return failed ? 2 : 0;
  },
};

export const uniqCommand: Command = {
  name: 'uniq',
  group: 'text',
  usage: 'uniq [-c] [FILE]',
  flags: [
    { name: 'count', short: 'c', help: 'How often, before each line' },
    { name: 'repeated', short: 'd', help: 'Only lines that come more than once' },
  ],
  examples: ['for i in $(seq 20); do curl -s http://hello; done | grep Hostname | sort | uniq -c'],
  async run(process) {
    const flags = readFlags(process, uniqCommand.flags);
    if (typeof flags === 'number') return flags;
    const { texts, failed } = await inputTexts(process, flags.rest.slice(0, 1));
    const groups: { line: string; count: number }[] = [];
    for (const { text } of texts) {
      if (text === '') continue;
      for (const line of text.replace(/\n$/, '').split('\n')) {
        const last = groups.at(-1);
        if (last?.line === line) last.count++;
        else groups.push({ line, count: 1 });
      }
    }
    process.stdout.write(
      groups
        .filter(({ count }) => !flags.has('repeated') || count > 1)
        .map(({ line, count }) => `${flags.has('count') ? `${String(count).padStart(7)} ` : ''}${line}\n`)
        .join(''),
    );
    return failed ? 1 : 0;
  },
};
