import { instant, type Program } from '../../../libc/index.ts';
import { inputOf, linesOf, readCall } from './text-tools.ts';

interface Command {
  readonly from: Address | undefined;
  readonly to: Address | undefined;
  readonly name: string;
  readonly pattern?: RegExp;
  readonly replacement?: string;
  readonly prints?: boolean;
  readonly text?: string;
}

type Address = number | '$' | RegExp;

/** `sed [-n] [-i] [-E] [-e] 's/a/b/g; 2d; /x/p' [FILE…]`: the commands s, d, p, q, a, i and c. */
export const sed: Program = instant((process) => {
  const call = readCall(process.arguments, 'e');
  const given = call.flags.get('e');
  const files = given === undefined ? call.operands.slice(1) : call.operands;
  const extended = call.flags.has('E') || call.flags.has('r');
  const commands = parse(given ?? call.operands[0] ?? '', extended);
  if (typeof commands === 'string') {
    process.stderr(`sed: ${commands}\n`);
    return 1;
  }
  if (!call.flags.has('i')) {
    const input = inputOf(process, files);
    if (input === undefined) return 1;
    process.stdout(edit(linesOf(input), commands, call.flags.has('n')));
    return 0;
  }
  for (const file of files) {
    const input = inputOf(process, [file]);
    if (input === undefined) return 1;
    process.writeFile(file, edit(linesOf(input), commands, call.flags.has('n')));
  }
  return 0;
});

function edit(lines: readonly string[], commands: readonly Command[], quiet: boolean): string {
  const output: string[] = [];
  const open = new Set<Command>();
  for (const [place, original] of lines.entries()) {
    let line = original;
    let deleted = false;
    let last = false;
    const after: string[] = [];
    for (const command of commands) {
      if (!applies(command, line, place, lines.length, open)) continue;
      if (command.name === 's') {
        const now = line.replace(command.pattern!, command.replacement!);
        if (now !== line && command.prints) output.push(now);
        line = now;
      } else if (command.name === 'p') output.push(line);
      else if (command.name === 'q') last = true;
      else if (command.name === 'a') after.push(command.text!);
      else if (command.name === 'i') output.push(command.text!);
      else {
        if (command.name === 'c') output.push(command.text!);
        deleted = true;
        break;
      }
    }
    if (!deleted && !quiet) output.push(line);
    output.push(...after);
    if (last) break;
  }
  return output.map((line) => `${line}\n`).join('');
}

function applies(command: Command, line: string, place: number, count: number, open: Set<Command>): boolean {
  const at = (address: Address) =>
    address === '$'
      ? place === count - 1
      : typeof address === 'number'
        ? place + 1 === address
        : address.test(line);
  if (command.from === undefined) return true;
  if (command.to === undefined) return at(command.from);
  if (!open.has(command) && !at(command.from)) return false;
  const ends = open.has(command) ? at(command.to) : typeof command.to === 'number' && command.to <= place + 1;
  if (ends) open.delete(command);
  else open.add(command);
  return true;
}

/** The commands of a script, or what is wrong with it. */
function parse(script: string, extended: boolean): Command[] | string {
  const commands: Command[] = [];
  let rest = script;
  for (;;) {
    rest = rest.replace(/^[\s;]+/, '');
    if (rest === '') return commands;
    const [from, afterFrom] = address(rest, extended);
    rest = afterFrom;
    let to: Address | undefined;
    if (from !== undefined && rest.startsWith(',')) [to, rest] = address(rest.slice(1), extended);
    rest = rest.trimStart();
    const name = rest[0] ?? '';
    rest = rest.slice(1);
    if (name === 's') {
      const parts = /^(.)((?:\\.|(?!\1).)*)\1((?:\\.|(?!\1).)*)\1([gIip0-9]*)/s.exec(rest);
      if (!parts) return "unterminated `s' command";
      const [whole, , pattern = '', replacement = '', flags = ''] = parts;
      rest = rest.slice(whole.length);
      commands.push({
        from,
        to,
        name,
        pattern: new RegExp(
          toSource(pattern, extended),
          `${flags.includes('g') ? 'g' : ''}${/[iI]/.test(flags) ? 'i' : ''}`,
        ),
        replacement: toReplacement(replacement),
        prints: flags.includes('p'),
      });
    } else if ('aic'.includes(name) && name !== '') {
      const [line = ''] = rest.replace(/^\\?\s*/, '').split('\n');
      rest = rest.slice(rest.indexOf(line) + line.length);
      commands.push({ from, to, name, text: line });
    } else if ('dpq'.includes(name) && name !== '') commands.push({ from, to, name });
    else return `unknown command: \`${name}'`;
  }
}

function address(text: string, extended: boolean): [Address | undefined, string] {
  const number = /^\d+/.exec(text);
  if (number) return [Number(number[0]), text.slice(number[0].length)];
  if (text.startsWith('$')) return ['$', text.slice(1)];
  const pattern = /^\/((?:\\.|[^/\\])*)\//.exec(text);
  if (!pattern) return [undefined, text];
  return [new RegExp(toSource(pattern[1] ?? '', extended)), text.slice(pattern[0].length)];
}

/** A basic regular expression as JavaScript writes it: groups and repetitions change sides with their escapes. */
function toSource(pattern: string, extended: boolean): string {
  const classes = pattern.replace(/\[:(\w+):\]/g, (_, name: string) => CLASSES[name] ?? '');
  if (extended) return classes;
  return classes.replace(/\\?[(){}|+?]/g, (part) => (part.startsWith('\\') ? part.slice(1) : `\\${part}`));
}

const CLASSES: Readonly<Record<string, string | undefined>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  space: '\\s',
  upper: 'A-Z',
};

function toReplacement(text: string): string {
  return text
    .replaceAll('$', '$$$$')
    .replace(/\\n/g, '\n')
    .replace(/(^|[^\\])&/g, '$1$$&')
    .replace(/\\(\d)/g, '$$$1')
    .replace(/\\(.)/g, '$1');
}
