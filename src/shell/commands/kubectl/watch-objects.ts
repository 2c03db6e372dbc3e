import {
  type KubernetesObject,
  parseSelector,
  type ResourceInfo,
  selectorMatches,
  type WatchEvent,
} from '../../../engine/index.ts';
import type { KubectlContext } from './kubectl-command.ts';
import {
  type Found,
  isTableFormat,
  printObjects,
  rowMaker,
  type TableOptions,
  tableHeader,
} from './print-objects.ts';
import type { TableWriter } from './table-writer.ts';

/** How long a watch lets the cluster work between two looks, in virtual ms. */
const STEP_MS = 250;

export interface WatchOptions {
  readonly resource: ResourceInfo;
  /** Only these objects; undefined: all that the selectors choose. */
  readonly names: readonly string[] | undefined;
  readonly table: TableOptions;
  readonly writer: TableWriter;
  /** What has been shown already. */
  readonly shown: readonly Found[];
}

type Change = { readonly type: WatchEvent<unknown>['type']; readonly object: KubernetesObject };

/** `get -w`: a line, or an object, for every change until Ctrl-C, in virtual time. */
export async function watchObjects(context: KubectlContext, options: WatchOptions): Promise<number> {
  const { process, flags, api } = context;
  const { resource, table, writer } = options;
  const changes = createSelection(context, options);
  const events: WatchEvent<KubernetesObject>[] = [];
  const stop = api.watch(resource.name, (event) => void events.push(event));
  const format = flags.text('output');
  const withEvents = flags.has('output-watch-events');
  try {
    while (await process.follow(STEP_MS)) {
      for (const event of events.splice(0)) {
        const change = changes(event);
        if (!change) continue;
        if (!isTableFormat(format)) {
          const wrapped = withEvents ? eventObject(change) : change.object;
          const printed = printObjects(context, [{ resource, object: wrapped }], format!, true);
          if (printed.ok) context.out(printed.text);
          continue;
        }
        const row = rowMaker(resource, table, Date.parse(process.session.cluster.timestamp()))(change.object);
        const header = table.noHeaders ? undefined : tableHeader(resource, table);
        await writer.write(header && withEvents ? ['EVENT', ...header] : header, [
          withEvents ? [change.type, ...row] : row,
        ]);
      }
    }
  } finally {
    stop();
  }
  return 0;
}

function eventObject({ type, object }: Change): KubernetesObject {
  return { type, object } as unknown as KubernetesObject;
}

/** Which events are about what was asked for; an object that no longer fits the selectors is gone from the watch. */
function createSelection(
  context: KubectlContext,
  { resource, names, shown }: WatchOptions,
): (event: WatchEvent<KubernetesObject>) => Change | undefined {
  const { flags, api } = context;
  const labels = parseSelector(flags.text('selector') ?? '');
  const fields = flags.text('field-selector');
  const key = ({ metadata }: KubernetesObject) => `${metadata.namespace ?? ''}/${metadata.name}`;
  const known = new Map(shown.map(({ object }) => [key(object), object.metadata.resourceVersion]));
  // With --watch-only what is there already is no news either.
  if (flags.has('watch-only'))
    for (const object of api.list(resource.name)) known.set(key(object), object.metadata.resourceVersion);
  const fits = (object: KubernetesObject) => {
    const { name, namespace } = object.metadata;
    if (!labels.ok || !selectorMatches(labels.selector, object.metadata.labels ?? {})) return false;
    if (!fields) return true;
    const only = `${fields},metadata.name=${name}`;
    return api.list(resource.name, { ...(namespace && { namespace }), fieldSelector: only }).length > 0;
  };
  return ({ type, object }) => {
    const { name, namespace, resourceVersion } = object.metadata;
    if (resource.namespaced && !context.allNamespaces && namespace !== context.namespace) return undefined;
    if (names && !names.includes(name)) return undefined;
    const before = known.get(key(object));
    if (type === 'ADDED' && before === resourceVersion) return undefined;
    if (type === 'DELETED' || !fits(object)) {
      known.delete(key(object));
      return before === undefined ? undefined : { type: 'DELETED', object };
    }
    known.set(key(object), resourceVersion);
    return { type: before === undefined ? 'ADDED' : 'MODIFIED', object };
  };
}
