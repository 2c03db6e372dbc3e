import type {
  ApiResult,
  Container,
  Deployment,
  KubernetesObject,
  Node,
  PatchType,
  Taint,
} from '../../../engine/index.ts';
import { dryRunSuffix, fieldValidation, inNamespace, readDryRun, reportObject } from './apply.ts';
import { findObjects, namespaceOfFile } from './find-objects.ts';
import { FLAG, type KubectlCommand, type KubectlContext, statusMessage } from './kubectl-command.ts';
import type { Found } from './print-objects.ts';
import { readFiles } from './read-files.ts';
import { findResource, namespaceFor, printedName } from './resource-arguments.ts';

/** Looks up what the words mean and does something to each object. */
async function each(
  context: KubectlContext,
  args: readonly string[],
  work: (found: Found) => number | Promise<number>,
): Promise<number> {
  const result = await findObjects({ ...context, args });
  if (result.usage) {
    context.err(result.usage);
    return 1;
  }
  let status = result.errors.length > 0 ? 1 : 0;
  for (const found of result.found) status = (await work(found)) || status;
  for (const line of result.errors) context.err(line);
  return status;
}

function send(
  context: KubectlContext,
  { resource, object }: Found,
  type: PatchType,
  patch: unknown,
  verb: string,
): number {
  const dryRun = readDryRun(context);
  if (dryRun === undefined) return 1;
  if (dryRun !== 'client') {
    const result: ApiResult<KubernetesObject> = context.api.patch(
      resource.name,
      namespaceFor(resource, object.metadata.namespace ?? ''),
      object.metadata.name,
      type,
      patch,
      { dryRun: dryRun === 'server' },
    );
    if (!result.ok) return context.failStatus(result.status);
    context.warn(result.warnings);
    reportObject(
      context,
      resource,
      result.object,
      result.object.metadata.resourceVersion === object.metadata.resourceVersion && dryRun === 'none'
        ? `${verb} (no change)`
        : verb,
      dryRun,
    );
    return 0;
  }
  context.out(`${printedName(resource, object.metadata.name)} ${verb}${dryRunSuffix(dryRun)}\n`);
  return 0;
}

/** Models pkg/cmd/patch. */
export const patchCommand: KubectlCommand = {
  name: 'patch',
  usage: 'patch (-f FILE | TYPE NAME) -p PATCH [--type=strategic|merge|json]',
  summary: 'Change fields of an object',
  arguments: ['resource', 'name'],
  flags: [
    FLAG.filename,
    FLAG.dryRun,
    FLAG.output,
    { name: 'patch', short: 'p', value: 'PATCH', help: 'The patch, as JSON or YAML' },
    { name: 'patch-file', value: 'FILE', help: 'A file with the patch' },
    { name: 'type', value: 'TYPE', help: 'strategic (default), merge or json' },
    { name: 'subresource', value: 'NAME', help: 'status or scale' },
  ],
  examples: [
    `kubectl patch svc hello -p '{"spec":{"type":"NodePort"}}'`,
    `kubectl patch deploy hello --type=json -p '[{"op":"replace","path":"/spec/replicas","value":3}]'`,
  ],
  run(context) {
    const { flags, process } = context;
    const file = flags.text('patch-file');
    const text = flags.text('patch') ?? (file ? process.files.read(file) : undefined);
    if (text === undefined)
      return context.fail('must specify --patch or --patch-file containing the contents of the patch');
    const type = flags.text('type') ?? 'strategic';
    if (type !== 'strategic' && type !== 'merge' && type !== 'json')
      return context.fail(`--type must be one of [json merge strategic], not "${type}"`);
    const { documents, problems } = process.session.host.parseManifests(text, 'patch');
    if (problems[0])
      return context.fail(
        `unable to parse "${text}": ${problems[0].message.replace(/^error: error parsing patch: error converting YAML to JSON: /, '')}`,
      );
    const patch = documents[0]?.object;
    return each(context, context.args, (found) => send(context, found, type, patch, 'patched'));
  },
};

