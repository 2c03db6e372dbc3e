import type { ApiResult, KubernetesObject } from '../../../engine/index.ts';
import { deletedLine } from './delete.ts';
import { namespaceOfFile, serverError } from './find-objects.ts';
import { FLAG, type KubectlCommand, type KubectlContext, statusMessage } from './kubectl-command.ts';
import { inNamespace } from './last-applied.ts';
import { type FileObject, readFiles } from './read-files.ts';
import { fieldValidation, readDryRun, reportObject } from './report.ts';
import { waitUntilGone } from './wait-until-gone.ts';

/** Models pkg/cmd/replace (kubectl v1.36): what is there is replaced by the file's text. */
export const replaceCommand: KubectlCommand = {
  name: 'replace',
  usage: 'replace -f FILE',
  summary: 'Replace objects by what the files say',
  flags: [
    FLAG.filename,
    FLAG.recursive,
    FLAG.dryRun,
    FLAG.output,
    FLAG.validate,
    FLAG.fieldManager,
    { name: 'force', help: 'Delete first, then create' },
    { name: 'grace-period', value: 'SECONDS', type: 'int', help: 'With --force: time to end gracefully' },
    {
      name: 'cascade',
      value: 'background|foreground|orphan',
      help: 'With --force: what to do with what it owns',
    },
    { name: 'save-config', help: 'Keep the text as an annotation, for apply' },
  ],
  examples: ['kubectl replace -f hello.yaml', 'kubectl replace --force -f pod.yaml'],
  async run(context) {
    const { flags } = context;
    if (flags.list('filename').length === 0) return context.fail('must specify one of -f and -k');
    if (flags.has('grace-period') && !flags.has('force'))
      return context.fail('--grace-period must have --force specified');
    const dryRun = readDryRun(context);
    if (dryRun === undefined) return 1;
    const { objects, errors } = await readFiles(context);
    const lines = [...errors];
    if (objects.length === 0 && lines.length === 0) return context.fail('no objects passed to replace');
    const forced = flags.has('force') && dryRun === 'none';
    if (forced) for (const one of objects) lines.push(...(await remove(context, one)));
    for (const one of objects) {
      const object = inNamespace(
        one.object,
        one.resource.namespaced ? namespaceOfFile(one, context) : undefined,
      );
      if (dryRun === 'client') {
        reportObject(context, one.resource, object, 'replaced', dryRun);
        continue;
      }
      const options = { dryRun: dryRun === 'server', fieldValidation: fieldValidation(context) };
      const result: ApiResult<KubernetesObject> = forced
        ? context.api.create(one.resource.name, object as never, options)
        : context.api.update(one.resource.name, object as never, options);
      context.warn(result.warnings);
      if (result.ok) reportObject(context, one.resource, result.object, 'replaced', dryRun);
      else
        lines.push(statusMessage(result.status, forced ? undefined : `error when replacing "${one.file}"`));
    }
    for (const line of lines) context.err(line);
    return lines.length > 0 ? 1 : 0;
  },
};

/** `--force`: deletes what is there and waits until it is gone. Answers what went wrong. */
async function remove(context: KubectlContext, one: FileObject): Promise<readonly string[]> {
  const namespace = namespaceOfFile(one, context);
  const grace = context.flags.number('grace-period');
  const result = context.api.delete(one.resource.name, namespace, one.object.metadata.name, {
    ...(grace !== undefined && grace >= 0 && { gracePeriodSeconds: grace }),
  });
  if (!result.ok) return result.status.reason === 'NotFound' ? [] : [serverError(result.status)];
  const found = { resource: one.resource, object: result.object };
  context.out(deletedLine(context, found, 'deleted', ''));
  await waitUntilGone(context, [found]);
  return [];
}
