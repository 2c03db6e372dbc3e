import {
  type ApiResult,
  apiVersionOf,
  type KubernetesObject,
  mergeSchemaOf,
  parseSelector,
  selectorMatches,
  threeWayMergePatch,
} from '../../../engine/index.ts';
import { goJson } from '../../text/go-json.ts';
import { eachObject } from './each-object.ts';
import { namespaceOfFile } from './find-objects.ts';
import { FLAG, type KubectlCommand, type KubectlContext, statusMessage } from './kubectl-command.ts';
import { inNamespace, LAST_APPLIED, namespaceMismatch, withLastApplied } from './last-applied.ts';
import { type Found, printObjects } from './print-objects.ts';
import { type FileObject, readFiles } from './read-files.ts';
import { type DryRun, fieldValidation, readDryRun, reportObject } from './report.ts';

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
    { name: 'all', help: 'With --prune' },
    { name: 'overwrite', help: 'Resolve conflicts in favour of the file' },
    { name: 'prune', help: 'Delete what the files no longer have (not simulated)' },
    { name: 'force', help: 'Delete and create again when a change is not allowed' },
    { name: 'wait', help: 'Wait until deleted objects are gone' },
  ],
  subcommands: [
    {
      name: 'view-last-applied',
      usage: 'apply view-last-applied (TYPE NAME | TYPE/NAME | -f FILE)',
      summary: 'Show what was applied last',
      arguments: ['resource', 'name'],
      flags: [
        FLAG.filename,
        FLAG.selector,
        { name: 'output', short: 'o', value: 'json|yaml', help: 'Format' },
      ],
      examples: ['kubectl apply view-last-applied svc/hello'],
      run: (context) => eachObject(context, context.args, (found) => viewLastApplied(context, found)),
    },
  ],
  examples: ['kubectl apply -f hello.yaml', 'kubectl apply -f .', 'cat hello.yaml | kubectl apply -f -'],
  async run(context) {
    const { flags } = context;
    if (context.args.length > 0) return context.usageError(`Unexpected args: [${context.args.join(' ')}]`);
    if (flags.has('force-conflicts') && !flags.has('server-side'))
      return context.fail('--force-conflicts only works with --server-side');
    const folder = flags.text('kustomize');
    const inside = folder === undefined ? [] : (context.process.files.list(folder) ?? []);
    if (folder !== undefined && !inside.some((name) => /^(?:kustomization\.ya?ml|Kustomization)$/.test(name)))
      return context.fail(
        `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${folder}'`,
      );
    if (flags.has('prune') && !flags.has('all') && !flags.text('selector'))
      return context.fail(
        'all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector',
      );
    for (const name of ['kustomize', 'server-side', 'prune'] as const) {
      if (!flags.has(name)) continue;
      const values = { command: `kubectl apply --${name}` };
      context.err(context.process.session.say({ id: 'shell.not-simulated', values }));
      return 1;
    }
    if (flags.list('filename').length === 0) return context.fail('must specify one of -f and -k');
    const dryRun = readDryRun(context);
    if (dryRun === undefined) return 1;

    const { objects: read, errors: problems } = await readFiles(context);
    const errors = [...problems];
    const selector = parseSelector(flags.text('selector') ?? '');
    if (!selector.ok) return context.fail(selector.message);
    const objects = read.filter(({ object }) =>
      selectorMatches(selector.selector, object.metadata.labels ?? {}),
    );
    if (objects.length === 0 && errors.length === 0) return context.fail('no objects passed to apply');
    for (const one of objects) {
      const problem = applyOne(context, one, dryRun);
      if (problem) errors.push(problem);
    }
    for (const line of errors) context.err(line);
    return errors.length > 0 ? 1 : 0;
  },
};

function viewLastApplied(context: KubectlContext, { resource, object }: Found): number {
  const text = object.metadata.annotations?.[LAST_APPLIED];
  if (text === undefined)
    return context.fail(
      `no last-applied-configuration annotation found on resource: ${object.metadata.name}`,
    );
  const applied = { resource, object: JSON.parse(text) as KubernetesObject };
  const printed = printObjects(context, [applied], context.flags.text('output') ?? 'yaml', true);
  if (printed.ok) context.out(printed.text);
  return printed.ok ? 0 : context.fail(printed.message);
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
