import type { KubernetesObject, ResourceInfo, WatchEvent } from '../../../engine/index.ts';
import { formatTable } from '../../text/table.ts';
import { findObjects } from './find-objects.ts';
import { JsonPathError, parseJsonPath, relaxedJsonPath } from './json-path.ts';
import { FLAG, type KubectlCommand, type KubectlContext } from './kubectl-command.ts';
import {
  type Found,
  formatProblem,
  isTableFormat,
  printObjects,
  type TableOptions,
  tableHeader,
  tableRow,
} from './print-objects.ts';

const ENDPOINTS_WARNING = 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice';

/** Models pkg/cmd/get (kubectl v1.36). */
export const getCommand: KubectlCommand = {
  name: 'get',
  usage: 'get TYPE[,TYPE…] [NAME…] [flags]',
  summary: 'Show one or many objects',
  arguments: ['resource', 'name'],
  flags: [
    FLAG.allNamespaces,
    FLAG.output,
    FLAG.selector,
    FLAG.fieldSelector,
    FLAG.filename,
    FLAG.recursive,
    { name: 'watch', short: 'w', help: 'Go on and show every change' },
    { name: 'watch-only', help: 'Show changes only' },
    { name: 'show-labels', help: 'Add a column with all labels' },
    { name: 'label-columns', short: 'L', value: 'LABELS', help: 'Add a column for each of these labels' },
    { name: 'no-headers', help: 'Without the header line' },
    { name: 'sort-by', value: 'PATH', help: 'Order by a field, given as a JSONPath' },
    { name: 'ignore-not-found', help: 'No error for objects that do not exist' },
    { name: 'show-kind', help: 'Put the type before every name' },
    { name: 'show-managed-fields', help: 'Keep managedFields in JSON and YAML' },
    {
      name: 'server-print',
      value: 'BOOL',
      type: 'bool',
      alone: 'true',
      help: 'Let the server make the table',
    },
    { name: 'chunk-size', value: 'N', type: 'int', help: 'Objects for each request' },
  ],
  examples: [
    'kubectl get pods -o wide',
    'kubectl get svc,endpointslices -n kube-system',
    'kubectl get pods -A -l app=hello',
    "kubectl get pod web -o jsonpath='{.status.podIP}'",
  ],
  async run(context) {
    const { flags } = context;
    const format = flags.text('output');
    if (context.args.length === 0 && flags.list('filename').length === 0) {
      context.err(
        `You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\nerror: Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples`,
      );
      return 1;
    }
    const problem = formatProblem(format);
    if (problem) return context.fail(problem);
    const result = await findObjects(context, {
      ignoreNotFound: flags.has('ignore-not-found'),
      typeMeansAll: true,
    });
    if (result.usage) {
      context.err(result.usage);
      return 1;
    }
    const sorted = sortBy(result.found, flags.text('sort-by'));
    if (!sorted.ok) return context.fail(sorted.message);
    if ([...result.types].some(({ name }) => name === 'endpoints')) context.warn([ENDPOINTS_WARNING]);

    const watching = flags.has('watch') || flags.has('watch-only');
    if (watching && result.types.length > 1)
      return context.fail('you may only specify a single resource type');
    if (isTableFormat(format)) printTables(context, sorted.found, result, watching);
    else {
      const printed = printObjects(context, sorted.found, format!, result.named);
      if (!printed.ok) return context.fail(printed.message);
      if (sorted.found.length > 0 || !result.named) context.out(printed.text);
    }
    for (const line of result.errors) context.err(line);
    if (result.errors.length > 0) return 1;
    return watching && result.types[0]
      ? watch(
          context,
          result.types[0],
          result.named ? sorted.found.map(({ object }) => object.metadata.name) : undefined,
        )
      : 0;
  },
};

function tableOptions(context: KubectlContext, withKind: boolean): TableOptions {
  const { flags } = context;
  return {
    wide: flags.text('output') === 'wide',
    withNamespace: context.allNamespaces,
    withKind,
    noHeaders: flags.has('no-headers'),
    showLabels: flags.has('show-labels'),
    labelColumns: flags.list('label-columns').flatMap((one) => one.split(',')),
  };
}

