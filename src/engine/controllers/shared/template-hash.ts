import type { PodTemplateSpec } from '../../api/index.ts';
import { fnv32a, safeEncodeString } from '../../apimachinery/index.ts';

/**
 * A template's hash as it stands in names and labels: 32 bits in decimal, each digit a letter or digit that cannot
 * spell a word (controller.ComputeHash). The value itself differs from a real cluster's, which hashes Go's own dump of
 * the struct and so changes from release to release.
 */
export function podTemplateHash(template: PodTemplateSpec, collisionCount: number | undefined): string {
  const text = stableJson(template) + (collisionCount === undefined ? '' : String(collisionCount));
  return safeEncodeString(String(fnv32a(text)));
}

/** JSON with the keys of every object in order, so that equal values have equal text. */
function stableJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
