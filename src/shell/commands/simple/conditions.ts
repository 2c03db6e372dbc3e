import type { Process } from '../../process.ts';
import { binaryTest, unaryTest } from '../../syntax/conditions.ts';
import { shell } from './builtin.ts';

/** `[ … ]` and `test …`. */
function testCommand({ name, args, files, stderr }: Process): number {
  let words = [...args];
  if (name === '[') {
    if (words.at(-1) !== ']') {
      stderr.write("[: missing `]'\n");
      return 2;
    }
    words = words.slice(0, -1);
  }
  const evaluate = (part: readonly string[]): boolean => {
    const or = part.indexOf('-o');
    if (or > 0) return evaluate(part.slice(0, or)) || evaluate(part.slice(or + 1));
    const and = part.indexOf('-a');
    if (and > 0) return evaluate(part.slice(0, and)) && evaluate(part.slice(and + 1));
    if (part[0] === '!' && part.length > 1) return !evaluate(part.slice(1));
    if (part.length === 0) return false;
    if (part.length === 1) return part[0] !== '';
    if (part.length === 2) return unaryTest(part[0]!, part[1]!, files);
    return binaryTest(part[1]!, part[0]!, part[2]!, false);
  };
  return evaluate(words) ? 0 : 1;
}

export const test = shell({
  name: 'test',
  aliases: ['['],
  usage: 'test EXPRESSION',
  examples: ['[ -f hello.yaml ] && echo yes'],
  run: testCommand,
});

export const yes = shell({ name: 'true', usage: 'true', examples: ['true'], run: () => 0 });
export const no = shell({ name: 'false', usage: 'false', examples: ['false || echo no'], run: () => 1 });
export const pwd = shell({
  name: 'pwd',
  usage: 'pwd',
  examples: ['pwd'],
  run({ stdout, env }) {
    stdout.write(`${env.PWD ?? '/'}\n`);
    return 0;
  },
});
