import type { Command } from '../process.ts';
import { readAll } from '../streams.ts';

/** `sh -c LINE`, `sh FILE`, or `sh` with a script on standard input. */
export const shCommand: Command = {
  name: 'sh',
  aliases: ['bash', 'ash', 'dash'],
  group: 'shell',
  usage: 'sh [-c LINE] [FILE]',
  flags: [{ short: 'c', value: 'LINE', help: 'The line to run' }],
  examples: ["kubectl exec deploy/client -- sh -c 'curl -s http://hello-service.hello-namespace | head -1'"],
  async run(process) {
    const { args } = process;
    let at = 0;
    let line = false;
    while (at < args.length && args[at]!.startsWith('-')) {
      if (/^-\w*c\w*$/.test(args[at]!)) line = true;
      at++;
    }
    if (line) {
      const script = args[at];
      if (script === undefined) {
        process.stderr.write(`${process.name}: -c: option requires an argument\n`);
        return 2;
      }
      return process.runLine(script, { positional: args.slice(at + 2) });
    }
    const file = args[at];
    if (file !== undefined) {
      const text = process.files.read(file);
      if (text === undefined) {
        process.stderr.write(`${process.name}: ${file}: No such file or directory\n`);
        return 127;
      }
      return process.runLine(text, { positional: args.slice(at + 1) });
    }
    return process.stdinIsTerminal ? 0 : process.runLine(await readAll(process.stdin));
  },
};
