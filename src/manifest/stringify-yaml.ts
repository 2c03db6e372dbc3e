import { compareKeys } from './natural-order.ts';
import { writeScalar } from './write-scalar.ts';

/** Longer keys are written with a `?` of their own (yaml_emitter_check_simple_key). */
const MAX_SIMPLE_KEY = 128;

/**
 * An object as `kubectl -o yaml` prints it: sigs.k8s.io/yaml on gopkg.in/yaml.v2, keys in natural order, lists at the
 * indentation of their key, lines folded at 80 columns, text that would read as another type in double quotes.
 */
export function stringifyYaml(value: unknown): string {
  const lines: string[] = [];
  writeNode(value, '', 0, lines, false);
  return `${lines.join('\n')}\n`;
}

/** Appends a node whose first line begins with `lead` (`key: `, `- `). `indent` is that of the enclosing collection. */
function writeNode(value: unknown, lead: string, indent: number, lines: string[], inList: boolean): void {
  if (Array.isArray(value)) {
    if (value.length === 0) lines.push(`${lead}[]`);
    else writeList(value, lead, indent, lines, inList);
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    if (entries.length === 0) lines.push(`${lead}{}`);
    else writeMap(entries, lead, indent, lines, inList);
  } else {
    lines.push(...writeScalarNode(value, lead, indent));
  }
}

function writeList(
  items: readonly unknown[],
  lead: string,
  indent: number,
  lines: string[],
  inList: boolean,
): void {
  // A list inside a list starts on the same line; one under a key starts on the next, no deeper than the key.
  const column = inList ? indent + 2 : indent;
  let first = lead.trimEnd() === '' || inList ? lead : undefined;
  if (first === undefined) lines.push(lead.trimEnd());
  for (const item of items) {
    writeNode(item, `${first ?? ' '.repeat(column)}- `, column, lines, true);
    first = undefined;
  }
}

function writeMap(
  entries: readonly (readonly [string, unknown])[],
  lead: string,
  indent: number,
  lines: string[],
  inList: boolean,
): void {
  const root = lead === '';
  const column = root ? 0 : indent + 2;
  if (!root && !inList) lines.push(lead.trimEnd());
  let first = inList ? lead : undefined;
  for (const [key, value] of [...entries].sort(([a], [b]) => compareKeys(a, b))) {
    const start = first ?? ' '.repeat(column);
    const written = writeScalar(key, { column: 0, indent: column, simpleKey: true }).join('\n');
    if (key.length > MAX_SIMPLE_KEY) {
      lines.push(`${start}? ${written}`);
      writeNode(value, `${' '.repeat(column)}: `, column, lines, false);
    } else {
      writeNode(value, `${start}${written}: `, column, lines, false);
    }
    first = undefined;
  }
}

function writeScalarNode(value: unknown, lead: string, indent: number): readonly string[] {
  if (typeof value === 'string') {
    const continued = lead === '' ? 0 : indent + 2;
    const [first, ...rest] = writeScalar(value, {
      column: Array.from(lead).length,
      indent: continued,
      simpleKey: false,
    });
    return [`${lead}${first}`, ...rest];
  }
  if (typeof value === 'number') return [`${lead}${numberText(value)}`];
  return [`${lead}${value === null || value === undefined ? 'null' : String(value)}`];
}

/** Go's strconv: whole numbers plain, others with an exponent below 1e-4 and from 1e+06 on. */
function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e20) return String(value);
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e6) return String(value);
  return value.toExponential().replace(/e([-+])(\d)$/, 'e$10$2');
}
