import type { Command } from '../../process.ts';
import { inputTexts } from '../files.ts';
import { readFlags } from '../unix-flags.ts';

/** `base64`, both ways. */
export const base64Command: Command = {
  name: 'base64',
  group: 'text',
  usage: 'base64 [-d] [-w COLUMNS] [FILE]',
  flags: [
    { name: 'decode', short: 'd', help: 'Back to text' },
    {
      name: 'wrap',
      short: 'w',
      value: 'COLUMNS',
      type: 'int',
      help: 'Letters in a line (default 76; 0: all)',
    },
    { name: 'ignore-garbage', short: 'i', help: 'Pass over what is no base64' },
  ],
  examples: ["kubectl get secret s -o jsonpath='{.data.password}' | base64 -d"],
  arguments: ['file'],
  async run(process) {
    const flags = readFlags(process, base64Command.flags);
    if (typeof flags === 'number') return flags;
    const { texts, failed } = await inputTexts(process, flags.rest);
    if (failed) return 1;
    const text = texts.map((each) => each.text).join('');
    if (flags.has('decode')) {
      const letters = text.replace(/\s/g, '');
      const valid =
        /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/.exec(letters)?.[0] ?? '';
      const bytes = Uint8Array.from(atob(valid), (letter) => letter.charCodeAt(0));
      process.stdout.write(new TextDecoder().decode(bytes));
      if (valid === letters) return 0;
      process.stderr.write(`${process.name}: invalid input\n`);
      return 1;
    }
    const bytes = new TextEncoder().encode(text);
    let packed = '';
    for (const byte of bytes) packed += String.fromCharCode(byte);
    const width = flags.number('wrap') ?? 76;
    const encoded = btoa(packed);
    process.stdout.write(
      width === 0
        ? encoded
        : encoded.replace(new RegExp(`(.{${width}})(?=.)`, 'g'), '$1\n').concat(encoded === '' ? '' : '\n'),
    );
    return 0;
  },
};

const words = (
  name: string,
  usage: string,
  change: (path: string, suffix: string | undefined) => string,
): Command => ({
  name,
  group: 'text',
  usage,
  flags: [],
  examples: [`${name} /etc/cni/net.d/10-bridge.conflist`],
  run(process) {
    const [path, suffix] = process.args;
    if (path === undefined) {
      process.stderr.write(`${name}: missing operand\nTry '${name} --help' for more information.\n`);
      return 1;
    }
    process.stdout.write(`${change(path, suffix)}\n`);
    return 0;
  },
});

export const basenameCommand = words('basename', 'basename PATH [SUFFIX]', (path, suffix) => {
  const name = path.replace(/\/+$/, '').replace(/^.*\//, '') || '/';
  return suffix !== undefined && suffix !== name && name.endsWith(suffix)
    ? name.slice(0, -suffix.length)
    : name;
});

export const dirnameCommand = words('dirname', 'dirname PATH', (path) => {
  const folder = path.replace(/\/+$/, '').replace(/\/?[^/]*$/, '');
  return folder === '' ? (path.startsWith('/') ? '/' : '.') : folder;
});

/** `tac`: the last line first. */
export const tacCommand: Command = {
  name: 'tac',
  group: 'text',
  usage: 'tac [FILE…]',
  flags: [],
  examples: ['kubectl logs client | tac | head -3'],
  arguments: ['file'],
  async run(process) {
    const { texts, failed } = await inputTexts(process, process.args);
    for (const { text } of texts)
      process.stdout.write(
        text
          .replace(/\n$/, '')
          .split('\n')
          .reverse()
          .map((line) => `${line}\n`)
          .join(''),
      );
    return failed ? 1 : 0;
  },
};

/** `timeout SECONDS COMMAND…`: ends the command when its time is over; the status is 124 then. */
export const timeoutCommand: Command = {
  name: 'timeout',
  group: 'shell',
  usage: 'timeout SECONDS COMMAND…',
  flags: [
    { name: 'signal', short: 's', value: 'SIGNAL', help: 'Which signal' },
    { name: 'preserve-status', help: 'The command’s own status' },
  ],
  examples: ['ssh node-1 timeout 5 tcpdump -n -i cni0'],
  arguments: ['command'],
  async run(process) {
    const args = [...process.args];
    while (args[0]?.startsWith('-')) args.splice(0, args[0] === '-s' || args[0] === '-k' ? 2 : 1);
    const [duration, ...command] = args;
    const match = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(duration ?? '');
    if (!match || command.length === 0) {
      process.stderr.write(
        duration === undefined || match
          ? "Try 'timeout --help' for more information.\n"
          : `timeout: invalid time interval ‘${duration}’\nTry 'timeout --help' for more information.\n`,
      );
      return 125;
    }
    const units: Readonly<Record<string, number>> = {
      '': 1000,
      s: 1000,
      m: 60_000,
      h: 3_600_000,
      d: 86_400_000,
    };
    const controller = new AbortController();
    const stop = () => controller.abort();
    process.signal.addEventListener('abort', stop);
    let late = false;
    const cancel = process.session.cluster.clock.after(
      Number(match[1]) * units[match[2]!]!,
      () => {
        late = true;
        stop();
      },
      { background: true },
    );
    try {
      const status = await process.runProgram(command, { signal: controller.signal });
      return late ? 124 : status;
    } catch (error) {
      if (!late) throw error;
      return 124;
    } finally {
      cancel();
      process.signal.removeEventListener('abort', stop);
    }
  },
};
