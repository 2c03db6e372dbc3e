/**
 * Builds field errors worded as k8s.io/apimachinery/pkg/util/validation/field does (v1.34 and later: lists and
 * structures in a message are JSON). A path is plain text: `spec.ports[0].port`.
 */
import type { FieldError } from './status.ts';

export function child(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

export function index(path: string, position: number): string {
  return `${path}[${position}]`;
}

export function key(path: string, name: string): string {
  return `${path}[${name}]`;
}

export function required(field: string, detail = ''): FieldError {
  return { reason: 'FieldValueRequired', field, message: `Required value${suffix(detail)}` };
}

export function invalid(field: string, value: unknown, detail = ''): FieldError {
  return { reason: 'FieldValueInvalid', field, message: `Invalid value: ${goValue(value)}${suffix(detail)}` };
}

export function typeInvalid(field: string, value: unknown, detail = ''): FieldError {
  return {
    reason: 'FieldValueTypeInvalid',
    field,
    message: `Invalid value: ${goValue(value)}${suffix(detail)}`,
  };
}

export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const detail = supported.length > 0 ? `supported values: ${supported.map(goQuote).join(', ')}` : '';
  return {
    reason: 'FieldValueNotSupported',
    field,
    message: `Unsupported value: ${goValue(value)}${suffix(detail)}`,
  };
}

export function forbidden(field: string, detail: string): FieldError {
  return { reason: 'FieldValueForbidden', field, message: `Forbidden${suffix(detail)}` };
}

export function duplicate(field: string, value: unknown): FieldError {
  return { reason: 'FieldValueDuplicate', field, message: `Duplicate value: ${goValue(value)}` };
}

export function notFound(field: string, value: unknown): FieldError {
  return { reason: 'FieldValueNotFound', field, message: `Not found: ${goValue(value)}` };
}

export function tooLong(field: string, limit: number): FieldError {
  const detail =
    limit < 0 ? 'value is too long' : `may not be more than ${limit} ${limit === 1 ? 'byte' : 'bytes'}`;
  return { reason: 'FieldValueTooLong', field, message: `Too long: ${detail}` };
}

export function tooMany(field: string, actual: number, limit: number): FieldError {
  return {
    reason: 'FieldValueTooMany',
    field,
    message: `Too many: ${actual}: must have at most ${limit} ${limit === 1 ? 'item' : 'items'}`,
  };
}

export function internalError(field: string, detail: string): FieldError {
  return { reason: 'InternalError', field, message: `Internal error: ${detail}` };
}

/** The same complaint for every message of a name rule. */
export function invalidEach(field: string, value: unknown, complaints: readonly string[]): FieldError[] {
  return complaints.map((complaint) => invalid(field, value, complaint));
}

/** A string as Go's %q writes it. */
export function goQuote(text: string): string {
  let quoted = '"';
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (character === '"' || character === '\\') quoted += `\\${character}`;
    else if (ESCAPES.has(code)) quoted += ESCAPES.get(code)!;
    else if (code < 0x20 || code === 0x7f) quoted += `\\x${code.toString(16).padStart(2, '0')}`;
    else if (
      (code >= 0x80 && code < 0xa0) ||
      code === 0xad ||
      code === 0xfeff ||
      code === 0x2028 ||
      code === 0x2029
    )
      quoted += `\\u${code.toString(16).padStart(4, '0')}`;
    else quoted += code >= 0xd800 && code <= 0xdfff ? '\ufffd' : character;
  }
  return `${quoted}"`;
}

/** A value as Go's encoding/json writes it: HTML characters escaped, keys in the order given. */
export function goJson(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Go maps marshal with their keys sorted; structures keep the order of their fields. */
export function sortedMap<T>(map: Readonly<Record<string, T>> | undefined): Record<string, T> | null {
  if (map === undefined) return null;
  return Object.fromEntries(
    Object.keys(map)
      .sort()
      .map((name) => [name, map[name]!]),
  );
}

function goValue(value: unknown): string {
  if (typeof value === 'string') return goQuote(value);
  return goJson(value ?? null);
}

function suffix(detail: string): string {
  return detail === '' ? '' : `: ${detail}`;
}

const ESCAPES: ReadonlyMap<number, string> = new Map([
  [7, '\\a'],
  [8, '\\b'],
  [9, '\\t'],
  [10, '\\n'],
  [11, '\\v'],
  [12, '\\f'],
  [13, '\\r'],
]);
