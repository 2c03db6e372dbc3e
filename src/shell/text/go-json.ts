const ESCAPED = /[<>&\u2028\u2029]/g;

/** A value as Go's encoding/json writes it: sorted keys, `<`, `>` and `&` escaped. `indent` 0: on one line. */
export function goJson(value: unknown, indent = 4): string {
  return (
    JSON.stringify(sortKeys(value), null, indent)?.replace(
      ESCAPED,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ) ?? 'null'
  );
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, item]) => [key, sortKeys(item)]),
  );
}
