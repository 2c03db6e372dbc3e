import type { KubernetesObject, ResourceInfo } from '../../../engine/index.ts';
import { goJson } from '../../text/go-json.ts';
import { formatTable } from '../../text/table.ts';
import { JsonPathError, parseJsonPath, relaxedJsonPath } from './json-path.ts';
import type { KubectlContext } from './kubectl-command.ts';
import { columnsOf, rowOf } from './printers/index.ts';
import { labelsText } from './printers/shared.ts';
import { printedName } from './resource-arguments.ts';

export interface Found {
  readonly resource: ResourceInfo;
  readonly object: KubernetesObject;
}

export type PrintResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string };

const FORMATS =
  'custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml';

/** Whether `-o FORMAT` prints the table, which the API server makes, or the objects themselves. */
export function isTableFormat(format: string | undefined): boolean {
  return format === undefined || format === '' || format === 'wide';
}

/** Why kubectl would not know a format; undefined: it does. */
export function formatProblem(format: string | undefined): string | undefined {
  if (isTableFormat(format) || /^(?:json|yaml|name)$/.test(format!)) return undefined;
  if (/^(?:jsonpath|jsonpath-as-json|custom-columns)(?:=|$)/.test(format!)) {
    if (format!.includes('=') && !format!.endsWith('=')) return undefined;
    return format!.startsWith('custom')
      ? 'custom-columns format specified but no custom columns given'
      : 'template format specified but no template given';
  }
  if (
    /^(?:go-template|template|jsonpath-file|custom-columns-file|go-template-file|templatefile|kyaml)(?:=|$)/.test(
      format!,
    )
  )
    return `the output format "${format!.split('=')[0]}" is not simulated here; use jsonpath or custom-columns`;
  return `unable to match a printer suitable for the output format "${format}", allowed formats are: ${FORMATS}`;
}

/** Objects as `-o json|yaml|name|jsonpath=…|custom-columns=…` prints them. One that was asked for by name stands alone; several make a List. */
export function printObjects(
  context: KubectlContext,
  found: readonly Found[],
  format: string,
  alone: boolean,
): PrintResult {
  const whole = () =>
    alone && found.length === 1
      ? found[0]!.object
      : {
          apiVersion: 'v1',
          items: found.map(({ object }) => object),
          kind: 'List',
          metadata: { resourceVersion: '' },
        };
  const [kind, ...rest] = format.split('=');
  const expression = rest.join('=');
  try {
    switch (kind) {
      case 'json':
        return { ok: true, text: `${goJson(whole())}\n` };
      case 'yaml':
        return { ok: true, text: context.process.session.host.stringifyYaml(whole()) };
      case 'name':
        return {
          ok: true,
          text: found
            .map(({ resource, object }) => `${printedName(resource, object.metadata.name)}\n`)
            .join(''),
        };
      case 'jsonpath':
        return { ok: true, text: parseJsonPath(expression, { allowMissingKeys: true }).format(whole()) };
      case 'jsonpath-as-json':
        return {
          ok: true,
          text: `${goJson(parseJsonPath(expression, { allowMissingKeys: true }).evaluate(whole()).flat())}\n`,
        };
      default:
        return customColumns(expression, found);
    }
  } catch (error) {
    if (error instanceof JsonPathError)
      return { ok: false, message: `error parsing jsonpath ${expression}, ${error.message}` };
    throw error;
  }
}

function customColumns(spec: string, found: readonly Found[]): PrintResult {
  const columns = spec.split(',').map((part) => {
    const colon = part.indexOf(':');
    return colon === -1 ? undefined : { header: part.slice(0, colon), path: part.slice(colon + 1) };
  });
  const bad = columns.indexOf(undefined);
  if (bad !== -1)
    return {
      ok: false,
      message: `unexpected custom-columns spec: ${spec.split(',')[bad]}, expected <header>:<json-path-expr>`,
    };
  const paths = columns.map((column) =>
    parseJsonPath(relaxedJsonPath(column!.path), { allowMissingKeys: true }),
  );
  const rows = found.map(({ object }) =>
    paths.map((path) => {
      const values = path.evaluate(object)[0] ?? [];
      return values.length === 0
        ? '<none>'
        : values
            .map((value) =>
              value === null || value === undefined
                ? '<none>'
                : typeof value === 'object'
                  ? goMap(value)
                  : String(value),
            )
            .join(',');
    }),
  );
  return { ok: true, text: formatTable([columns.map((column) => column!.header), ...rows]) };
}

/** A map or a list as Go's %v prints it. */
function goMap(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goMap).join(' ')}]`;
  if (typeof value !== 'object' || value === null) return value === null ? '<nil>' : String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, item]) => `${key}:${goMap(item)}`).join(' ')}]`;
}

export interface TableOptions {
  readonly wide: boolean;
  readonly withNamespace: boolean;
  readonly withKind: boolean;
  readonly noHeaders: boolean;
  readonly showLabels: boolean;
  readonly labelColumns: readonly string[];
}

/** The header of one kind's table. */
export function tableHeader(resource: ResourceInfo, options: TableOptions): readonly string[] {
  return [
    ...(options.withNamespace ? ['NAMESPACE'] : []),
    ...columnsOf(resource, options.wide).map(({ name }) => name),
    ...options.labelColumns.map((label) => (label.split('/').at(-1) ?? label).toUpperCase()),
    ...(options.showLabels ? ['LABELS'] : []),
  ];
}

/** One object's line of its kind's table. */
export function tableRow({ resource, object }: Found, options: TableOptions, now: number): readonly string[] {
  const cells = rowOf(columnsOf(resource, options.wide), object, { now, wide: options.wide });
  // The first column is the name, except for events, where nothing is prefixed.
  const named =
    options.withKind && resource.name !== 'events'
      ? [printedName(resource, cells[0] ?? ''), ...cells.slice(1)]
      : cells;
  const { namespace, labels = {} } = object.metadata;
  return [
    ...(options.withNamespace ? [namespace ?? ''] : []),
    ...named.map(escapeCell),
    ...options.labelColumns.map((label) => labels[label] ?? ''),
    ...(options.showLabels ? [labelsText(labels)] : []),
  ];
}

/** A cell ends at its first line break; the terminal's control characters are shown, not obeyed (tableprinter.go, printRows). */
function escapeCell(text: string): string {
  const line = text.split(/[\n\f\r]/, 1)[0]!;
  return line.length < text.length ? `${line}...` : line;
}
