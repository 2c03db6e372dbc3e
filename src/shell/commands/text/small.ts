import type { Command } from '../../process.ts';
import { readAll } from '../../streams.ts';
import { inputTexts } from '../files.ts';
import { readFlags } from '../unix-flags.ts';

export const wcCommand: Command = {
  name: 'wc',
  group: 'text',
  usage: 'wc [-lwc] [FILE…]',
  flags: [
    { name: 'lines', short: 'l', help: 'Lines' },
    { name: 'words', short: 'w', help: 'Words' },
    { name: 'bytes', short: 'c', help: 'Bytes' },
  ],
  examples: ['iptables-save | wc -l'],
  async run(process) {
    const flags = readFlags(process, wcCommand.flags);
    if (typeof flags === 'number') return flags;
    const { texts, failed } = await inputTexts(process, flags.rest);
    const all = !flags.has('lines') && !flags.has('words') && !flags.has('bytes');
    const counts = texts.map(({ name, text }) => ({
      name,
      numbers: [
        ...(all || flags.has('lines') ? [text.split('\n').length - 1] : []),
        ...(all || flags.has('words') ? [text.split(/\s+/).filter((word) => word !== '').length] : []),
        ...(all || flags.has('bytes') ? [new TextEncoder().encode(text).length] : []),
      ],
    }));
    if (counts.length > 1)
      counts.push({
        name: 'total',
        numbers: counts[0]!.numbers.map((_, column) =>
          counts.reduce((sum, { numbers }) => sum + numbers[column]!, 0),
        ),
      });
    const single = counts.length === 1 && counts[0]!.numbers.length === 1;
    for (const { name, numbers } of counts) {
      const shown = single
        ? String(numbers[0])
        : numbers.map((number) => String(number).padStart(7)).join(' ');
      process.stdout.write(`${shown}${name === '-' ? '' : ` ${name}`}\n`);
    }
    return failed ? 1 : 0;
  },
};

function characterSet(text: string): readonly string[] {
  const classes: Readonly<Record<string, string>> = {
    upper: 'A-Z',
    lower: 'a-z',
    digit: '0-9',
    alpha: 'A-Za-z',
    alnum: '0-9A-Za-z',
    space: ' \t\n\r',
  };
  const expanded = text
    .replace(/\[:(\w+):\]/g, (_, name: string) => classes[name] ?? '')
    .replace(/\\n/g, '\n')
    .replace(/\\t/g, '\t');
  return Array.from(
    expanded.replace(/(.)-(.)/gs, (_, from: string, to: string) =>
      Array.from({ length: Math.max(0, to.charCodeAt(0) - from.charCodeAt(0) + 1) }, (_, index) =>
        String.fromCharCode(from.charCodeAt(0) + index),
      ).join(''),
    ),
  );
}

export const trCommand: Command = {
  name: 'tr',
  group: 'text',
  usage: 'tr [-ds] SET1 [SET2]',
  flags: [
    { name: 'delete', short: 'd', help: 'Take them out' },
    { name: 'squeeze-repeats', short: 's', help: 'Repeated ones once' },
  ],
  examples: ["echo a b | tr ' ' '\\n'"],
  async run(process) {
    const flags = readFlags(process, trCommand.flags);
    if (typeof flags === 'number') return flags;
    const [first, second] = flags.rest;
    if (
      first === undefined ||
      (second === undefined && !flags.has('delete') && !flags.has('squeeze-repeats'))
    ) {
      process.stderr.write(`tr: missing operand${first === undefined ? '' : ` after ‘${first}’`}\n`);
      return 1;
    }
    const from = characterSet(first);
    const to = characterSet(second ?? '');
    let out = '';
    for (const character of await readAll(process.stdin)) {
      const at = from.indexOf(character);
      if (at !== -1 && flags.has('delete')) continue;
      const changed = at === -1 || to.length === 0 ? character : (to[at] ?? to.at(-1)!);
      if (
        flags.has('squeeze-repeats') &&
        out.endsWith(changed) &&
        (to.length > 0 ? to : from).includes(changed)
      )
        continue;
      out += changed;
    }
    process.stdout.write(out);
    return 0;
  },
};

export const teeCommand: Command = {
  name: 'tee',
  group: 'text',
  usage: 'tee [-a] FILE…',
  flags: [{ name: 'append', short: 'a', help: 'Add to the file' }],
  examples: ['kubectl get svc hello -o yaml | tee svc.yaml'],
  arguments: ['file'],
  async run(process) {
    const flags = readFlags(process, teeCommand.flags);
    if (typeof flags === 'number') return flags;
    const text = await readAll(process.stdin);
    process.stdout.write(text);
    let status = 0;
    for (const name of flags.rest) {
      const problem = process.files.write(
        name,
        (flags.has('append') ? (process.files.read(name) ?? '') : '') + text,
      );
      if (problem) {
        process.stderr.write(`tee: ${name}: ${problem}\n`);
        status = 1;
      }
    }
    return status;
  },
};

export const xargsCommand: Command = {
  name: 'xargs',
  group: 'text',
  usage: 'xargs [-n N] [-I NAME] COMMAND…',
  flags: [
    { short: 'n', value: 'N', type: 'int', help: 'Words for each run' },
    { short: 'I', value: 'NAME', help: 'One run a line; the name stands for it' },
    { short: 'r', help: 'Not without words' },
  ],
  examples: ['kubectl get pods -o name | xargs kubectl delete'],
  async run(process) {
    const flags = readFlags(process, xargsCommand.flags, { stopAtFirst: true });
    if (typeof flags === 'number') return flags;
    const text = await readAll(process.stdin);
    const command = flags.rest.length > 0 ? flags.rest : ['echo'];
    const name = flags.text('I');
    const words = name
      ? text.split('\n').filter((line) => line.trim() !== '')
      : text.split(/\s+/).filter((word) => word !== '');
    if (words.length === 0 && (flags.has('r') || name)) return 0;
    const size = name ? 1 : (flags.number('n') ?? Math.max(1, words.length));
    let status = 0;
    for (let at = 0; at < Math.max(1, words.length); at += size) {
      const part = words.slice(at, at + size);
      const argv = name ? command.map((word) => word.replaceAll(name, part[0] ?? '')) : [...command, ...part];
      if ((await process.runProgram(argv)) !== 0) status = 123;
    }
    return status;
  },
};
