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

/** What Go's encoding/json says of a text that is no JSON; undefined: it is. */
export function goJsonError(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const at = Number(/position (\d+)/.exec(String(error))?.[1] ?? Number.NaN);
    const character = text[at];
    if (character === undefined) return 'unexpected end of JSON input';
    const before = text.slice(0, at).trimEnd().at(-1) ?? '';
    const where =
      before === '{'
        ? 'looking for beginning of object key string'
        : /[,:[]/.test(before)
          ? 'looking for beginning of value'
          : 'after object key:value pair';
    return `invalid character '${character}' ${where}`;
  }
}
