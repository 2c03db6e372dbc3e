import type { ApiResult, KubernetesObject } from '../../../engine/index.ts';
import { findObjects } from './find-objects.ts';
import { FLAG, type KubectlCommand, type KubectlContext } from './kubectl-command.ts';
import { readDryRun, reportObject } from './report.ts';
import { namespaceFor } from './resource-arguments.ts';

const FLAGS = [
  FLAG.filename,
  FLAG.selector,
  FLAG.fieldSelector,
  FLAG.allNamespaces,
  FLAG.dryRun,
  FLAG.output,
  { name: 'overwrite', help: 'Replace a value that is there' },
  { name: 'all', help: 'All objects of the type' },
  { name: 'list', help: 'Show what is there' },
  { name: 'resource-version', value: 'VERSION', help: 'Only if the object is of this version' },
  FLAG.fieldManager,
] as const;

/** Models pkg/cmd/label (kubectl v1.36). */
export const labelCommand: KubectlCommand = {
  name: 'label',
  usage: 'label TYPE NAME KEY=VALUE… [KEY-…] [flags]',
  summary: 'Set, change or remove labels',
  arguments: ['resource', 'name'],
  flags: FLAGS,
  examples: [
    'kubectl label pod client tier=front',
    'kubectl label pod client tier-',
    'kubectl label node node-1 zone=a --overwrite',
  ],
  run: (context) => change(context, 'labels'),
};

/** Models pkg/cmd/annotate (kubectl v1.36). */
export const annotateCommand: KubectlCommand = {
  name: 'annotate',
  usage: 'annotate TYPE NAME KEY=VALUE… [KEY-…] [flags]',
  summary: 'Set, change or remove annotations',
  arguments: ['resource', 'name'],
  flags: FLAGS,
  examples: ['kubectl annotate svc hello owner=me', 'kubectl annotate svc hello owner-'],
  run: (context) => change(context, 'annotations'),
};

async function change(context: KubectlContext, field: 'labels' | 'annotations'): Promise<number> {
  const verb = field === 'labels' ? 'label' : 'annotation';
  const isChange = (word: string) => /^[^=]+=/.test(word) || /^[^=/]+(?:\/[^=/]+)?-$/.test(word);
  // The changes come last: the first word that is one begins them.
  const first = context.args.findIndex(
    (word, index) =>
      (index > 0 || context.flags.list('filename').length > 0) &&
      isChange(word) &&
      (word.includes('=') ||
        index >= (context.args[0]!.includes('/') ? 1 : 2) ||
        context.flags.has('all') ||
        context.flags.list('filename').length > 0),
  );
  const resources = first === -1 ? context.args : context.args.slice(0, first);
  const changes = first === -1 ? [] : context.args.slice(first);
  if (resources.length === 0 && context.flags.list('filename').length === 0)
    return context.fail('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  if (changes.length === 0 && !context.flags.has('list'))
    return context.fail(`at least one ${verb} update is required`);
  const wrong = changeProblem(changes, field);
  if (wrong) return context.fail(wrong);
  const dryRun = readDryRun(context);
  if (dryRun === undefined) return 1;

  const result = await findObjects({ ...context, args: resources });
  if (result.usage) {
    context.err(result.usage);
    return 1;
  }
  let status = 0;
  for (const { resource, object } of result.found) {
    const present: Readonly<Record<string, string>> = object.metadata[field] ?? {};
    if (context.flags.has('list')) {
      context.out(
        Object.entries(present)
          .map(([key, value]) => `${key}=${value}\n`)
          .join(''),
      );
      continue;
    }
    const outcome = compute(present, changes, context.flags.has('overwrite'), verb);
    if (typeof outcome === 'string') {
      status = context.fail(outcome);
      continue;
    }
    if (field === 'labels') for (const note of outcome.notes) context.out(`${note}\n`);
    let shown = object;
    if (outcome.changed) {
      const version = context.flags.text('resource-version');
      const patched: ApiResult<KubernetesObject> = context.api.patch(
        resource.name,
        namespaceFor(resource, object.metadata.namespace ?? ''),
        object.metadata.name,
        'merge',
        { metadata: { [field]: outcome.patch, ...(version && { resourceVersion: version }) } },
        { dryRun: dryRun !== 'none' },
      );
      if (!patched.ok) {
        status = context.failStatus(patched.status);
        continue;
      }
      shown = patched.object;
    }
    reportObject(context, resource, shown, saying(field, outcome), dryRun);
  }
  for (const line of result.errors) context.err(line);
  return result.errors.length > 0 ? 1 : status;
}

const LABEL_VALUE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** What kubectl itself refuses before it asks the server. */
function changeProblem(changes: readonly string[], field: 'labels' | 'annotations'): string | undefined {
  const set = changes.filter((word) => word.includes('='));
  if (field === 'labels') {
    const bad = set.find((word) => {
      const value = word.slice(word.indexOf('=') + 1);
      return value.length > 63 || !/^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(value);
    });
    if (bad) return `invalid label value: "${bad}": ${LABEL_VALUE}`;
  }
  const both = changes.some(
    (word) => !word.includes('=') && set.some((one) => one.slice(0, one.indexOf('=')) === word.slice(0, -1)),
  );
  return both
    ? `can not both modify and remove ${field === 'labels' ? 'a label' : 'an annotation'} in the same command`
    : undefined;
}

interface Outcome {
  readonly patch: Readonly<Record<string, string | null>>;
  readonly changed: boolean;
  readonly added: boolean;
  readonly removed: boolean;
  readonly notes: readonly string[];
}

function compute(
  present: Readonly<Record<string, string>>,
  changes: readonly string[],
  overwrite: boolean,
  verb: string,
): Outcome | string {
  const patch: Record<string, string | null> = {};
  const notes: string[] = [];
  for (const word of changes) {
    if (word.endsWith('-') && !word.includes('=')) {
      const key = word.slice(0, -1);
      if (Object.hasOwn(present, key)) patch[key] = null;
      else notes.push(`${verb} "${key}" not found.`);
      continue;
    }
    const key = word.slice(0, word.indexOf('='));
    const value = word.slice(word.indexOf('=') + 1);
    if (Object.hasOwn(present, key) && present[key] !== value && !overwrite)
      return verb === 'label'
        ? `'${key}' already has a value (${present[key]}), and --overwrite is false`
        : `--overwrite is false but found the following declared annotation(s): '${key}' already has a value (${present[key]})`;
    if (present[key] !== value) patch[key] = value;
  }
  const values = Object.values(patch);
  return {
    patch,
    changed: values.length > 0,
    added: values.some((value) => value !== null),
    removed: values.some((value) => value === null),
    notes,
  };
}

function saying(field: 'labels' | 'annotations', { added, removed, changed }: Outcome): string {
  if (field === 'annotations') return 'annotated';
  if (!changed) return 'not labeled';
  if (added && removed) return 'modified';
  return removed ? 'unlabeled' : 'labeled';
}
