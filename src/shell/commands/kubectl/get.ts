import type { ResourceInfo } from '../../../engine/index.ts';
import { findObjects } from './find-objects.ts';
import { FLAG, type KubectlCommand, type KubectlContext } from './kubectl-command.ts';
import { isLongList, printLongList } from './print-list.ts';
import {
  type Found,
  formatProblem,
  isTableFormat,
  printObjects,
  rowMaker,
  type TableOptions,
  tableHeader,
} from './print-objects.ts';
import { sortObjects } from './sort-objects.ts';
import { createTableWriter, mapInChunks, type TableWriter } from './table-writer.ts';
import { watchObjects } from './watch-objects.ts';

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
    { name: 'output-watch-events', help: 'With -w: what happened, in a column' },
    { name: 'raw', value: 'URI', help: 'Ask the server for a URI (not simulated)' },
    { name: 'subresource', value: 'NAME', help: 'Show a part of an object (not simulated)' },
    {
      name: 'allow-missing-template-keys',
      value: 'BOOL',
      type: 'bool',
      alone: 'true',
      help: 'Fields that are missing are empty (default true)',
    },
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
    for (const name of ['raw', 'subresource'])
      if (flags.has(name)) {
        const values = { command: `kubectl get --${name}` };
        context.err(context.process.session.say({ id: 'shell.not-simulated', values }));
        return 1;
      }
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
    const sorted = sortObjects(result.found, flags.text('sort-by'), !isTableFormat(format));
    if (!sorted.ok) return context.fail(sorted.message);
    if ([...result.types].some(({ name }) => name === 'endpoints')) context.warn([ENDPOINTS_WARNING]);

    const watching = flags.has('watch') || flags.has('watch-only');
    if (watching && result.types.length > 1)
      return context.fail('you may only specify a single resource type');
    const writer = createTableWriter(context);
    if (flags.has('watch-only')) {
      // Nothing of what is there.
    } else if (isTableFormat(format)) await printTables(context, sorted.found, result, writer);
    else if (isLongList(sorted.found, format!))
      await printLongList(context, sorted.found, format === 'json' ? 'json' : 'yaml');
    else {
      const printed = printObjects(context, sorted.found, format!, result.named);
      if (!printed.ok) return context.fail(printed.message);
      if (sorted.found.length > 0 || !result.named) await writePieces(context, printed.text);
    }
    for (const line of result.errors) context.err(line);
    if (result.errors.length > 0) return 1;
    const [resource] = result.types;
    return watching && resource
      ? watchObjects(context, {
          resource,
          names: result.named ? sorted.found.map(({ object }) => object.metadata.name) : undefined,
          table: tableOptions(context, flags.has('show-kind'), resource),
          writer,
          shown: flags.has('watch-only') ? [] : sorted.found,
        })
      : 0;
  },
};

/** A long text in pieces, so that it can be interrupted. */
async function writePieces({ process, out }: KubectlContext, text: string): Promise<void> {
  const PIECE = 64 * 1024;
  for (let at = 0; at < text.length; at += PIECE) {
    if (at > 0) await process.pause();
    out(text.slice(at, at + PIECE));
  }
}

function tableOptions(context: KubectlContext, withKind: boolean, resource: ResourceInfo): TableOptions {
  const { flags } = context;
  return {
    wide: flags.text('output') === 'wide',
    withNamespace: context.allNamespaces && resource.namespaced,
    withKind,
    noHeaders: flags.has('no-headers'),
    showLabels: flags.has('show-labels'),
    labelColumns: flags.list('label-columns').flatMap((one) => one.split(',')),
  };
}

async function printTables(
  context: KubectlContext,
  found: readonly Found[],
  result: {
    readonly severalTypes: boolean;
    readonly errors: readonly string[];
    readonly types: readonly ResourceInfo[];
  },
  first: TableWriter,
): Promise<void> {
  const { flags, process } = context;
  if (found.length === 0) {
    if (result.errors.length > 0 || flags.has('ignore-not-found') || flags.has('watch')) return;
    const namespaced = result.types.some((resource) => resource.namespaced) && !context.allNamespaces;
    context.err(namespaced ? `No resources found in ${context.namespace} namespace.` : 'No resources found');
    return;
  }
  const now = Date.parse(process.session.cluster.timestamp());
  const withEvents = flags.has('watch') && flags.has('output-watch-events');
  for (const [index, group] of groupByType(found).entries()) {
    const { resource } = group[0]!;
    const options = tableOptions(context, result.severalTypes || flags.has('show-kind'), resource);
    const rowOf = rowMaker(resource, options, now);
    const rows = await mapInChunks(context, group, ({ object }) => {
      const row = rowOf(object);
      return withEvents ? ['ADDED', ...row] : row;
    });
    const header = tableHeader(resource, options);
    if (index > 0) context.out('\n');
    const writer = index === 0 ? first : createTableWriter(context);
    await writer.write(options.noHeaders ? undefined : withEvents ? ['EVENT', ...header] : header, rows);
  }
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
