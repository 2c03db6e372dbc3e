import type { ConfigMap, Container, EnvVar, Secret } from '../../../../engine/index.ts';
import { findObjects } from '../find-objects.ts';
import type { KubectlCommand, KubectlContext } from '../kubectl-command.ts';
import { CONTAINERS_FLAG, changeContainers, namePattern, SET_FLAGS } from './pod-templates.ts';

/** Models pkg/cmd/set/set_env.go (kubectl v1.36). */
export const setEnvCommand: KubectlCommand = {
  name: 'env',
  usage: 'set env TYPE/NAME [NAME=VALUE…] [NAME-…] [flags]',
  summary: 'Set, list or remove environment variables',
  arguments: ['resource', 'name'],
  flags: [
    ...SET_FLAGS,
    CONTAINERS_FLAG,
    { name: 'env', short: 'e', value: 'NAME=VALUE', help: 'One variable' },
    { name: 'from', value: 'TYPE/NAME', help: 'All entries of a ConfigMap or a Secret' },
    { name: 'keys', value: 'KEYS', help: 'With --from: only these entries' },
    { name: 'prefix', value: 'TEXT', help: 'Put before every name' },
    { name: 'list', help: 'Show what is there' },
    { name: 'resolve', help: 'With --list: the values behind the references' },
    {
      name: 'overwrite',
      value: 'BOOL',
      type: 'bool',
      alone: 'true',
      help: 'Replace what is there (default true)',
    },
  ],
  examples: [
    'kubectl set env deploy/hello COLOR=blue',
    'kubectl set env deploy/hello COLOR-',
    'kubectl set env deploy/hello --list',
    'kubectl set env deploy/hello --from=configmap/settings',
  ],
  async run(context) {
    const { flags, args } = context;
    const isChange = (word: string) => word.includes('=') || (word.endsWith('-') && !word.includes('/'));
    const first = args.findIndex((word, index) => isChange(word) && (index > 0 || word.includes('=')));
    const resources = first === -1 ? args : args.slice(0, first);
    const changes = [...flags.list('env'), ...(first === -1 ? [] : args.slice(first))];
    if (flags.list('filename').length === 0 && resources.length === 0)
      return context.fail(
        'one or more resources must be specified as <resource> <name> or <resource>/<name>',
      );
    if (flags.has('list') && flags.text('output'))
      return context.fail('--list and --output may not be specified together');
    if (flags.text('keys') && !flags.text('from'))
      return context.fail('when specifying --keys, a configmap or secret must be provided with --from');
    const set: EnvVar[] = [];
    const removed: string[] = [];
    for (const word of changes) {
      const equals = word.indexOf('=');
      if (equals > 0) set.push({ name: word.slice(0, equals), value: word.slice(equals + 1) });
      else if (word.endsWith('-')) removed.push(word.slice(0, -1));
      else
        return context.fail(
          `unknown environment variable format: ${word}`.replace(
            /^unknown .*: /,
            'environment variables must be of the form key=value, not ',
          ),
        );
    }
    const from = await referenced(context);
    if (typeof from === 'number') return from;
    const prefix = flags.text('prefix') ?? '';
    const wanted = [...set, ...from].map((one) => ({ ...one, name: prefix + one.name }));
    const pattern = flags.text('containers') ?? '*';
    const meant = namePattern(pattern);
    const options = { verb: 'env updated', failing: 'failed to patch env update to pod template:' };
    return changeContainers(context, resources, options, (spec, { resource, object }) => {
      const all = [...spec.containers, ...(spec.initContainers ?? [])].filter(({ name }) => meant.test(name));
      if (all.length === 0) {
        context.warn([
          `${object.kind}/${object.metadata.name} does not have any containers matching "${pattern}"`,
        ]);
        return undefined;
      }
      if (flags.has('list')) {
        for (const container of all)
          list(context, object.kind, object.metadata.name, container, wanted, removed);
        return undefined;
      }
      const clash =
        flags.text('overwrite') === 'false'
          ? all.flatMap(({ env = [] }) =>
              env.filter(({ name }) => wanted.some((one) => one.name === name)),
            )[0]
          : undefined;
      if (clash)
        return {
          change: () => undefined,
          problems: [
            `error: ${resource.name}/${object.metadata.name} '${clash.name}' already has a value (${clash.value ?? ''}), and --overwrite is false`,
          ],
        };
      return {
        change: ({ name, env = [] }) => (meant.test(name) ? changeOf(env, wanted, removed) : undefined),
        problems: [],
      };
    });
  },
};

