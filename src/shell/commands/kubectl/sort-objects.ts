import { parseQuantity } from '../../../engine/index.ts';
import { JsonPathError, parseJsonPath, relaxedJsonPath } from './json-path.ts';
import type { Found } from './print-objects.ts';

export type Sorted =
  | { readonly ok: true; readonly found: readonly Found[] }
  | { readonly ok: false; readonly message: string };

/** `--sort-by`: objects in the order of a field (pkg/cmd/get/sorter.go, kubectl v1.36). */
export function sortObjects(
  found: readonly Found[],
  expression: string | undefined,
  isTable: boolean,
): Sorted {
  if (!expression) return { ok: true, found };
  try {
    const relaxed = relaxedJsonPath(expression);
    const path = parseJsonPath(relaxed, { allowMissingKeys: true });
    const keyed = found.map((one) => ({ one, key: path.evaluate(one.object)[0]?.[0] }));
    if (!isTable && found.length > 0 && keyed.every(({ key }) => key === undefined))
      return {
        ok: false,
        message: `couldn't find any field with path "${relaxed}" in the list of objects`,
      };
    return { ok: true, found: keyed.sort((a, b) => compareValues(a.key, b.key)).map(({ one }) => one) };
  } catch (error) {
    if (error instanceof JsonPathError || error instanceof UnsortableError)
      return { ok: false, message: error.message };
    throw error;
  }
}

class UnsortableError extends Error {}

/** What is missing comes first; numbers by value, quantities by size, other texts as people count (`a2` before `a10`). */
function compareValues(a: unknown, b: unknown): number {
  if (isMissing(a) || isMissing(b)) return Number(isMissing(b)) - Number(isMissing(a));
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (typeof a === 'string' && typeof b === 'string') {
    const [left, right] = [parseQuantity(a), parseQuantity(b)];
    if (left.ok && right.ok) {
      const difference = left.quantity.nanos - right.quantity.nanos;
      return difference < 0n ? -1 : difference > 0n ? 1 : 0;
    }
    return compareNaturally(a, b);
  }
  throw new UnsortableError(
    `unsortable interface: ${Array.isArray(a) ? 'slice' : typeof a === 'object' ? 'map' : typeof a}`,
  );
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}

/** Runs of digits by their value, all else by its letters (fvbommel/sortorder NaturalLess). */
function compareNaturally(a: string, b: string): number {
  const parts = (text: string) => text.match(/\d+|\D+/g) ?? [];
  const [left, right] = [parts(a), parts(b)];
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    const numbers = /^\d/.test(part) && /^\d/.test(other);
    const [x, y] = [part.replace(/^0+(?=\d)/, ''), other.replace(/^0+(?=\d)/, '')];
    if (numbers && x !== y) return x.length === y.length ? (x < y ? -1 : 1) : x.length - y.length;
    return numbers ? part.length - other.length : part < other ? -1 : 1;
  }
  return left.length - right.length;
}
