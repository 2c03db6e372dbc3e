import type { KubernetesObject, ResourceInfo } from '../../../engine/index.ts';
import { goJson } from '../../text/go-json.ts';
import { formatTable } from '../../text/table.ts';
import {
  goSyntax,
  goText,
  type JsonPath,
  JsonPathError,
  parseJsonPath,
  relaxedJsonPath,
} from './json-path.ts';
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
        return filledIn(context, expression, whole(), (path, root) => path.format(root));
      case 'jsonpath-as-json':
        return filledIn(context, expression, whole(), (path, root) =>
          path
            .evaluate(root)
            .map((values) => `${goJson(values)}\n`)
            .join(''),
        );
      default:
        return customColumns(expression, found, context.flags.has('no-headers'));
    }
  } catch (error) {
    if (error instanceof JsonPathError)
      return { ok: false, message: `error parsing jsonpath ${expression}, ${error.message}` };
    throw error;
  }
}

function filledIn(
  { flags }: KubectlContext,
  template: string,
  root: unknown,
  fill: (path: JsonPath, root: unknown) => string,
): PrintResult {
  const allowMissingKeys = flags.text('allow-missing-template-keys') !== 'false';
  const path = parseJsonPath(template, { allowMissingKeys });
  try {
    return { ok: true, text: fill(path, root) };
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    return {
      ok: false,
      message: `error executing jsonpath ${JSON.stringify(template)}: Error executing template: ${error.message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(root)}\n\n`,
    };
  }
}

function customColumns(spec: string, found: readonly Found[], noHeaders: boolean): PrintResult {
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
        : values.map((value) => (value === null || value === undefined ? '<none>' : goText(value))).join(',');
    }),
  );
  const header = columns.map((column) => column!.header);
  return { ok: true, text: formatTable(noHeaders ? rows : [header, ...rows]) };
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

/** Makes one object's line of its kind's table. */
export function rowMaker(
  resource: ResourceInfo,
  options: TableOptions,
  now: number,
): (object: KubernetesObject) => readonly string[] {
  const columns = columnsOf(resource, options.wide);
  const printing = { now, wide: options.wide };
  // The first column is the name, except for events, where nothing is prefixed.
  const prefixed = options.withKind && resource.name !== 'events';
  return (object) => {
    const cells = rowOf(columns, object, printing).map(escapeCell);
    if (prefixed) cells[0] = printedName(resource, cells[0] ?? '');
    const { namespace, labels = {} } = object.metadata;
    if (options.withNamespace) cells.unshift(namespace ?? '');
    for (const label of options.labelColumns) cells.push(labels[label] ?? '');
    if (options.showLabels) cells.push(labelsText(labels));
    return cells;
  };
}

/** A cell ends at its first line break; the terminal's control characters are shown, not obeyed (tableprinter.go, printRows). */
function escapeCell(text: string): string {
  const line = text.split(/[\n\f\r]/, 1)[0]!;
  return line.length < text.length ? `${line}...` : line;
}