function printTables(
  context: KubectlContext,
  found: readonly Found[],
  result: {
    readonly severalTypes: boolean;
    readonly named: boolean;
    readonly errors: readonly string[];
    readonly types: readonly ResourceInfo[];
  },
  watching: boolean,
): void {
  if (context.flags.has('watch-only')) return;
  if (found.length === 0) {
    if (result.errors.length > 0 || context.flags.has('ignore-not-found') || watching) return;
    const namespaced = result.types.some((resource) => resource.namespaced) && !context.allNamespaces;
    context.err(namespaced ? `No resources found in ${context.namespace} namespace.` : 'No resources found');
    return;
  }
  const now = Date.parse(context.process.session.cluster.timestamp());
  const options = tableOptions(context, result.severalTypes || context.flags.has('show-kind'));
  const tables = groupByType(found).map((group) => {
    const rows = group.map((one) =>
      tableRow(one, { ...options, withNamespace: options.withNamespace && one.resource.namespaced }, now),
    );
    const header = tableHeader(group[0]!.resource, {
      ...options,
      withNamespace: options.withNamespace && group[0]!.resource.namespaced,
    });
    return formatTable(options.noHeaders ? rows : [header, ...rows]);
  });
  context.out(tables.join('\n'));
}

/** Tables follow one another wherever the type changes. */
function groupByType(found: readonly Found[]): readonly (readonly Found[])[] {
  const groups: Found[][] = [];
  for (const one of found) {
    const last = groups.at(-1);
    if (last?.[0]?.resource === one.resource) last.push(one);
    else groups.push([one]);
  }
  return groups;
}

function sortBy(
  found: readonly Found[],
  expression: string | undefined,
):
  | { readonly ok: true; readonly found: readonly Found[] }
  | { readonly ok: false; readonly message: string } {
  if (!expression) return { ok: true, found };
  try {
    const path = parseJsonPath(relaxedJsonPath(expression), { allowMissingKeys: true });
    const keyed = found.map((one) => ({ one, key: path.evaluate(one.object)[0]?.[0] }));
    if (found.length > 0 && keyed.every(({ key }) => key === undefined))
      return {
        ok: false,
        message: `couldn't find any field with path "${relaxedJsonPath(expression)}" in the list of objects`,
      };
    return { ok: true, found: keyed.sort((a, b) => compare(a.key, b.key)).map(({ one }) => one) };
  } catch (error) {
    if (error instanceof JsonPathError) return { ok: false, message: error.message };
    throw error;
  }
}

function compare(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}

/** How long a watch lets the cluster work between two looks, in virtual ms. */
const WATCH_STEP_MS = 1000;
/** A watch without an audience ends by itself. */
const WATCH_LIMIT_MS = 3_600_000;

/** Prints a line for every change until Ctrl-C, in virtual time. */
async function watch(
  context: KubectlContext,
  resource: ResourceInfo,
  names: readonly string[] | undefined,
): Promise<number> {
  const { process, flags } = context;
  const events: WatchEvent<KubernetesObject>[] = [];
  const known = new Map(
    context.api.list(resource.name).map((object) => [key(object), object.metadata.resourceVersion]),
  );
  const stop = context.api.watch(resource.name, (event) => void events.push(event));
  const selector = flags.text('selector');
  const field = flags.text('field-selector');
  const options = tableOptions(context, false);
  let widths: readonly number[] = [];
  try {
    for (let waited = 0; waited < WATCH_LIMIT_MS && !process.stdout.closed; waited += WATCH_STEP_MS) {
      await process.follow(WATCH_STEP_MS);
      for (const event of events.splice(0)) {
        const { object } = event;
        if (event.type === 'ADDED' && known.get(key(object)) === object.metadata.resourceVersion) continue;
        if (resource.namespaced && !context.allNamespaces && object.metadata.namespace !== context.namespace)
          continue;
        if (names && !names.includes(object.metadata.name)) continue;
        if (
          (selector || field) &&
          event.type !== 'DELETED' &&
          !context.api
            .list(resource.name, {
              ...(selector && { labelSelector: selector }),
              ...(field && { fieldSelector: field }),
            })
            .some((one) => key(one) === key(object))
        )
          continue;
        const found = { resource, object };
        const format = flags.text('output');
        if (!isTableFormat(format)) {
          const printed = printObjects(context, [found], format!, true);
          if (printed.ok) context.out(printed.text);
          continue;
        }
        const row = tableRow(found, options, Date.parse(process.session.cluster.timestamp()));
        const header = tableHeader(resource, options);
        widths = header.map((name, column) =>
          Math.max(widths[column] ?? 0, name.length + 3, (row[column]?.length ?? 0) + 3),
        );
        context.out(
          `${row.map((cell, column) => (column < row.length - 1 ? cell.padEnd(widths[column]!) : cell)).join('')}\n`,
        );
      }
    }
  } finally {
    stop();
  }
  return 0;
}

function key(object: KubernetesObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}
