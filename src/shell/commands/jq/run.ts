import { parseFlags } from '../../flags.ts';
import type { Process } from '../../process.ts';
import { inputTexts } from '../files.ts';
import { evaluate, unknownName } from './evaluate.ts';
import { FLAGS } from './flags.ts';
import { parseProgram } from './parse.ts';
import { type Filter, type Json, Problem, SyntaxProblem } from './syntax-tree.ts';
import { isTrue, printJson } from './values.ts';

/** Runs `jq PROGRAM [FILE…]`; returns jq's own exit status. */
export async function runJq(process: Process): Promise<number> {
  const { args, variables } = named(process.args);
  const parsed = parseFlags(args, FLAGS);
  if (!parsed.ok) {
    process.stderr.write(
      `jq: Unknown option: ${parsed.error.word}\nUse jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://jqlang.github.io/jq\n`,
    );
    return 2;
  }
  const { flags } = parsed;
  const [text, ...files] = flags.rest;
  if (text === undefined) {
    process.stderr.write(
      'Usage:\tjq [OPTIONS] FILTER [FILES...]\n\tjq [OPTIONS] --args FILTER [ARGUMENTS...]\n\tjq [OPTIONS] --jsonargs FILTER [JSON_VALUES...]\n',
    );
    return 2;
  }
  variables.set('ENV', { ...process.env });
  const program = compile(process, text, new Set(variables.keys()));
  if (!program) return 3;
  const { texts, failed } = flags.has('null-input')
    ? { texts: [], failed: false }
    : await inputTexts(process, files);
  const inputs = flags.has('null-input')
    ? { values: [null as Json], problem: undefined }
    : read(texts.map((each) => each.text).join(''), flags.has('raw-input'));
  const values = flags.has('slurp') ? [inputs.values] : inputs.values;
  const raw = flags.has('raw-output') || flags.has('join-output');
  const indent = flags.has('compact-output') ? 0 : flags.has('tab') ? '\t' : (flags.number('indent') ?? 2);
  let status = failed ? 2 : 0;
  let last: Json | undefined;
  for (const input of values) {
    try {
      for (const value of evaluate(program, input, variables)) {
        last = value;
        const line =
          raw && typeof value === 'string'
            ? value
            : printJson(value, { indent, sorted: flags.has('sort-keys') });
        process.stdout.write(flags.has('join-output') ? line : `${line}\n`);
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      process.stderr.write(
        `jq: error (at ${files[0] ?? '<stdin>'}:${texts.map((each) => each.text.split('\n').length - 1).reduce((a, b) => a + b, 0)}): ${error.message}\n`,
      );
      status = 5;
    }
    await process.pause();
  }
  if (inputs.problem !== undefined) {
    process.stderr.write(
      `jq: error (at ${files[0] ?? '<stdin>'}:0): ${inputs.problem}\n`.replace(
        /^jq: error \(at .*?\): parse/,
        'jq: parse',
      ),
    );
    return 2;
  }
  if (status === 0 && flags.has('exit-status')) return last === undefined ? 4 : isTrue(last) ? 0 : 1;
  return status;
}

/** `--arg NAME VALUE` and `--argjson NAME JSON`, taken out of the command line. */
function named(words: readonly string[]): {
  readonly args: readonly string[];
  readonly variables: Map<string, Json>;
} {
  const args: string[] = [];
  const variables = new Map<string, Json>();
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === '--arg') variables.set(words[++at] ?? '', words[++at] ?? '');
    else if (word === '--argjson')
      variables.set(words[++at] ?? '', JSON.parse(words[++at] ?? 'null') as Json);
    else args.push(word);
  }
  return { args, variables };
}

function compile(process: Process, text: string, variables: ReadonlySet<string>): Filter | undefined {
  const complain = (message: string, at: number) => {
    // jq marks the place by blanks behind the line.
    process.stderr.write(
      `jq: error: ${message} at <top-level>, line 1:\n${text}${' '.repeat(at)}\njq: 1 compile error\n`,
    );
    return undefined;
  };
  try {
    const program = parseProgram(text);
    const unknown = unknownName(program, variables);
    return unknown === undefined
      ? program
      : complain(`${unknown} is not defined`, text.indexOf(unknown.replace(/\/\d+$/, '')));
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return complain(`${error.message} (Unix shell quoting issues?)`, error.at);
  }
}

/** The JSON values of a text, which may stand one after the other. */
function read(
  text: string,
  lines: boolean,
): { readonly values: readonly Json[]; readonly problem: string | undefined } {
  if (lines) return { values: text.replace(/\n$/, '').split('\n'), problem: undefined };
  const values: Json[] = [];
  for (const part of documents(text)) {
    try {
      values.push(JSON.parse(part) as Json);
    } catch {
      const at = text.indexOf(part);
      const line = text.slice(0, at + part.length).split('\n').length;
      return {
        values,
        problem: `parse error: Invalid ${/^["[{\d-]/.test(part.trim()) ? 'literal' : 'numeric literal'} at line ${line}, column ${part.length}`,
      };
    }
  }
  return { values, problem: undefined };
}

/** Cuts where a value ends: after its last bracket, quote or letter. */
function documents(text: string): readonly string[] {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  try {
    JSON.parse(trimmed);
    return [trimmed];
  } catch {
    // Several values, or none that is right.
  }
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let at = 0; at < trimmed.length; at++) {
    const letter = trimmed[at]!;
    if (quoted) {
      if (letter === '\\') at++;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === '[' || letter === '{') depth++;
    else if (letter === ']' || letter === '}') depth--;
    const ends =
      depth === 0 &&
      !quoted &&
      (/[\]}"]/.test(letter) || at === trimmed.length - 1 || /\s/.test(trimmed[at + 1]!));
    if (ends && trimmed.slice(start, at + 1).trim() !== '') {
      parts.push(trimmed.slice(start, at + 1).trim());
      start = at + 1;
    }
  }
  if (trimmed.slice(start).trim() !== '') parts.push(trimmed.slice(start).trim());
  return parts;
}
