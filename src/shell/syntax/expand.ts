import { type ParameterExpansionPart, type ParsedScript, parse, type Word, type WordPart } from 'unbash';
import type { FileSystem } from '../process.ts';
import { evaluateArithmetic, type Variables } from './arithmetic.ts';
import { expandBraces } from './braces.ts';
import { globToRegExp } from './glob.ts';
import { ShellLimit } from './state.ts';

/** What a word may refer to while it is expanded. */
export interface Scope extends Variables {
  readonly files: FileSystem;
  /** `$1`, `$2`, … */
  readonly positional: readonly string[];
  array(name: string): readonly string[] | undefined;
  /** A variable that is not set was read: throws under `set -u`. */
  missing(name: string): void;
  /** `$?`, `$$`, `$#` … */
  special(name: string): string | undefined;
  /** `$(…)`: what the script printed, without its last line ends. */
  substitute(script: ParsedScript | undefined): Promise<string>;
  /** `<(…)`: the path of a file with what the script printed. */
  keep(script: ParsedScript | undefined): Promise<string>;
}

/** One command line of more words than this is not run: nobody's memory is endless. */
const MAX_FIELDS = 1_000_000;

/** A stretch of an expanded word. Unquoted ones are split at blanks and may hold wildcards. */
interface Piece {
  readonly text: string;
  readonly quoted: boolean;
  /** An unquoted `*`, `?` or `[…]` that was typed, not the result of an expansion. */
  readonly wild?: boolean;
  /** A field ends before this piece: `"$@"`. */
  readonly breakBefore?: boolean;
}

/** The fields that words become: braces, tildes, variables, `$(…)`, arithmetic, splitting, wildcards, quotes off. */
export async function expandWords(words: readonly Word[], scope: Scope): Promise<string[]> {
  const fields: string[] = [];
  for await (const field of expandLazily(words, scope)) {
    fields.push(field);
    if (fields.length > MAX_FIELDS) throw new ShellLimit({ id: 'shell.too-much-output', values: {} });
  }
  return fields;
}

/** The same fields one by one, for loops that may not need all of `{1..1000000}`. */
export async function* expandLazily(words: readonly Word[], scope: Scope): AsyncGenerator<string> {
  for (const word of words) {
    const braces = word.parts?.some(({ type }) => type === 'BraceExpansion') ?? false;
    if (!braces) yield* await fieldsOf(word, scope);
    else
      for (const text of expandBraces(word.text)) {
        // What braces give is mostly plain text already.
        if (/^[\w./:@%+,=-]+$/.test(text)) yield text;
        else {
          const command = parse(`: ${text}`).commands[0]?.command;
          const [inner] = command?.type === 'Command' ? command.args : [];
          if (inner?.type === 'Word') yield* await fieldsOf(inner, scope);
        }
      }
  }
}

