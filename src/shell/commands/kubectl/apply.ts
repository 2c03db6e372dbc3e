import {
  type ApiResult,
  apiVersionOf,
  type KubernetesObject,
  mergeSchemaOf,
  threeWayMergePatch,
} from '../../../engine/index.ts';
import { goJson } from '../../text/go-json.ts';
import { namespaceOfFile } from './find-objects.ts';
import { FLAG, type KubectlCommand, type KubectlContext, statusMessage } from './kubectl-command.ts';
import { printObjects } from './print-objects.ts';
import { type FileObject, readFiles } from './read-files.ts';
import { printedName } from './resource-arguments.ts';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Models pkg/cmd/apply (kubectl v1.36), client-side. */
export const applyCommand: KubectlCommand = {
  name: 'apply',
  usage: 'apply -f FILE [flags]',
  summary: 'Make the cluster have what the files say',
  arguments: [],
  flags: [
    FLAG.filename,
    FLAG.recursive,
    FLAG.dryRun,
    FLAG.validate,
    FLAG.output,
    FLAG.selector,
    FLAG.fieldManager,
    { name: 'kustomize', short: 'k', value: 'FOLDER', help: 'A kustomization (not simulated)' },
    { name: 'server-side', help: 'Let the server merge (not simulated)' },
    { name: 'force-conflicts', help: 'With --server-side' },
    { name: 'overwrite', help: 'Resolve conflicts in favour of the file' },
    { name: 'prune', help: 'Delete what the files no longer have (not simulated)' },
    { name: 'force', help: 'Delete and create again when a change is not allowed' },
    { name: 'wait', help: 'Wait until deleted objects are gone' },
  ],
  examples: ['kubectl apply -f hello.yaml', 'kubectl apply -f .', 'cat hello.yaml | kubectl apply -f -'],
  async run(context) {
    const { flags } = context;
    for (const name of ['kustomize', 'server-side', 'prune'] as const) {
      if (flags.has(name)) return context.fail(`--${name} is not simulated here`);
    }
    if (flags.list('filename').length === 0) return context.fail('must specify one of -f and -k');
    if (context.args.length > 0) {
      context.err(
        `error: Unexpected args: [${context.args.join(' ')}]\nSee '${context.path} -h' for help and examples`,
      );
      return 1;
    }
    const dryRun = readDryRun(context);
    if (dryRun === undefined) return 1;

    const { objects, errors: problems } = await readFiles(context);
    const errors = [...problems];
    if (objects.length === 0 && errors.length === 0) return context.fail('no objects passed to apply');
    for (const one of objects) {
      const problem = applyOne(context, one, dryRun);
      if (problem) errors.push(problem);
    }
    for (const line of errors) context.err(line);
    return errors.length > 0 ? 1 : 0;
  },
};

export type DryRun = 'none' | 'server' | 'client';

