import type { DeleteOptions, KubernetesObject } from '../../../engine/index.ts';
import { findObjects, namespaceOfFile, serverError } from './find-objects.ts';
import { FLAG, type KubectlCommand, type KubectlContext } from './kubectl-command.ts';
import type { Found } from './print-objects.ts';
import { readFiles } from './read-files.ts';
import { dryRunSuffix, readDryRun } from './report.ts';
import { namespaceFor, printedName, printedType, readResourceArguments } from './resource-arguments.ts';
import { waitUntilGone } from './wait-until-gone.ts';

const FORCE_WARNING =
  'Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.';

/** Models pkg/cmd/delete (kubectl v1.36). */
export const deleteCommand: KubectlCommand = {
  name: 'delete',
  usage: 'delete ([-f FILE] | TYPE [(NAME | -l label | --all)]) [flags]',
  summary: 'Delete objects',
  arguments: ['resource', 'name'],
  flags: [
    FLAG.filename,
    FLAG.recursive,
    FLAG.selector,
    FLAG.fieldSelector,
    FLAG.allNamespaces,
    FLAG.dryRun,
    FLAG.output,
    { name: 'all', help: 'All objects of the type' },
    { name: 'force', help: 'Do not wait for a graceful end' },
    {
      name: 'grace-period',
      value: 'SECONDS',
      type: 'int',
      help: 'Time to end gracefully; -1: the object’s own',
    },
    { name: 'now', help: 'Grace period of one second' },
    {
      name: 'wait',
      value: 'BOOL',
      type: 'bool',
      alone: 'true',
      help: 'Wait until the objects are gone (default true)',
    },
    { name: 'timeout', value: 'DURATION', type: 'duration', help: 'How long to wait' },
    { name: 'ignore-not-found', help: 'No error for objects that do not exist' },
    {
      name: 'cascade',
      value: 'background|foreground|orphan',
      alone: 'background',
      help: 'What to do with what the object owns',
    },
  ],
  examples: [
    'kubectl delete -f hello.yaml',
    'kubectl delete pod web',
    'kubectl delete pods -l app=hello',
    'kubectl delete ns hello-namespace',
  ],
  async run(context) {
    const { flags } = context;
    const dryRun = readDryRun(context);
    if (dryRun === undefined) return 1;
    const wanted = flags.text('cascade') ?? 'background';
    if (!['background', 'foreground', 'orphan', 'true', 'false'].includes(wanted))
      return context.fail(
        `invalid cascade value (${wanted}). Must be "background", "foreground", or "orphan"`,
      );
    const collected = await collect(context);
    if (typeof collected === 'string') {
      context.err(collected);
      return 1;
    }
    const force = flags.has('force');
    let grace = flags.number('grace-period');
    if (flags.has('now')) grace = 1;
    if (force && (grace === undefined || grace < 0)) grace = 0;
    if (grace === 0 && !force) grace = 1;
    if (force) context.warn([FORCE_WARNING]);

    const errors = [...collected.errors];
    const deleted: Found[] = [];
    const propagation = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;
    const cascade = flags.text('cascade') as keyof typeof propagation | undefined;
    const options: DeleteOptions = {
      ...(grace !== undefined && grace >= 0 && { gracePeriodSeconds: grace }),
      propagationPolicy: propagation[cascade ?? 'background'] ?? 'Background',
      dryRun: dryRun === 'server',
    };
    for (const { resource, object } of collected.found) {
      const namespace = namespaceFor(resource, object.metadata.namespace ?? context.namespace);
      if (dryRun !== 'client') {
        const result = context.api.delete(resource.name, namespace, object.metadata.name, options);
        if (!result.ok) {
          if (!(flags.has('ignore-not-found') && result.status.reason === 'NotFound'))
            errors.push(
              serverError(
                result.status,
                collected.fromFiles ? `error when deleting "${collected.fromFiles}"` : undefined,
              ),
            );
          continue;
        }
      }
      deleted.push({ resource, object });
      context.out(
        deletedLine(
          context,
          { resource, object },
          `${force && grace === 0 ? 'force deleted' : 'deleted'}`,
          dryRunSuffix(dryRun),
        ),
      );
    }
    if (collected.found.length === 0 && errors.length === 0 && !flags.has('ignore-not-found'))
      context.out('No resources found\n');
    for (const text of errors) context.err(text);
    if (dryRun === 'none' && flags.text('wait') !== 'false' && !force) await waitUntilGone(context, deleted);
    return errors.length > 0 ? 1 : 0;
  },
};

/** `pod "web" deleted from default namespace` */
export function deletedLine(
  context: KubectlContext,
  { resource, object }: Found,
  verb: string,
  suffix: string,
): string {
  if (context.flags.text('output') === 'name') return `${printedName(resource, object.metadata.name)}\n`;
  const where = resource.namespaced
    ? ` from ${object.metadata.namespace ?? context.namespace} namespace`
    : '';
  return `${printedType(resource)} "${object.metadata.name}" ${verb}${where}${suffix}\n`;
}

interface Collected {
  readonly found: readonly Found[];
  readonly errors: readonly string[];
  readonly fromFiles?: string;
}

/** What is to be deleted, or the line that says what is missing. Named objects are not looked up first. */
async function collect(context: KubectlContext): Promise<Collected | string> {
  const { flags, args } = context;
  if (flags.list('filename').length > 0) {
    const { objects, errors } = await readFiles(context);
    const found = objects.map((one) => {
      const namespace = namespaceOfFile(one, context);
      return {
        resource: one.resource,
        object: {
          ...one.object,
          metadata: { ...one.object.metadata, ...(namespace !== '' && { namespace }) },
        },
      };
    });
    return { found, errors, fromFiles: flags.list('filename')[0]! };
  }
  if (args.length === 0)
    return "error: You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'";
  const target = readResourceArguments(args);
  if (!target.ok) return `error: ${target.message}`;
  const selected =
    flags.has('all') || flags.text('selector') !== undefined || flags.text('field-selector') !== undefined;
  if (target.kind === 'types' && !selected)
    return 'error: resource(s) were provided, but no name was specified';
  if (target.kind === 'names' && flags.has('all'))
    return 'error: name cannot be provided when a selector is specified';
  if (flags.has('all') && flags.text('selector'))
    return "error: setting 'all' parameter but found a non empty selector. ";
  if (target.kind === 'names' && flags.text('selector') === undefined) {
    const found = target.targets.map(({ resource, name }) => ({
      resource,
      object: {
        apiVersion: '',
        kind: resource.kind,
        metadata: { name, ...(resource.namespaced && { namespace: context.namespace }) },
      } as KubernetesObject,
    }));
    return { found, errors: [] };
  }
  const result = await findObjects(context);
  return result.usage ?? { found: result.found, errors: result.errors };
}
