import type { Command } from '../process.ts';

/** `sudo COMMAND`: on a node one is root already; on the reader's own computer nobody asks for a password. */
export const sudoCommand: Command = {
  name: 'sudo',
  group: 'machine',
  usage: 'sudo [-u USER] [NAME=VALUE…] COMMAND…',
  flags: [
    { short: 'u', value: 'USER', help: 'As this user' },
    { short: 'E', help: 'Keep the environment’s variables' },
    { short: 'n', help: 'Ask for nothing' },
  ],
  examples: ['sudo whoami'],
  arguments: ['command'],
  run(process) {
    const words = [...process.args];
    const env: Record<string, string> = { USER: 'root' };
    for (let word = words[0]; word !== undefined; word = words[0]) {
      if (/^-[ug]$/.test(word)) words.splice(0, 2);
      else if (/^--?[a-zA-Z-]*$/.test(word)) words.shift();
      else if (/^\w+=/.test(word)) {
        env[word.slice(0, word.indexOf('='))] = word.slice(word.indexOf('=') + 1);
        words.shift();
      } else break;
    }
    if (words.length === 0) {
      process.stderr.write('usage: sudo [-EHn] [-u user] [VAR=value] [command [arg ...]]\n');
      return 1;
    }
    return process.runProgram(words, { env });
  },
};
