import type { ApiResult, KubernetesObject, ResourceInfo } from '../../../engine/index.ts';
import {
  fieldValidation,
  inNamespace,
  namespaceMismatch,
  readDryRun,
  reportObject,
  withLastApplied,
} from './apply.ts';
import { GENERATORS } from './create-generators.ts';
import { namespaceOfFile } from './find-objects.ts';
import {
  FLAG,
  helpText,
  type KubectlCommand,
  type KubectlContext,
  statusMessage,
} from './kubectl-command.ts';
import { readFiles } from './read-files.ts';
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
        context.err(
          `error: unknown command "${args.join(' ')}"\nSee 'kubectl create -h' for help and examples`,
        );
        return 1;
      }
      context.err(`error: must specify one of -f and -k\n`);
      context.err(helpText(createCommand, 'kubectl create').trimEnd());
      return 1;
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

/** What a generator makes of its words and flags, or what is wrong with them. */
export type Generated =
  | { readonly ok: true; readonly object: KubernetesObject }
  | { readonly ok: false; readonly message: string };

export interface Generator extends Omit<KubectlCommand, 'run' | 'subcommands'> {
  readonly resource: string;
  readonly subgenerators?: readonly Generator[];
  generate?(context: KubectlContext, name: string): Generated | Promise<Generated>;
}

function generatorCommand(generator: Generator): KubectlCommand {
  const { generate, subgenerators, ...data } = generator;
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
    ...(generate && { run: (context: KubectlContext) => runGenerator(context, generator, generate) }),
  };
}

async function runGenerator(
  context: KubectlContext,
  generator: Generator,
  generate: NonNullable<Generator['generate']>,
): Promise<number> {
  const [name] = context.args;
  if (name === undefined || context.args.length > 1) {
    context.err(
      `error: exactly one NAME is required, got ${context.args.length}\nSee '${context.path} -h' for help and examples`,
    );
    return 1;
  }
  const dryRun = readDryRun(context);
  if (dryRun === undefined) return 1;
  const made = await generate(context, name);
  if (!made.ok) return context.fail(made.message);
  return createGenerated(context, findResource(generator.resource)!, made.object, 'created');
}

/** Sends a made object, or shows it for a dry run: `create NAME`, `run`, `expose`. */
export function createGenerated(
  context: KubectlContext,
  resource: ResourceInfo,
  made: KubernetesObject,
  verb: string,
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
    if (created.status.reason === 'Invalid') context.err(statusMessage(created.status));
    else if (created.status.reason === 'AlreadyExists' || created.status.reason === 'NotFound')
      context.fail(`failed to create ${resource.singular}: ${created.status.message}`);
    else context.failStatus(created.status);
    return 1;
  }
  reportObject(context, resource, created.object, verb, dryRun);
  return 0;
}
