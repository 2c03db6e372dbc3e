const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ...['true', 'True', 'TRUE', 'yes', 'Yes', 'YES', 'y', 'Y', 'on', 'On', 'ON'].map(
    (word) => [word, true] as const,
  ),
  ...['false', 'False', 'FALSE', 'no', 'No', 'NO', 'n', 'N', 'off', 'Off', 'OFF'].map(
    (word) => [word, false] as const,
  ),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map(
    (word) => [word, Number.POSITIVE_INFINITY] as const,
  ),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]([0-7]+)|0([0-7]*)|([1-9][0-9]*))$/;

/**
 * What a plain (unquoted) scalar means to Kubernetes: YAML 1.1 as gopkg.in/yaml.v2 resolves it (resolve.go), which
 * sigs.k8s.io/yaml uses. So `yes`, `on` and `n` are booleans, `0777` is 511, and `1:30` and dates stay strings.
 */
export function resolvePlainScalar(text: string): unknown {
  if (WORDS.has(text)) return WORDS.get(text);
  const first = text[0] ?? '';
  if (!/[-+.0-9]/.test(first)) return text;
  const plain = first === '.' ? text : text.replaceAll('_', '');
  const integer = INTEGER.exec(plain);
  if (integer && first !== '.') {
    const [, sign, hex, binary, octal, oldOctal, decimal] = integer;
    const value = hex
      ? Number.parseInt(hex, 16)
      : binary
        ? Number.parseInt(binary, 2)
        : octal || oldOctal
          ? Number.parseInt((octal || oldOctal)!, 8)
          : Number(decimal ?? 0);
    return sign === '-' && value !== 0 ? -value : value;
  }
  return FLOAT.test(plain) ? Number(plain) : text;
}

/** Whether a text, unquoted, would be read back as something else than itself. */
export function readsAsOtherType(text: string): boolean {
  return (
    resolvePlainScalar(text) !== text ||
    /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(text) ||
    isDate(text)
  );
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt ]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d*)?(?:Z| ?[-+]\d{1,2}(?::\d{2})?)?)?$/.test(
    text,
  );
}
