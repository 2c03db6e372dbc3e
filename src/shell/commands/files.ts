import type { Command, Process } from '../process.ts';
import { readAll } from '../streams.ts';
import { readFlags } from './unix-flags.ts';

/** The text of each named file, or of standard input; what is missing is said as the tool says it. */
export async function inputTexts(
  process: Process,
  names: readonly string[],
): Promise<{
  readonly texts: readonly { readonly name: string; readonly text: string }[];
  readonly failed: boolean;
}> {
  if (names.length === 0)
    return {
      texts: [{ name: '-', text: process.stdinIsTerminal ? '' : await readAll(process.stdin) }],
      failed: false,
    };
  const texts: { name: string; text: string }[] = [];
  let failed = false;
  for (const name of names) {
    const text = name === '-' ? await readAll(process.stdin) : process.files.read(name);
    if (text !== undefined) texts.push({ name, text });
    else {
      const why = process.files.list(name) === undefined ? 'No such file or directory' : 'Is a directory';
      process.stderr.write(`${process.name}: ${name}: ${why}\n`);
      failed = true;
    }
  }
  return { texts, failed };
}

const cat: Command = {
  name: 'cat',
  group: 'machine',
  usage: 'cat [-n] [FILE…]',
  flags: [{ name: 'number', short: 'n', help: 'With line numbers' }],
  examples: ['kubectl exec client -- cat /etc/resolv.conf', 'cat hello.yaml'],
  arguments: ['file'],
  async run(process) {
    const flags = readFlags(process, cat.flags);
    if (typeof flags === 'number') return flags;
    const { texts, failed } = await inputTexts(process, flags.rest);
    let number = 0;
    for (const { text } of texts) {
      process.stdout.write(
        flags.has('number')
          ? text.replace(/[^\n]*\n|[^\n]+$/g, (line) => `${String(++number).padStart(6)}\t${line}`)
          : text,
      );
    }
    return failed ? 1 : 0;
  },
};

const ls: Command = {
  name: 'ls',
  group: 'machine',
  usage: 'ls [-1la] [PATH…]',
  flags: [
    { short: '1', help: 'One name a line' },
    { short: 'l', help: 'One name a line, with details' },
    { name: 'all', short: 'a', help: 'Names that begin with a dot too' },
  ],
  examples: ['ls', 'ssh node-1 ls /etc/cni/net.d'],
  arguments: ['file'],
  run(process) {
    const flags = readFlags(process, ls.flags, { status: 2 });
    if (typeof flags === 'number') return flags;
    const paths = flags.rest.length > 0 ? flags.rest : ['.'];
    let status = 0;
    for (const [index, path] of paths.entries()) {
      const isFile = process.files.read(path) !== undefined;
      const names = isFile ? [path] : process.files.list(path);
      if (names === undefined) {
        process.stderr.write(`ls: cannot access '${path}': No such file or directory\n`);
        status = 2;
        continue;
      }
      const shown = [...(flags.has('all') && !isFile ? ['.', '..', ...names] : names)]
        .filter((name) => flags.has('all') || !name.startsWith('.') || isFile)
        .sort();
      if (paths.length > 1 && !isFile) process.stdout.write(`${index > 0 ? '\n' : ''}${path}:\n`);
      if (shown.length === 0) continue;
      if (flags.has('l'))
        process.stdout.write(shown.map((name) => longLine(process, isFile ? '' : path, name)).join(''));
      else
        process.stdout.write(
          process.stdout.terminal && !flags.has('1')
            ? inColumns(shown, process.columns)
            : `${shown.join('\n')}\n`,
        );
    }
    return status;
  },
};

function longLine(process: Process, folder: string, name: string): string {
  const text = process.files.read(folder === '' ? name : `${folder.replace(/\/$/, '')}/${name}`);
  const size = text === undefined ? 4096 : new TextEncoder().encode(text).length;
  return `${text === undefined ? 'drwxr-xr-x' : '-rw-r--r--'} 1 root root ${String(size).padStart(6)} ${name}\n`;
}

function inColumns(names: readonly string[], columns: number): string {
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const perLine = Math.max(1, Math.floor(columns / width));
  if (names.join('  ').length <= columns) return `${names.join('  ')}\n`;
  const rows = Math.ceil(names.length / perLine);
  return Array.from({ length: rows }, (_, row) =>
    names
      .filter((_, index) => index % rows === row)
      .map((name) => name.padEnd(width))
      .join('')
      .trimEnd(),
  )
    .join('\n')
    .concat('\n');
}

const rm: Command = {
  name: 'rm',
  group: 'machine',
  usage: 'rm [-f] FILE…',
  flags: [
    { short: 'f', help: 'No error for files that are not there' },
    { short: 'r', help: 'Folders too' },
  ],
  examples: ['rm /tmp/x'],
  arguments: ['file'],
  run(process) {
    const flags = readFlags(process, rm.flags);
    if (typeof flags === 'number') return flags;
    let status = 0;
    for (const path of flags.rest) {
      const problem = process.files.remove(path);
      if (problem && !flags.has('f')) {
        process.stderr.write(`rm: cannot remove '${path}': ${problem}\n`);
        status = 1;
      }
    }
    return status;
  },
};

export const FILE_COMMANDS: readonly Command[] = [cat, ls, rm];
