import type { ApiResult, KubernetesObject, ResourceInfo } from '../../../engine/index.ts';
import type { Generator } from './create/generator.ts';
import { GENERATORS } from './create-generators.ts';
import { namespaceOfFile } from './find-objects.ts';
import { FLAG, type KubectlCommand, type KubectlContext, statusMessage } from './kubectl-command.ts';
import { inNamespace, namespaceMismatch, withLastApplied } from './last-applied.ts';
import { readFiles } from './read-files.ts';
import { fieldValidation, readDryRun, reportObject } from './report.ts';
import { findResource } from './resource-arguments.ts';

/** Models pkg/cmd/create (kubectl v1.36). */
export const createCommand: KubectlCommand = {
  name: 'create',
  usage: 'create -f FILE [flags]',
  summary: 'Create objects from files, or of a common kind',
  flags: [
    FLAG.filename,
    FLAG.recursive,
    FLAG.dryRun,
    FLAG.validate,
    FLAG.output,
    FLAG.fieldManager,
    { name: 'save-config', help: 'Keep the text as an annotation, for apply' },
    { name: 'edit', help: 'Edit first' },
  ],
  examples: [
    'kubectl create -f hello.yaml',
    'kubectl create namespace hello-namespace',
    'kubectl create deployment hello --image=gcr.io/google-samples/hello-app:1.0',
  ],
  subcommands: GENERATORS.map(generatorCommand),
  async run(context) {
    const { flags, args } = context;
    if (flags.list('filename').length === 0) {
      if (args.length > 0) {
        return context.usageError(`Unexpected args: [${args.join(' ')}]`);
      }
      return context.fail('must specify one of -f and -k');
    }
    const dryRun = readDryRun(context);
    if (dryRun === undefined) return 1;
    const { objects, errors: problems } = await readFiles(context);
    const errors = [...problems];
    if (objects.length === 0 && errors.length === 0) return context.fail('no objects passed to create');
    for (const one of objects) {
      const mismatch = namespaceMismatch(context, one);
      if (mismatch) {
        errors.push(mismatch);
        continue;
      }
      const namespace = namespaceOfFile(one, context);
      let object = inNamespace(one.object, one.resource.namespaced ? namespace : undefined);
      if (flags.has('save-config')) object = withLastApplied(object);
      if (dryRun === 'client') {
        reportObject(context, one.resource, object, 'created', dryRun);
        continue;
      }
      const { name, ...metadata } = object.metadata;
      const sent = name === '' ? { ...object, metadata } : object;
      const created: ApiResult<KubernetesObject> = context.api.create(one.resource.name, sent as never, {
        fieldValidation: fieldValidation(context),
        fieldManager: 'kubectl-create',
        dryRun: dryRun === 'server',
      });
      context.warn(created.warnings);
      if (created.ok) reportObject(context, one.resource, created.object, 'created', dryRun);
      else errors.push(statusMessage(created.status, `error when creating "${one.file}"`));
    }
    for (const line of errors) context.err(line);
    return errors.length > 0 ? 1 : 0;
  },
};

function generatorCommand(generator: Generator): KubectlCommand {
  const { generate: _, subgenerators, required: __, failing: ___, resource: ____, ...data } = generator;
  return {
    ...data,
    flags: [
      ...data.flags,
      FLAG.dryRun,
      FLAG.output,
      FLAG.validate,
      FLAG.fieldManager,
      { name: 'save-config', help: 'Keep the text as an annotation, for apply' },
    ],
    ...(subgenerators && { subcommands: subgenerators.map(generatorCommand) }),
    ...(!subgenerators && { run: (context: KubectlContext) => runGenerator(context, generator) }),
  };
}

async function runGenerator(context: KubectlContext, generator: Generator): Promise<number> {
  const { flags, args } = context;
  const missing = (generator.required ?? []).filter((name) => !flags.has(name));
  if (missing.length > 0)
    return context.fail(`required flag(s) ${missing.map((name) => `"${name}"`).join(', ')} not set`);
  const dash = flags.dash ?? args.length;
  const [name] = args;
  if (name === undefined || dash !== 1)
    return context.usageError(`exactly one NAME is required, got ${dash}`);
  const dryRun = readDryRun(context);
  if (dryRun === undefined) return 1;
  const resource = findResource(generator.resource);
  if (!generator.generate || !resource) return refuseUnserved(context, generator, dryRun);
  const generated = await generator.generate(context, name, args.slice(dash));
  if (!generated.ok) return context.fail(generated.message);
  return createGenerated(
    context,
    resource,
    generated.object,
    'created',
    generator.failing ?? `${resource.singular}:`,
  );
}

/** A kind that is not served: only the server's answer is known of it. */
function refuseUnserved(context: KubectlContext, { name, failing }: Generator, dryRun: string): number {
  if (dryRun === 'client') {
    const values = { command: `kubectl create ${name} --dry-run=client` };
    context.err(context.process.session.say({ id: 'shell.not-simulated', values }));
    return 1;
  }
  const missing = 'the server could not find the requested resource';
  if (failing) return context.fail(`failed to create ${failing} ${missing}`);
  context.err(`Error from server (NotFound): ${missing}`);
  return 1;
}

/**
 * Sends a made object, or shows it for a dry run: `create NAME`, `run`, `expose`. `failing`: what stands after `failed to
 * create` when the server refuses it; '': its refusal stands alone.
 */
export function createGenerated(
  context: KubectlContext,
  resource: ResourceInfo,
  made: KubernetesObject,
  verb: string,
  failing = '',
): number {
  const dryRun = readDryRun(context);
  if (dryRun === undefined) return 1;
  let object =
    resource.namespaced && context.flags.text('namespace') ? inNamespace(made, context.namespace) : made;
  if (context.flags.has('save-config')) object = withLastApplied(object);
  if (dryRun === 'client') {
    reportObject(context, resource, object, verb, dryRun);
    return 0;
  }
  const created: ApiResult<KubernetesObject> = context.api.create(
    resource.name,
    inNamespace(object, resource.namespaced ? context.namespace : undefined) as never,
    {
      fieldValidation: fieldValidation(context),
      fieldManager: 'kubectl-create',
      dryRun: dryRun === 'server',
    },
  );
  context.warn(created.warnings);
  if (!created.ok) {
    if (failing !== '') return context.fail(`failed to create ${failing} ${created.status.message}`);
    context.err(statusMessage(created.status));
    return 1;
  }
  reportObject(context, resource, created.object, verb, dryRun);
  return 0;
}
