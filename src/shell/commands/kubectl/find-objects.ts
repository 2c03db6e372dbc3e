import { type KubernetesObject, listError, type ResourceInfo, type Status } from '../../../engine/index.ts';
import type { KubectlContext } from './kubectl-command.ts';
import type { Found } from './print-objects.ts';
import { type FileObject, readFiles } from './read-files.ts';
import { namespaceFor, readResourceArguments } from './resource-arguments.ts';

export interface FindResult {
  readonly found: readonly Found[];
  /** Lines for stderr, printed after what was found. */
  readonly errors: readonly string[];
  /** The arguments themselves are wrong: nothing else is done. */
  readonly usage?: string;
  /** Several types were asked for, so names carry theirs. */
  readonly severalTypes: boolean;
  /** Objects were named one by one. */
  readonly named: boolean;
  readonly types: readonly ResourceInfo[];
}

export interface FindOptions {
  readonly ignoreNotFound?: boolean;
  /** A type alone means all of its objects, as for `get`; else that needs `--all` or a selector. */
  readonly typeMeansAll?: boolean;
}

/** What kubectl says when neither words nor files name anything. */
export const NO_RESOURCES =
  "error: You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'";

/** The objects that a verb's words (or -f files) and selectors mean, as the resource builder visits them. */
export async function findObjects(context: KubectlContext, options: FindOptions = {}): Promise<FindResult> {
  const { flags, args } = context;
  const labelSelector = flags.text('selector');
  const fieldSelector = flags.text('field-selector');
  const none = { found: [], errors: [], severalTypes: false, named: false, types: [] };
  if (flags.list('filename').length > 0) return findFromFiles(context, args, options);

  if (args.length === 0) return { ...none, usage: NO_RESOURCES };
  const target = readResourceArguments(args);
  if (!target.ok) return { ...none, usage: `error: ${target.message}` };
  if (target.kind === 'names') {
    if (labelSelector !== undefined)
      return { ...none, usage: 'error: name cannot be provided when a selector is specified' };
    if (fieldSelector !== undefined)
      return { ...none, usage: 'error: name cannot be provided when a selector is specified' };
    if (context.allNamespaces)
      return { ...none, usage: 'error: a resource cannot be retrieved by name across all namespaces' };
    const found: Found[] = [];
    const errors: string[] = [];
    for (const { resource, name } of target.targets) {
      const result = context.api.get(resource.name, namespaceFor(resource, context.namespace), name);
      if (result.ok) found.push({ resource, object: result.object });
      else if (!(options.ignoreNotFound && result.status.reason === 'NotFound'))
        errors.push(serverError(result.status));
    }
    const types = unique(found.map(({ resource }) => resource));
    return { found, errors: unique(errors), severalTypes: types.length > 1, named: true, types };
  }
  if (
    !options.typeMeansAll &&
    !flags.has('all') &&
    labelSelector === undefined &&
    fieldSelector === undefined
  )
    return { ...none, usage: 'error: resource(s) were provided, but no name was specified' };
  const refused = target.types.flatMap((resource) => {
    const status = listError(resource.name, {
      ...(labelSelector !== undefined && { labelSelector }),
      ...(fieldSelector !== undefined && { fieldSelector }),
    });
    return status ? [listRefusal(resource, status, labelSelector, fieldSelector)] : [];
  });
  if (refused.length > 0) return { ...none, usage: unique(refused).join('\n') };
  const found = target.types.flatMap((resource) =>
    list(context, resource, labelSelector, fieldSelector).map((object) => ({ resource, object })),
  );
  return { found, errors: [], severalTypes: target.types.length > 1, named: false, types: target.types };
}

function list(
  context: KubectlContext,
  resource: ResourceInfo,
  labelSelector: string | undefined,
  fieldSelector: string | undefined,
): readonly KubernetesObject[] {
  return context.api.list(resource.name, {
    ...(resource.namespaced && !context.allNamespaces && { namespace: context.namespace }),
    ...(labelSelector !== undefined && { labelSelector }),
    ...(fieldSelector !== undefined && { fieldSelector }),
  });
}

/** A refused list, with what was looked for (resource.EnhanceListError). */
function listRefusal(
  { group, version, name }: ResourceInfo,
  { reason, message }: Status,
  labelSelector = '',
  fieldSelector = '',
): string {
  const where = `Unable to find "${group}/${version}, Resource=${name}" that match label selector "${labelSelector}", field selector "${fieldSelector}": `;
  return `Error from server (${reason}): ${where}${message.startsWith(where) ? message.slice(where.length) : message}`;
}

async function findFromFiles(
  context: KubectlContext,
  args: readonly string[],
  options: FindOptions,
): Promise<FindResult> {
  const none = { found: [], errors: [], severalTypes: false, named: true, types: [] };
  if (args.length > 0)
    return {
      ...none,
      usage:
        'error: when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
    };
  const { objects, errors } = await readFiles(context);
  const found: Found[] = [];
  const lines = [...errors];
  for (const one of objects) {
    const result = context.api.get(
      one.resource.name,
      namespaceOfFile(one, context),
      one.object.metadata.name,
    );
    if (result.ok) found.push({ resource: one.resource, object: result.object });
    else if (!(options.ignoreNotFound && result.status.reason === 'NotFound'))
      lines.push(
        serverError(result.status, `error when retrieving current configuration of "${one.file}"`).replace(
          /error when retrieving[^:]*: /,
          '',
        ),
      );
  }
  const types = unique(found.map(({ resource }) => resource));
  return { ...none, found, errors: lines, severalTypes: types.length > 1, types };
}

export function namespaceOfFile(one: FileObject, context: KubectlContext): string {
  return namespaceFor(one.resource, one.object.metadata.namespace || context.namespace);
}

export function serverError(status: Status, doing?: string): string {
  return `Error from server (${status.reason}): ${doing ? `${doing}: ` : ''}${status.message}`;
}

function unique<T>(items: readonly T[]): readonly T[] {
  return Array.from(new Set(items));
}
