import {
  type ApiResult,
  type KubernetesObject,
  mergeSchemaOf,
  type ResourceInfo,
  threeWayMergePatch,
} from '../../../engine/index.ts';
import { unifiedDiff } from '../../text/unified-diff.ts';
import { namespaceOfFile, serverError } from './find-objects.ts';
import { FLAG, type KubectlCommand, type KubectlContext, statusMessage } from './kubectl-command.ts';
import { inNamespace, LAST_APPLIED, withLastApplied } from './last-applied.ts';
import { type FileObject, readFiles } from './read-files.ts';

/** Models pkg/cmd/diff (kubectl v1.36): what `apply` would change, as `diff -u -N` of the live and the merged objects. */
export const diffCommand: KubectlCommand = {
  name: 'diff',
  usage: 'diff -f FILE',
  summary: 'Show what apply would change',
  flags: [
    FLAG.filename,
    FLAG.recursive,
    FLAG.selector,
    FLAG.fieldManager,
    { name: 'server-side', help: 'Let the server merge (not simulated)' },
    { name: 'show-managed-fields', help: 'With managedFields' },
    { name: 'concurrency', value: 'N', type: 'int', help: 'Objects at once' },
  ],
  examples: ['kubectl diff -f hello.yaml', 'cat hello.yaml | kubectl diff -f -'],
  async run(context) {
    const { flags, args, process } = context;
    // 1 means that something differs, so what goes wrong is 2.
    if (args.length > 0) return context.usageError(`Unexpected args: [${args.join(' ')}]`) + 1;
    if (flags.list('filename').length === 0) return context.fail('must specify one of -f and -k') + 1;
    if (flags.has('server-side')) {
      const values = { command: 'kubectl diff --server-side' };
      context.err(process.session.say({ id: 'shell.not-simulated', values }));
      return 2;
    }
    const { objects, errors } = await readFiles(context);
    if (objects.length === 0 && errors.length === 0) return context.fail('no objects passed to diff') + 1;
    let differs = false;
    const folders = { live: `/tmp/LIVE-${folder(context, 1)}`, merged: `/tmp/MERGED-${folder(context, 2)}` };
    const complaints = [...errors];
    for (const one of objects) {
      const versions = liveAndMerged(context, one);
      if (typeof versions === 'string') {
        complaints.push(versions);
        continue;
      }
      const { stringifyYaml } = process.session.host;
      const { live, merged } = versions;
      const [before, after] = one.resource.name === 'secrets' ? masked(live, merged) : [live, merged];
      const text = unifiedDiff(before ? stringifyYaml(shown(before)) : '', stringifyYaml(shown(after)));
      if (text === '') continue;
      differs = true;
      const file = fileName(one.resource, merged);
      const stamp = process.session.cluster.timestamp().replace('T', ' ').replace('Z', '.000000000 +0000');
      const [left, right] = [`${folders.live}/${file}`, `${folders.merged}/${file}`];
      context.out(`diff -u -N ${left} ${right}\n--- ${left}\t${stamp}\n+++ ${right}\t${stamp}\n${text}`);
    }
    for (const line of complaints) context.err(line);
    return complaints.length > 0 ? 2 : Number(differs);
  },
};

/** The name of a temporary folder, the same at every replay. */
function folder({ process }: KubectlContext, salt: number): string {
  return String(Math.imul(process.session.nextId() * 2 + salt, 2654435761) >>> 0);
}

function fileName({ group, version, kind }: ResourceInfo, { metadata }: KubernetesObject): string {
  return `${group === '' ? '' : `${group}.`}${version}.${kind}.${metadata.namespace ?? ''}.${metadata.name}`;
}

/** The object as it is and as it would be, by a dry run; or what the server says. */
function liveAndMerged(
  context: KubectlContext,
  one: FileObject,
): { live: KubernetesObject | undefined; merged: KubernetesObject } | string {
  const { api } = context;
  const { resource, file } = one;
  const namespace = namespaceOfFile(one, context);
  const wanted = withLastApplied(inNamespace(one.object, resource.namespaced ? namespace : undefined));
  const current = api.get(resource.name, namespace, one.object.metadata.name);
  if (!current.ok && current.status.reason !== 'NotFound') return serverError(current.status);
  const applied = current.ok ? current.object.metadata.annotations?.[LAST_APPLIED] : undefined;
  const result: ApiResult<KubernetesObject> = current.ok
    ? api.patch(
        resource.name,
        namespace,
        one.object.metadata.name,
        'strategic',
        threeWayMergePatch(
          applied ? JSON.parse(applied) : {},
          wanted,
          current.object,
          mergeSchemaOf(resource.kind),
        ),
        { dryRun: true },
      )
    : api.create(resource.name, wanted as never, { dryRun: true });
  if (!result.ok)
    return statusMessage(result.status, current.ok ? undefined : `error when creating "${file}"`).replace(
      /: error when creating "[^"]*": /,
      ': ',
    );
  return { live: current.ok ? current.object : undefined, merged: result.object };
}

/** As `-o yaml` prints it, without what only the server keeps. */
function shown(object: KubernetesObject): KubernetesObject {
  const { managedFields: _, ...metadata } = object.metadata as KubernetesObject['metadata'] & {
    readonly managedFields?: unknown;
  };
  return { ...object, metadata } as KubernetesObject;
}

/** A Secret's values are not for the screen: `***`, and which of them differ. */
function masked(
  live: KubernetesObject | undefined,
  merged: KubernetesObject,
): readonly [KubernetesObject | undefined, KubernetesObject] {
  const dataOf = (object: KubernetesObject | undefined) =>
    (object as { readonly data?: Readonly<Record<string, string>> } | undefined)?.data ?? {};
  const hide = (object: KubernetesObject, other: KubernetesObject | undefined, word: string) => {
    const others = dataOf(other);
    const data = Object.entries(dataOf(object)).map(([key, value]) => [
      key,
      Object.hasOwn(others, key) && others[key] !== value ? `*** (${word})` : '***',
    ]);
    return { ...object, data: Object.fromEntries(data) } as KubernetesObject;
  };
  return [live && hide(live, merged, 'before'), hide(merged, live, 'after')];
}