/** Models pkg/cmd/replace: what is there is replaced by the file's text. */
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
    { name: 'force', help: 'Delete first, then create' },
  ],
  examples: ['kubectl replace -f hello.yaml', 'kubectl replace --force -f pod.yaml'],
  async run(context) {
    if (context.flags.list('filename').length === 0) return context.fail('must specify one of -f and -k');
    const dryRun = readDryRun(context);
    if (dryRun === undefined) return 1;
    const { objects, errors } = await readFiles(context);
    const lines = [...errors];
    for (const one of objects) {
      const namespace = namespaceOfFile(one, context);
      const object = inNamespace(one.object, one.resource.namespaced ? namespace : undefined);
      if (context.flags.has('force')) {
        context.api.delete(one.resource.name, namespace, object.metadata.name, { gracePeriodSeconds: 0 });
        for (
          let waited = 0;
          waited < 60_000 && context.api.get(one.resource.name, namespace, object.metadata.name).ok;
          waited += 250
        )
          await context.process.sleep(250);
        context.out(`${printedName(one.resource, object.metadata.name)} deleted\n`);
      }
      const options = { dryRun: dryRun === 'server', fieldValidation: fieldValidation(context) };
      const result: ApiResult<KubernetesObject> = context.flags.has('force')
        ? context.api.create(one.resource.name, object as never, options)
        : context.api.update(one.resource.name, object as never, options);
      context.warn(result.warnings);
      if (result.ok) reportObject(context, one.resource, result.object, 'replaced', dryRun);
      else lines.push(statusMessage(result.status, `error when replacing "${one.file}"`));
    }
    for (const line of lines) context.err(line);
    return lines.length > 0 ? 1 : 0;
  },
};

const EDIT_HEADER =
  "# Please edit the object below. Lines beginning with a '#' will be ignored,\n# and an empty file will abort the edit. If an error occurs while saving this file will be\n# reopened with the relevant failures.\n#\n";

/** Models pkg/cmd/edit: the host opens its editor. */
export const editCommand: KubectlCommand = {
  name: 'edit',
  usage: 'edit (TYPE NAME | TYPE/NAME)',
  summary: 'Change an object in the editor',
  arguments: ['resource', 'name'],
  flags: [FLAG.filename, FLAG.output],
  examples: ['kubectl edit svc hello'],
  run(context) {
    const { host } = context.process.session;
    const { edit } = host;
    if (!edit)
      return context.fail(
        'unable to launch an editor here: change the file and apply it, or use kubectl patch',
      );
    return each(context, context.args, async (found) => {
      const name = `${found.resource.singular}-${found.object.metadata.name}.yaml`;
      const text = await edit.call(host, name, EDIT_HEADER + host.stringifyYaml(found.object));
      const { documents, problems } =
        text === undefined ? { documents: [], problems: [] } : host.parseManifests(text, name);
      if (problems[0]) {
        context.err(problems[0].message);
        return 1;
      }
      const edited = documents[0]?.object as KubernetesObject | undefined;
      if (!edited) {
        context.err('Edit cancelled, no changes made.');
        return 0;
      }
      const result: ApiResult<KubernetesObject> = context.api.update(found.resource.name, edited as never, {
        fieldValidation: 'Strict',
      });
      if (!result.ok) return context.failStatus(result.status);
      if (result.object.metadata.resourceVersion === found.object.metadata.resourceVersion)
        context.err('Edit cancelled, no changes made.');
      else context.out(`${printedName(found.resource, found.object.metadata.name)} edited\n`);
      return 0;
    });
  },
};

/** Models pkg/cmd/set image. */
export const setCommand: KubectlCommand = {
  name: 'set',
  usage: 'set SUBCOMMAND',
  summary: 'Set one field of a workload',
  flags: [],
  examples: ['kubectl set image deploy/hello hello=gcr.io/google-samples/hello-app:2.0'],
  subcommands: [
    {
      name: 'image',
      usage: 'set image (TYPE NAME | TYPE/NAME) CONTAINER=IMAGE…',
      summary: 'Set the image of containers',
      arguments: ['resource', 'name'],
      flags: [
        FLAG.filename,
        FLAG.selector,
        FLAG.dryRun,
        FLAG.output,
        { name: 'all', help: 'All objects of the type' },
      ],
      examples: ['kubectl set image deploy/hello hello=gcr.io/google-samples/hello-app:2.0'],
      run(context) {
        const changes = context.args.filter((word) => word.includes('='));
        if (changes.length === 0) return context.fail('at least one image update is required');
        return each(
          context,
          context.args.filter((word) => !word.includes('=')),
          (found) => {
            const pod = found.object.kind === 'Pod';
            const spec = (found.object as Deployment).spec;
            const containers: readonly Container[] =
              (pod
                ? (spec as unknown as { containers: readonly Container[] }).containers
                : spec.template?.spec.containers) ?? [];
            const wanted: { name: string; image: string }[] = [];
            for (const change of changes) {
              const [name = '', image = ''] = [
                change.slice(0, change.indexOf('=')),
                change.slice(change.indexOf('=') + 1),
              ];
              const named = containers.filter((container) => name === '*' || container.name === name);
              if (named.length === 0) return context.fail(`unable to find container named "${name}"`);
              wanted.push(...named.map((container) => ({ name: container.name, image })));
            }
            if (
              wanted.every(({ name, image }) =>
                containers.some((container) => container.name === name && container.image === image),
              )
            )
              return 0;
            return send(
              context,
              found,
              'strategic',
              pod
                ? { spec: { containers: wanted } }
                : { spec: { template: { spec: { containers: wanted } } } },
              'image updated',
            );
          },
        );
      },
    },
  ],
};

