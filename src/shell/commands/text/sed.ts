import type { Command } from '../../process.ts';
import { inputTexts } from '../files.ts';
import { readFlags } from '../unix-flags.ts';
import { basicToExtended, posixClasses } from './grep.ts';

type Edit = { readonly from?: Address; readonly to?: Address } & (
  | { readonly kind: 's'; readonly pattern: RegExp; readonly replacement: string; readonly print: boolean }
  | { readonly kind: 'd' | 'p' | 'q' }
);
type Address = number | RegExp | '$';

/** The everyday part of sed: `s///`, `d`, `p`, `q`, with line numbers, patterns and ranges. */
export const sedCommand: Command = {
  name: 'sed',
  group: 'text',
  usage: 'sed [-n] [-E] SCRIPT [FILE…]',
  flags: [
    { name: 'quiet', short: 'n', help: 'Print only what p prints' },
    { name: 'regexp-extended', short: 'E', help: 'Extended patterns' },
    { name: 'expression', short: 'e', value: 'SCRIPT', help: 'A script' },
    { name: 'in-place', short: 'i', help: 'Change the file itself' },
  ],
  examples: ["sed -n '5,10p' hello.yaml", "sed -i 's/replicas: 1/replicas: 3/' hello.yaml"],
  async run(process) {
    const flags = readFlags(process, sedCommand.flags);
    if (typeof flags === 'number') return flags;
    const scripts = flags.list('expression');
    const [script, ...others] = flags.rest;
    const names = scripts.length > 0 ? flags.rest : others;
    const edits: Edit[] = [];
    for (const part of (scripts.length > 0 ? scripts : [script ?? '']).flatMap(splitScript)) {
      const edit = parseEdit(part, flags.has('regexp-extended'));
      if (typeof edit === 'string') {
        process.stderr.write(`sed: -e expression #1, char ${part.length}: ${edit}\n`);
        return 1;
      }
      edits.push(edit);
    }
    const { texts, failed } = await inputTexts(process, names);
    for (const { name, text } of texts) {
      const result = edited(text, edits, flags.has('quiet'));
      if (flags.has('in-place') && name !== '-') process.files.write(name, result);
      else process.stdout.write(result);
    }
    return failed ? 2 : 0;
  },
};

function splitScript(script: string): readonly string[] {
  return script
    .split(/[\n;](?=\s*(?:\d|\$|\/|s\W|[dpq]\s*$|[dpq]\s*;))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function parseEdit(text: string, extended: boolean): Edit | string {
  const source = (pattern: string) => posixClasses(extended ? pattern : basicToExtended(pattern));
  let rest = text;
  const address = (): Address | undefined => {
    const match = /^(?:(\d+)|(\$)|\/((?:[^/\\]|\\.)*)\/)/.exec(rest);
    if (!match) return undefined;
    rest = rest.slice(match[0].length);
    return match[1] ? Number(match[1]) : match[2] ? '$' : new RegExp(source(match[3]!));
  };
  try {
    const from = address();
    let to: Address | undefined;
    if (rest.startsWith(',')) {
      rest = rest.slice(1);
      to = address();
    }
    const where = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
    rest = rest.trim();
    if (rest === 'd' || rest === 'p' || rest === 'q') return { kind: rest, ...where };
    if (!rest.startsWith('s')) return `unknown command: \`${rest[0] ?? ''}'`;
    const mark = rest[1]!;
    const parts = rest.slice(2).split(new RegExp(`(?<!\\\\)\\${mark}`));
    if (parts.length < 3) return "unterminated `s' command";
    const [pattern, replacement, options] = parts as [string, string, string];
    const unmarked = (part: string) => part.replaceAll(`\\${mark}`, mark);
    return {
      kind: 's',
      pattern: new RegExp(
        source(unmarked(pattern)),
        `${options.includes('g') ? 'g' : ''}${/i/i.test(options) ? 'i' : ''}`,
      ),
      replacement: unmarked(replacement),
      print: options.includes('p'),
      ...where,
    };
  } catch {
    return 'Invalid preceding regular expression';
  }
}

function edited(text: string, edits: readonly Edit[], quiet: boolean): string {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const open = new Map<Edit, boolean>();
  let out = '';
  for (const [index, original] of lines.entries()) {
    let line = original;
    let kept = true;
    let last = false;
    const matches = (address: Address) =>
      address === '$'
        ? index === lines.length - 1
        : typeof address === 'number'
          ? index + 1 === address
          : address.test(line);
    for (const edit of edits) {
      if (!applies(edit, matches, open, index + 1)) continue;
      if (edit.kind === 'd') {
        kept = false;
        break;
      }
      if (edit.kind === 'p') out += `${line}\n`;
      else if (edit.kind === 'q') last = true;
      else if (edit.kind === 's') {
        const before = line;
        line = line.replace(edit.pattern, (...found) =>
          edit.replacement.replace(/\\(\d)|\\n|(?<!\\)&|\\&/g, (token, group?: string) =>
            group
              ? ((found[Number(group)] as string | undefined) ?? '')
              : token === '\\n'
                ? '\n'
                : token === '&'
                  ? (found[0] as string)
                  : '&',
          ),
        );
        if (edit.print && line !== before) out += `${line}\n`;
      }
    }
    if (kept && !quiet) out += `${line}\n`;
    if (last) break;
  }
  return out;
}

function applies(
  edit: Edit,
  matches: (address: Address) => boolean,
  open: Map<Edit, boolean>,
  line: number,
): boolean {
  if (edit.from === undefined) return true;
  if (edit.to === undefined) return matches(edit.from);
  if (!open.get(edit)) {
    if (!matches(edit.from)) return false;
    open.set(edit, !(typeof edit.to === 'number' && edit.to <= line));
    return true;
  }
  if (matches(edit.to)) open.set(edit, false);
  return true;
}