async function fieldsOf(word: Word, scope: Scope): Promise<readonly string[]> {
  const pieces: readonly Piece[] = word.parts
    ? await piecesOf(word.parts, scope, word.text.startsWith('~'))
    : [
        {
          text: tilde(word, scope),
          quoted: true,
          wild: /[*?[]/.test(word.value) && !word.text.includes('\\'),
        },
      ];
  return split(pieces, scope.get('IFS')).flatMap((field) => matchFiles(field, scope));
}

/** A word as a shell pattern: what was quoted stands for itself. */
export async function expandPattern(word: Word, scope: Scope): Promise<string> {
  if (!word.parts) return word.text === word.value ? word.value : escapePattern(word.value);
  const pieces = await piecesOf(word.parts, scope, word.text.startsWith('~'));
  return pieces.map(({ text, quoted, wild }) => (wild || !quoted ? text : escapePattern(text))).join('');
}

function escapePattern(text: string): string {
  return text.replace(/[*?[\\]/g, '\\$&');
}

/** A word that always is one field: an assignment's value, a redirection's target, a here-document. */
export async function expandText(word: Word | undefined, scope: Scope): Promise<string> {
  if (!word) return '';
  if (!word.parts) return tilde(word, scope);
  return (await piecesOf(word.parts, scope, word.text.startsWith('~'))).map((piece) => piece.text).join('');
}

export async function expandParts(parts: readonly WordPart[], scope: Scope): Promise<string> {
  return (await piecesOf(parts, scope, false)).map((piece) => piece.text).join('');
}

function tilde(word: Word, scope: Scope): string {
  return /^~(\/|$)/.test(word.text) ? (scope.get('HOME') ?? '') + word.value.slice(1) : word.value;
}

async function piecesOf(parts: readonly WordPart[], scope: Scope, hasTilde: boolean): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for (const [at, part] of parts.entries()) {
    switch (part.type) {
      case 'Literal':
        pieces.push({
          text:
            at === 0 && hasTilde && /^~(\/|$)/.test(part.value)
              ? (scope.get('HOME') ?? '') + part.value.slice(1)
              : part.value,
          quoted: true,
        });
        break;
      case 'SingleQuoted':
      case 'AnsiCQuoted':
        pieces.push({ text: part.value, quoted: true });
        break;
      case 'DoubleQuoted':
      case 'LocaleString':
        pieces.push(...(await quotedPieces(part.parts, scope)));
        break;
      case 'Glob':
        pieces.push({ text: part.text, quoted: true, wild: true });
        break;
      case 'BraceExpansion':
      case 'ExtendedGlob':
        pieces.push({ text: part.text, quoted: true });
        break;
      case 'ProcessSubstitution':
        pieces.push({ text: await scope.keep(part.script), quoted: true });
        break;
      default:
        pieces.push(
          ...(await expansion(part, scope)).map((text, index) => ({
            text,
            quoted: false,
            breakBefore: index > 0,
          })),
        );
    }
  }
  return pieces;
}

async function quotedPieces(parts: readonly WordPart[], scope: Scope): Promise<Piece[]> {
  const pieces: Piece[] = [{ text: '', quoted: true }];
  for (const part of parts) {
    if (part.type === 'Literal') pieces.push({ text: part.value, quoted: true });
    else
      pieces.push(
        ...(await expansion(part, scope)).map((text, index) => ({
          text,
          quoted: true,
          breakBefore: index > 0,
        })),
      );
  }
  // `"$@"` without positional parameters is no field at all.
  if (
    parts.length === 1 &&
    parts[0]!.type === 'SimpleExpansion' &&
    parts[0]!.text === '$@' &&
    scope.positional.length === 0
  )
    return [];
  return pieces;
}

/** Almost always one text; `$@` gives one for each positional parameter. */
async function expansion(part: WordPart, scope: Scope): Promise<readonly string[]> {
  switch (part.type) {
    case 'SimpleExpansion': {
      const name = part.text.slice(1);
      if (name === '@') return scope.positional.length > 0 ? scope.positional : [''];
      return [name === '*' ? scope.positional.join(' ') : required(name, parameter(name, scope), scope)];
    }
    case 'ParameterExpansion':
      return parameterFields(part, scope);
    case 'CommandExpansion':
      return [await scope.substitute(part.script)];
    case 'ArithmeticExpansion':
      return [String(evaluateArithmetic(part.expression, scope))];
    default:
      return ['text' in part ? part.text : ''];
  }
}

function parameter(name: string, scope: Scope): string | undefined {
  if (/^\d+$/.test(name)) return name === '0' ? scope.special('0') : scope.positional[Number(name) - 1];
  return scope.special(name) ?? scope.get(name);
}

function required(name: string, value: string | undefined, scope: Scope): string {
  if (value === undefined) scope.missing(name);
  return value ?? '';
}

/** `${a[@]}` is a field for each item, as `${@}` is; all else is one. */
async function parameterFields(part: ParameterExpansionPart, scope: Scope): Promise<readonly string[]> {
  const all = part.parameter === '@' || part.parameter === '*';
  const index = part.index?.value;
  if (!all && index !== '@' && index !== '*') return [await parameterExpansion(part, scope)];
  const value = scope.get(part.parameter);
  const items = all
    ? scope.positional
    : (scope.array(part.parameter)?.filter((item) => item !== undefined) ??
      (value === undefined ? [] : [value]));
  if (part.prefix === '#') return [String(items.length)];
  if (part.prefix === '!') return Object.keys(scope.array(part.parameter) ?? items);
  if (part.operation?.type === 'Slice') {
    const from = Number(await expandText(part.operation.offset, scope)) || 0;
    const length = part.operation.length && Number(await expandText(part.operation.length, scope));
    // `${@:1}` counts from `$1`.
    const start = Math.max(0, from < 0 ? items.length + from : all ? from - 1 : from);
    return items.slice(start, length === undefined ? undefined : start + length);
  }
  const shown = await Promise.all(items.map((item) => operate(part, item, scope)));
  return index === '*' || part.parameter === '*' ? [shown.join(' ')] : shown.length > 0 ? shown : [''];
}

async function parameterExpansion(part: ParameterExpansionPart, scope: Scope): Promise<string> {
  const array = part.index && scope.array(part.parameter);
  const at = array && part.index ? Number(await expandText(part.index, scope)) || 0 : 0;
  const own = array ? array.at(at) : parameter(part.parameter, scope);
  // `${!name}`: the variable that this one names.
  return operate(part, part.prefix === '!' && own !== undefined ? parameter(own, scope) : own, scope);
}

async function operate(
  part: ParameterExpansionPart,
  value: string | undefined,
  scope: Scope,
): Promise<string> {
  const { operation } = part;
  if (part.prefix === '#' && !operation)
    return String(Array.from(required(part.parameter, value, scope)).length);
  if (!operation) return required(part.parameter, value, scope);
  switch (operation.type) {
    case 'Default': {
      const missing = value === undefined || (operation.operator.startsWith(':') && value === '');
      if (operation.operator.endsWith('+')) return missing ? '' : expandText(operation.operand, scope);
      if (!missing) return value;
      const fallback = await expandText(operation.operand, scope);
      if (operation.operator.endsWith('=')) scope.set(part.parameter, fallback);
      if (operation.operator.endsWith('?'))
        throw new ExpansionError(`${part.parameter}: ${fallback || 'parameter null or not set'}`);
      return fallback;
    }
    case 'Remove': {
      const pattern = await expandPattern(operation.operand, scope);
      const fromStart = operation.operator.startsWith('#');
      return removeMatch(value ?? '', pattern, fromStart, operation.operator.length === 2);
    }
    case 'Replace': {
      const pattern = globToRegExp(await expandPattern(operation.pattern, scope));
      const source = pattern.source.slice(1, -1);
      const anchored =
        operation.operator === '/#' ? `^${source}` : operation.operator === '/%' ? `${source}$` : source;
      const replacement = await expandText(operation.replacement, scope);
      return (value ?? '').replace(
        new RegExp(anchored, operation.operator === '//' ? 'g' : ''),
        () => replacement,
      );
    }
    case 'Slice': {
      const from = Number(await expandText(operation.offset, scope)) || 0;
      const length = operation.length && Number(await expandText(operation.length, scope));
      const start = from < 0 ? Math.max(0, (value ?? '').length + from) : from;
      return (value ?? '').slice(
        start,
        length === undefined ? undefined : length < 0 ? length : start + length,
      );
    }
    case 'CaseModification': {
      const change = (text: string) =>
        operation.operator.startsWith('^') ? text.toUpperCase() : text.toLowerCase();
      return operation.operator.length === 2
        ? change(value ?? '')
        : change((value ?? '').slice(0, 1)) + (value ?? '').slice(1);
    }
    default:
      throw new ExpansionError(`${part.text}: bad substitution`);
  }
}

export class ExpansionError extends Error {}

function removeMatch(value: string, pattern: string, fromStart: boolean, longest: boolean): string {
  const whole = globToRegExp(pattern);
  const lengths = Array.from({ length: value.length + 1 }, (_, index) => index);
  for (const length of longest ? lengths.reverse() : lengths) {
    const part = fromStart ? value.slice(0, length) : value.slice(value.length - length);
    if (whole.test(part)) return fromStart ? value.slice(length) : value.slice(0, value.length - length);
  }
  return value;
}

/** Cuts pieces into fields at the separators of their unquoted parts: blanks, or what `IFS` says. */
function split(pieces: readonly Piece[], ifs: string | undefined): readonly (readonly Piece[])[] {
  const blanks = (ifs ?? ' \t\n').replace(/\S/g, '');
  const others = (ifs ?? '').replace(/\s/g, '').replace(/[\\\]^-]/g, '\\$&');
  const separator = new RegExp(
    ifs === ''
      ? '(?!)'
      : others === ''
        ? `[${blanks}]+`
        : `[${blanks}]*[${others}][${blanks}]*${blanks && `|[${blanks}]+`}`,
  );
  const fields: Piece[][] = [];
  let current: Piece[] | undefined;
  const close = () => {
    if (current) fields.push(current);
    current = undefined;
  };
  for (const piece of pieces) {
    if (piece.breakBefore) close();
    if (piece.quoted) {
      current = [...(current ?? []), piece];
      continue;
    }
    piece.text.split(separator).forEach((text, index, all) => {
      if (index > 0) close();
      // Between two separators that are no blanks there is an empty field.
      if (text === '' && others !== '' && index < all.length - 1) current = [...(current ?? [])];
      if (text !== '') current = [...(current ?? []), { text, quoted: false, wild: /[*?[]/.test(text) }];
    });
  }
  close();
  return fields;
}

/** A field with wildcards becomes the names that match, or stays as it is when none does. */
function matchFiles(field: readonly Piece[], scope: Scope): readonly string[] {
  const text = field.map((piece) => piece.text).join('');
  if (!field.some((piece) => piece.wild)) return [text];
  const slash = text.lastIndexOf('/');
  const folder = slash === -1 ? '.' : text.slice(0, slash) || '/';
  const pattern = field
    .map((piece) => (piece.wild ? piece.text : piece.text.replace(/[*?[\\]/g, '\\$&')))
    .join('')
    .slice(slash + 1);
  const names = (scope.files.list(folder) ?? []).filter(
    (name) => globToRegExp(pattern).test(name) && (pattern.startsWith('.') || !name.startsWith('.')),
  );
  return names.length === 0 ? [text] : [...names].sort().map((name) => text.slice(0, slash + 1) + name);
}
