import type { ScalarName } from '../../api/index.ts';
import { formatQuantity, formatTimestamp, parseQuantity, parseTimestamp } from '../../apimachinery/index.ts';

/**
 * What came of one plain value. `mismatch`: Go's decoder says which kind of JSON value did not fit, with the field and
 * its type. `complaint`: the type's own decoder said something, and that is all that one gets to read.
 */
export type ScalarResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly mismatch: string; readonly goType?: string }
  | { readonly ok: false; readonly complaint: string };

const INT32 = 2 ** 31;
const RFC3339 = '2006-01-02T15:04:05Z07:00';
const RFC3339_MICRO = '2006-01-02T15:04:05.000000Z07:00';

export function decodeScalar(name: ScalarName, value: unknown): ScalarResult {
  switch (name) {
    case 'string':
      return typeof value === 'string' ? good(value) : mismatch(jsonKind(value));
    case 'bool':
      return typeof value === 'boolean' ? good(value) : mismatch(jsonKind(value));
    case 'int32':
      return decodeInteger(value, INT32);
    case 'int64':
      return decodeInteger(value, 2 ** 63);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? good(value) : mismatch(jsonKind(value));
    case 'bytes':
      return decodeBytes(value);
    case 'intOrString':
      return decodeIntOrString(value);
    case 'quantity':
      return decodeQuantity(value);
    case 'time':
      return decodeTime(value, RFC3339);
    case 'microTime':
      return decodeTime(value, RFC3339_MICRO);
    case 'any':
      return good(value);
  }
}

/** The kind of a JSON value as Go's decoder names it. */
export function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number' || typeof value === 'bigint') return 'number';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'object';
}

function decodeInteger(value: unknown, limit: number): ScalarResult {
  if (typeof value !== 'number') return mismatch(jsonKind(value));
  if (!Number.isInteger(value) || value < -limit || value >= limit) return mismatch(`number ${value}`);
  return good(value === 0 ? 0 : value);
}

function decodeIntOrString(value: unknown): ScalarResult {
  if (typeof value === 'string') return good(value);
  const number = decodeInteger(value, INT32);
  if (number.ok) return number;
  return mismatch('mismatch' in number ? number.mismatch : 'object', 'int32');
}

/** Kept in canonical form, as the server gives it back: `1024Mi` is `1Gi`. */
function decodeQuantity(value: unknown): ScalarResult {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const parsed = parseQuantity(text);
  return parsed.ok ? good(formatQuantity(parsed.quantity)) : complain(parsed.message);
}

/** Kept in UTC, to the second or, for `microTime`, to the microsecond, which its text must have. */
function decodeTime(value: unknown, layout: typeof RFC3339 | typeof RFC3339_MICRO): ScalarResult {
  if (typeof value !== 'string') return mismatch(jsonKind(value), 'string');
  const time = parseTimestamp(value);
  const fraction = /:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(value);
  const micro = layout === RFC3339_MICRO;
  if (time !== undefined && micro && fraction?.[1]?.length !== 7) {
    const rest = JSON.stringify(`${fraction?.[1] ?? ''}${fraction?.[2] ?? ''}`);
    return complain(
      `parsing time ${JSON.stringify(value)} as "${layout}": cannot parse ${rest} as ".000000"`,
    );
  }
  if (time !== undefined)
    return good(micro ? `${formatTimestamp(time).slice(0, -1)}${fraction?.[1]}Z` : formatTimestamp(time));
  return complain(
    `parsing time ${JSON.stringify(value)} as "${layout}": cannot parse ${JSON.stringify(value)} as "2006"`,
  );
}

function decodeBytes(value: unknown): ScalarResult {
  if (typeof value !== 'string') return mismatch(jsonKind(value));
  const text = value.replace(/[\r\n]/g, '');
  const wrong = /[^A-Za-z0-9+/]/.exec(text.replace(/={1,2}$/, ''));
  if (wrong) return complain(`illegal base64 data at input byte ${wrong.index}`);
  return text.length % 4 === 0
    ? good(value)
    : complain(`illegal base64 data at input byte ${text.length - (text.length % 4)}`);
}

function good(value: unknown): ScalarResult {
  return { ok: true, value };
}

/** `goType`: what the type's own decoder wanted, where that is not the type. */
function mismatch(kind: string, goType?: string): ScalarResult {
  return { ok: false, mismatch: kind, ...(goType ? { goType } : {}) };
}

function complain(complaint: string): ScalarResult {
  return { ok: false, complaint };
}
