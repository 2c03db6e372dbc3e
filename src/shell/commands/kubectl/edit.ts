import type { ApiResult, KubernetesObject } from '../../../engine/index.ts';
import type { Process } from '../../process.ts';
import { findObjects } from './find-objects.ts';
import { FLAG, type KubectlCommand, type KubectlContext } from './kubectl-command.ts';
import { type Found, printObjects } from './print-objects.ts';
import { namespaceFor, printedName } from './resource-arguments.ts';

const HEADER =
  "# Please edit the object below. Lines beginning with a '#' will be ignored,\n# and an empty file will abort the edit. If an error occurs while saving this file will be\n# reopened with the relevant failures.\n#\n";
/** A text that stays wrong is given back so often, then kept in a file. */
const MAX_ROUNDS = 20;

/** Models pkg/cmd/edit and util/editor (kubectl v1.36): the host, or `$KUBE_EDITOR`, edits a text. */
export const editCommand: KubectlCommand = {
  name: 'edit',
  usage: 'edit (TYPE NAME | TYPE/NAME | -f FILE)',
  summary: 'Change an object in the editor',
  arguments: ['resource', 'name'],
  flags: [
    FLAG.filename,
    FLAG.fieldManager,
    { name: 'output', short: 'o', value: 'json|yaml', help: 'The language of the text' },
    { name: 'save-config', help: 'Keep the text as an annotation, for apply' },
  ],
  examples: ['kubectl edit svc hello', "KUBE_EDITOR='sed -i s/80/8080/' kubectl edit svc hello"],
  async run(context) {
    const result = await findObjects(context);
    if (result.usage) {
      context.err(result.usage);
      return 1;
    }
    for (const line of result.errors) context.err(line);
    if (result.found.length === 0) {
      if (result.errors.length === 0) context.err('error: edit cancelled, no objects found');
      return 1;
    }
    let status = result.errors.length > 0 ? 1 : 0;
    for (const found of result.found) status = (await editOne(context, found)) || status;
    return status;
  },
};

async function editOne(context: KubectlContext, found: Found): Promise<number> {
  const { process, api, flags } = context;
  const { host } = process.session;
  const { resource, object } = found;
  const format = flags.text('output') === 'json' ? 'json' : 'yaml';
  const name = `edit-${resource.singular}-${object.metadata.name}.${format}`;
  const printed = printObjects(context, [found], format, true);
  const original = printed.ok ? printed.text : '';
  let text = original;
  let reasons: readonly string[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const shown = format === 'json' ? text : HEADER + comments(reasons) + text;
    const edited = await openEditor(process, name, shown);
    if (!edited.ok) return context.fail(edited.message);
    const body = edited.text === undefined ? original : withoutComments(edited.text);
    if (body.trim() === '') {
      context.err('Edit cancelled, saved file was empty.');
      return 0;
    }
    if (reasons.length > 0 && body === text) {
      const path = `/tmp/kubectl-${name}`;
      if (process.files.write(path, edited.text ?? text) === undefined)
        context.err(`A copy of your changes has been stored to "${path}"`);
      return context.fail('Edit cancelled, no valid changes were saved.');
    }
    if (body === original) {
      context.err('Edit cancelled, no changes made.');
      return 0;
    }
    text = body;
    const { documents, problems } = host.parseManifests(body, name);
    const changed = documents[0]?.object as KubernetesObject | undefined;
    if (problems[0] || !changed) {
      reasons = [
        `The edited file had a syntax error: ${problems[0]?.message.replace(/^error: /, '') ?? 'no object'}`,
      ];
      continue;
    }
    const refused = renamed(object, changed);
    if (refused) return context.fail(refused);
    const sent: ApiResult<KubernetesObject> = api.patch(
      resource.name,
      namespaceFor(resource, object.metadata.namespace ?? ''),
      object.metadata.name,
      'merge',
      mergePatch(object, changed),
      { fieldValidation: 'Strict' },
    );
    context.warn(sent.warnings);
    if (sent.ok) {
      context.out(`${printedName(resource, object.metadata.name)} edited\n`);
      return 0;
    }
    const what = `${plural(resource.name, resource.group)} "${object.metadata.name}"`;
    if (sent.status.reason !== 'Invalid') {
      context.err(
        sent.status.reason === 'NotFound'
          ? `error: ${what} could not be found on the server`
          : `error: ${what} could not be patched: ${sent.status.message}\nYou can run \`kubectl replace -f /tmp/kubectl-${name}\` to try this update again.`,
      );
      process.files.write(`/tmp/kubectl-${name}`, edited.text ?? text);
      return 1;
    }
    context.err(`error: ${what} is invalid`);
    const causes = sent.status.details?.causes ?? [];
    reasons = [`${what} was not valid:`, ...causes.map(({ field, message }) => `* ${field}: ${message}`)];
  }
  return 1;
}

function plural(resource: string, group: string): string {
  return group === '' ? resource : `${resource}.${group}`;
}

function comments(reasons: readonly string[]): string {
  return reasons.length === 0 ? '' : `${reasons.map((line) => `# ${line}\n`).join('')}#\n`;
}

function withoutComments(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n');
}

function renamed(before: KubernetesObject, after: KubernetesObject): string | undefined {
  if (before.kind !== after.kind || before.apiVersion !== after.apiVersion)
    return 'At least one of apiVersion, kind and name was changed';
  return before.metadata.name === after.metadata?.name
    ? undefined
    : 'At least one of apiVersion, kind and name was changed';
}

/** RFC 7386: what turns `before` into `after`. */
export function mergePatch(before: unknown, after: unknown): unknown {
  if (!isMap(before) || !isMap(after)) return after;
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) patch[key] = null;
  for (const [key, value] of Object.entries(after))
    if (JSON.stringify(before[key]) !== JSON.stringify(value)) patch[key] = mergePatch(before[key], value);
  return patch;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Edited =
  | { readonly ok: true /** undefined: the reader gave up. */; readonly text: string | undefined }
  | { readonly ok: false; readonly message: string };

/** `$KUBE_EDITOR` or `$EDITOR` on a file, else the host's own editor. */
export async function openEditor(process: Process, name: string, text: string): Promise<Edited> {
  const { edit } = process.session.host;
  const command = process.env.KUBE_EDITOR || process.env.EDITOR;
  if (command === undefined) {
    if (!edit) return { ok: false, message: 'unable to launch the editor "vi"' };
    return { ok: true, text: await edit.call(process.session.host, name, text) };
  }
  const path = `/tmp/kubectl-${name}`;
  const problem = process.files.write(path, text);
  if (problem) return { ok: false, message: `open ${path}: ${problem.toLowerCase()}` };
  const status = await process.runLine(`${command} ${path}`);
  const edited = process.files.read(path);
  process.files.remove(path);
  if (status === 127) return { ok: false, message: `unable to launch the editor "${command}"` };
  if (status !== 0) return { ok: false, message: `there was a problem with the editor "${command}"` };
  return { ok: true, text: edited };
}