/** One container's variables as they should be: what is set takes the place of what was, in its order. */
function changeOf(
  before: readonly EnvVar[],
  wanted: readonly EnvVar[],
  removed: readonly string[],
): Partial<Container> {
  const env = before.map((old) => wanted.findLast(({ name }) => name === old.name) ?? old);
  for (const one of wanted) if (!env.some(({ name }) => name === one.name)) env.push(one);
  const kept = env.filter(({ name }) => !removed.includes(name));
  return before.length === 0 && kept.length === 0 ? {} : { env: kept };
}

/** The entries of `--from`, as references to them. */
async function referenced(context: KubectlContext): Promise<readonly EnvVar[] | number> {
  const from = context.flags.text('from');
  if (!from) return [];
  const keys = context.flags.text('keys')?.split(',');
  const result = await findObjects({
    ...context,
    args: [from],
    flags: { ...context.flags, list: () => [], text: () => undefined, has: () => false },
  });
  if (result.usage || result.errors.length > 0) {
    context.err(result.usage ?? result.errors.join('\n'));
    return 1;
  }
  const variables: EnvVar[] = [];
  for (const { object } of result.found) {
    if (object.kind !== 'ConfigMap' && object.kind !== 'Secret')
      return context.fail('unsupported resource specified in --from');
    for (const key of Object.keys((object as ConfigMap | Secret).data ?? {}).sort()) {
      if (keys && !keys.includes(key)) continue;
      const reference = { key, name: object.metadata.name };
      const name = key.replace(/[^A-Za-z0-9_]/g, '_').toUpperCase();
      if (name !== key) context.warn([`key ${key} transferred to ${name}`]);
      variables.push({
        name,
        valueFrom: object.kind === 'Secret' ? { secretKeyRef: reference } : { configMapKeyRef: reference },
      });
    }
  }
  return variables;
}

function list(
  context: KubectlContext,
  kind: string,
  name: string,
  container: Container,
  wanted: readonly EnvVar[],
  removed: readonly string[],
): void {
  context.out(`# ${kind} ${name}, container ${container.name}\n`);
  const { env = [] } = changeOf(container.env ?? [], wanted, removed);
  for (const { name: variable, value, valueFrom } of env) {
    const reference = referenceText(valueFrom);
    const resolved = context.flags.has('resolve') ? resolve(context, valueFrom) : undefined;
    context.out(
      reference === undefined || resolved !== undefined
        ? `${variable}=${resolved ?? value ?? ''}\n`
        : `# ${variable} from ${reference}\n`,
    );
  }
}

function referenceText(from: EnvVar['valueFrom']): string | undefined {
  if (from?.configMapKeyRef) return `configmap ${from.configMapKeyRef.name}, key ${from.configMapKeyRef.key}`;
  if (from?.secretKeyRef) return `secret ${from.secretKeyRef.name}, key ${from.secretKeyRef.key}`;
  if (from?.fieldRef) return `field path ${from.fieldRef.fieldPath}`;
  if (from) return 'invalid valueFrom';
  return undefined;
}

function resolve(context: KubectlContext, from: EnvVar['valueFrom']): string | undefined {
  const { namespace, api } = context;
  if (from?.configMapKeyRef) {
    const found = api.get('configmaps', namespace, from.configMapKeyRef.name ?? '');
    return found.ok ? found.object.data?.[from.configMapKeyRef.key] : undefined;
  }
  if (!from?.secretKeyRef) return undefined;
  const found = api.get('secrets', namespace, from.secretKeyRef.name ?? '');
  const encoded = found.ok ? found.object.data?.[from.secretKeyRef.key] : undefined;
  return encoded === undefined ? undefined : atob(encoded);
}