function nodeVerb(name: 'cordon' | 'uncordon', unschedulable: boolean): KubectlCommand {
  return {
    name,
    usage: `${name} NODE`,
    summary: unschedulable ? 'Let no more pods onto a node' : 'Let pods onto a node again',
    arguments: ['node'],
    flags: [FLAG.selector, FLAG.dryRun],
    examples: [`kubectl ${name} node-2`],
    run(context) {
      if (context.args.length === 0 && context.flags.text('selector') === undefined)
        return context.fail(`USAGE: ${name} NODE [flags]`);
      return each(context, ['nodes', ...context.args], (found) => {
        if (((found.object as Node).spec.unschedulable ?? false) === unschedulable) {
          context.out(`node/${found.object.metadata.name} already ${name}ed\n`);
          return 0;
        }
        const result = context.api.patch('nodes', '', found.object.metadata.name, 'merge', {
          spec: { unschedulable: unschedulable ? true : null },
        });
        if (!result.ok) return context.failStatus(result.status);
        context.out(`node/${found.object.metadata.name} ${name}ed\n`);
        return 0;
      });
    },
  };
}

/** Models pkg/cmd/drain: cordon and uncordon. */
export const cordonCommand = nodeVerb('cordon', true);
export const uncordonCommand = nodeVerb('uncordon', false);

/** Models pkg/cmd/taint. */
export const taintCommand: KubectlCommand = {
  name: 'taint',
  usage: 'taint nodes NODE KEY[=VALUE]:EFFECT… [KEY[:EFFECT]-…]',
  summary: 'Keep pods away from a node, or let them on again',
  arguments: ['node'],
  flags: [
    FLAG.selector,
    FLAG.dryRun,
    { name: 'overwrite', help: 'Replace a taint that is there' },
    { name: 'all', help: 'All nodes' },
  ],
  examples: ['kubectl taint nodes node-2 dedicated=db:NoSchedule', 'kubectl taint nodes node-2 dedicated-'],
  run(context) {
    const isTaint = (word: string) => /:|-$/.test(word) && !findResource(word);
    const taints = context.args.filter((word, index) => index > 0 && isTaint(word));
    if (taints.length === 0) return context.fail('at least one taint update is required');
    return each(
      context,
      context.args.filter((word) => !taints.includes(word)),
      (found) => {
        let now: readonly Taint[] = (found.object as Node).spec.taints ?? [];
        let removed = 0;
        for (const word of taints) {
          const match = /^([^=:]+?)(?:=([^:]*))?(?::(\w+))?(-)?$/.exec(word);
          const [, key = '', value, effect, minus] = match ?? [];
          if (minus) {
            const rest = now.filter(
              (taint) => taint.key !== key || (effect !== undefined && taint.effect !== effect),
            );
            if (rest.length === now.length) return context.fail(`taint "${word.slice(0, -1)}" not found`);
            now = rest;
            removed++;
          } else if (effect !== 'NoSchedule' && effect !== 'PreferNoSchedule' && effect !== 'NoExecute') {
            return context.fail(`invalid taint effect: ${effect ?? ''}, unsupported taint effect`);
          } else {
            if (
              now.some((taint) => taint.key === key && taint.effect === effect) &&
              !context.flags.has('overwrite')
            )
              return context.fail(
                `node ${found.object.metadata.name} already has ${key} taint(s) with same effect(s) and --overwrite is false`,
              );
            now = [
              ...now.filter((taint) => taint.key !== key || taint.effect !== effect),
              { key, effect, ...(value && { value }) },
            ];
          }
        }
        return send(
          context,
          found,
          'merge',
          { spec: { taints: now } },
          removed === taints.length ? 'untainted' : 'tainted',
        );
      },
    );
  },
};