/** undefined: the value is none of kubectl's, which has been said. */
export function readDryRun(context: KubectlContext): DryRun | undefined {
  const value = context.flags.text('dry-run') ?? 'none';
  if (value === 'unchanged') {
    context.warn(['--dry-run is deprecated and can be replaced with --dry-run=client.'].map((text) => text));
    return 'client';
  }
  if (value === 'none' || value === 'server' || value === 'client') return value;
  context.fail(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
  return undefined;
}

export function dryRunSuffix(dryRun: DryRun): string {
  return dryRun === 'client' ? ' (dry run)' : dryRun === 'server' ? ' (server dry run)' : '';
}

export function fieldValidation(context: KubectlContext): 'Strict' | 'Warn' | 'Ignore' {
  const value = context.flags.text('validate');
  if (value === 'ignore' || value === 'false') return 'Ignore';
  return value === 'warn' ? 'Warn' : 'Strict';
}

/** Answers the line for stderr when it did not work. */
function applyOne(context: KubectlContext, one: FileObject, dryRun: DryRun): string | undefined {
  const { api, flags } = context;
  const { resource, file } = one;
  const { name } = one.object.metadata;
  const mismatch = namespaceMismatch(context, one);
  if (mismatch) return mismatch;
  const namespace = namespaceOfFile(one, context);
  const from = `Resource: "${apiVersionOf(resource).includes('/') ? `${resource.group}/${resource.version}` : `/${resource.version}`}, Resource=${resource.name}", GroupVersionKind: "${resource.group}/${resource.version}, Kind=${resource.kind}"\nName: "${name}", Namespace: "${namespace}"`;
  if (name === '')
    return `error: error when retrieving current configuration of:\n${from}\nfrom server for: "${file}": resource name may not be empty`;
  const modified = withLastApplied(inNamespace(one.object, resource.namespaced ? namespace : undefined));
  const current = api.get(resource.name, namespace, name);
  const options = {
    fieldValidation: fieldValidation(context),
    fieldManager: 'kubectl-client-side-apply',
    dryRun: dryRun === 'server',
  };

  if (!current.ok) {
    if (dryRun === 'client') return report(context, one, 'created', dryRun, modified);
    const created: ApiResult<KubernetesObject> = api.create(resource.name, modified as never, options);
    context.warn(created.warnings);
    if (!created.ok) return statusMessage(created.status, `error when creating "${file}"`);
    return report(context, one, 'created', dryRun, created.object);
  }

  const annotation = current.object.metadata.annotations?.[LAST_APPLIED];
  if (annotation === undefined && !flags.has('overwrite-quietly')) {
    context.warn([
      `resource ${resource.name}/${name} is missing the ${LAST_APPLIED} annotation which is required by ${context.path} apply. ${context.path} apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.`.replaceAll(
        `${context.path} apply`,
        'kubectl apply',
      ),
    ]);
  }
  const schema = mergeSchemaOf(resource.kind);
  const patch = threeWayMergePatch(parseJson(annotation), modified, current.object, schema);
  if (Object.keys(patch).length === 0) return report(context, one, 'unchanged', dryRun, current.object);
  if (dryRun === 'client') return report(context, one, 'configured', dryRun, current.object);
  const patched: ApiResult<KubernetesObject> = api.patch(
    resource.name,
    namespace,
    name,
    'strategic',
    patch,
    options,
  );
  context.warn(patched.warnings);
  if (!patched.ok) {
    if (patched.status.reason === 'Invalid') return statusMessage(patched.status);
    return `Error from server (${patched.status.reason}): error when applying patch:\n${goJson(patch, 0)}\nto:\n${from}\nfor: "${file}": error when patching "${file}": ${patched.status.message}`;
  }
  return report(
    context,
    one,
    patched.object.metadata.resourceVersion === current.object.metadata.resourceVersion
      ? 'unchanged'
      : 'configured',
    dryRun,
    patched.object,
  );
}

/** `-n other` beside an object that names its namespace; undefined: they agree. */
export function namespaceMismatch(
  context: KubectlContext,
  { object, resource }: FileObject,
): string | undefined {
  const wanted = context.flags.text('namespace');
  const own = object.metadata.namespace;
  if (!wanted || !own || !resource.namespaced || own === wanted) return undefined;
  return `error: the namespace from the provided object "${own}" does not match the namespace "${wanted}". You must pass '--namespace=${own}' to perform this operation.`;
}

export function inNamespace(object: KubernetesObject, namespace: string | undefined): KubernetesObject {
  return namespace === undefined || object.metadata.namespace
    ? object
    : { ...object, metadata: { ...object.metadata, namespace } };
}

/** The object with its own text as an annotation, so that the next apply knows what this one had. */
export function withLastApplied(object: KubernetesObject): KubernetesObject {
  const { [LAST_APPLIED]: _, ...annotations } = object.metadata.annotations ?? {};
  const bare = { ...object, metadata: { ...object.metadata, annotations } };
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...annotations, [LAST_APPLIED]: `${goJson(bare, 0)}\n` } },
  };
}

function parseJson(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function report(
  context: KubectlContext,
  one: FileObject,
  verb: string,
  dryRun: DryRun,
  object: KubernetesObject,
): undefined {
  return reportObject(context, one.resource, object.metadata.name ? object : one.object, verb, dryRun);
}

/** `service/hello created`, or the object as `-o` wants it. */
export function reportObject(
  context: KubectlContext,
  resource: FileObject['resource'],
  object: KubernetesObject,
  verb: string,
  dryRun: DryRun,
): undefined {
  const format = context.flags.text('output');
  if (format && format !== 'name') {
    const printed = printObjects(context, [{ resource, object }], format, true);
    if (printed.ok) context.out(printed.text);
    else context.fail(printed.message);
  } else if (format === 'name') context.out(`${printedName(resource, object.metadata.name)}\n`);
  else context.out(`${printedName(resource, object.metadata.name)} ${verb}${dryRunSuffix(dryRun)}\n`);
}
