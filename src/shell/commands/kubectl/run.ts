import type { KubernetesObject } from '../../../engine/index.ts';
import { parseDuration } from '../../flags.ts';
import { attach } from './attach.ts';
import { createGenerated } from './create.ts';
import { deletedLine } from './delete.ts';
import { isImageReference } from './image-reference.ts';
import { FLAG, type KubectlCommand, type KubectlContext } from './kubectl-command.ts';
import { findResource } from './resource-arguments.ts';

/** Models pkg/cmd/run (kubectl v1.36): one pod from flags. With -it --rm it is entered, and deleted afterwards. */
export const runCommand: KubectlCommand = {
  name: 'run',
  usage: 'run NAME --image=IMAGE [flags] [-- COMMAND…]',
  summary: 'Start one pod',
  flags: [
    { name: 'image', value: 'IMAGE', help: 'Image of the container' },
    { name: 'port', value: 'PORT', type: 'int', help: 'Port of the container' },
    { name: 'env', value: 'NAME=VALUE', help: 'An environment variable' },
    { name: 'labels', short: 'l', value: 'LABELS', help: 'Labels of the pod' },
    { name: 'restart', value: 'Always|OnFailure|Never', help: 'Restart policy' },
    { name: 'command', help: 'The words after -- are the command, not its arguments' },
    { name: 'expose', help: 'Make a ClusterIP Service for it, too' },
    { name: 'stdin', short: 'i', help: 'Pass standard input on' },
    { name: 'tty', short: 't', help: 'Standard input is a terminal' },
    { name: 'rm', help: 'Delete the pod afterwards' },
    { name: 'quiet', short: 'q', help: 'Print only what the command prints' },
    { name: 'annotations', value: 'KEY=VALUE', help: 'An annotation' },
    { name: 'image-pull-policy', value: 'Always|IfNotPresent|Never', help: 'When to pull the image' },
    { name: 'attach', value: 'BOOL', type: 'bool', alone: 'true', help: 'Attach to it (default: with -i)' },
    { name: 'leave-stdin-open', help: 'Keep standard input open after the first session' },
    { name: 'privileged', help: 'With all rights on its node' },
    {
      name: 'pod-running-timeout',
      value: 'DURATION',
      type: 'duration',
      help: 'How long to wait for the pod',
    },
    FLAG.fieldManager,
    FLAG.dryRun,
    FLAG.output,
  ],
  examples: [
    'kubectl run client --image=nicolaka/netshoot -- sleep infinity',
    'kubectl run -it --rm tmp --image=busybox --restart=Never -- wget -qO- http://hello',
    'kubectl run web --image=nginx --port=80 --expose',
  ],
  async run(context) {
    const { flags, args, process } = context;
    const [name, ...words] = args;
    if (!flags.has('image')) return context.fail('required flag(s) "image" not set');
    if (name === undefined || flags.dash === 0) return context.usageError('NAME is required for run');
    const wrong = invalid(context);
    if (wrong !== undefined) return wrong;
    const labels = flags.text('labels')
      ? Object.fromEntries(
          flags
            .text('labels')!
            .split(',')
            .map((pair) => pair.split('=') as [string, string]),
        )
      : { run: name };
    const port = flags.number('port');
    const attached = isAttached(context);
    // The pod is made first, but what is said of it comes after its Service.
    const said: string[] = [];
    const made = createGenerated(
      { ...context, out: (text) => void said.push(text) },
      findResource('pods')!,
      podOf(context, name, words, labels),
      'created',
    );
    if (made !== 0) return made;
    let status = 0;
    if (flags.has('expose')) {
      const service = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name },
        spec: { ports: [{ port, protocol: 'TCP', targetPort: port }], selector: labels },
        status: { loadBalancer: {} },
      };
      await process.pause();
      status = createGenerated(
        context,
        findResource('services')!,
        service as unknown as KubernetesObject,
        'created',
      );
    }
    if (!attached) context.out(said.join(''));
    return attached ? runAttached(context, name, words) : status;
  },
};

function isAttached({ flags }: KubectlContext): boolean {
  return flags.has('attach') ? flags.text('attach') !== 'false' : flags.has('stdin');
}

/** Says what is wrong with the flags and answers the status; undefined: nothing is. */
function invalid(context: KubectlContext): number | undefined {
  const { flags } = context;
  const image = flags.text('image');
  if (!image) return context.fail('--image is required');
  if (!isImageReference(image))
    return context.fail(`Invalid image name "${image}": invalid reference format`);
  if (flags.has('tty') && !flags.has('stdin'))
    return context.usageError('-i/--stdin is required for containers with -t/--tty=true');
  if (flags.has('expose') && flags.number('port') === undefined)
    return context.usageError('--port must be set when exposing a service');
  const restart = flags.text('restart') ?? 'Always';
  if (!['Always', 'OnFailure', 'Never'].includes(restart))
    return context.usageError(`invalid restart policy: ${restart}`);
  if (flags.has('rm') && !isAttached(context))
    return context.usageError('--rm should only be used for attached containers');
  const dryRun = flags.text('dry-run') ?? 'none';
  if (isAttached(context) && dryRun !== 'none')
    return context.usageError(
      "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
    );
  return undefined;
}

function podOf(
  { flags }: KubectlContext,
  name: string,
  words: readonly string[],
  labels: Readonly<Record<string, string>>,
): KubernetesObject {
  const pairs = (flag: string) =>
    flags
      .list(flag)
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const);
  const env = pairs('env').map(([key, value]) => ({ name: key, value }));
  const annotations = Object.fromEntries(pairs('annotations'));
  const port = flags.number('port');
  const policy = flags.text('image-pull-policy');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...(Object.keys(annotations).length > 0 && { annotations }), labels, name },
    spec: {
      containers: [
        {
          ...(words.length > 0 && (flags.has('command') ? { command: words } : { args: words })),
          ...(env.length > 0 && { env }),
          image: flags.text('image'),
          ...(policy && { imagePullPolicy: policy }),
          name,
          ...(port !== undefined && { ports: [{ containerPort: port }] }),
          resources: {},
          ...(flags.has('privileged') && { securityContext: { privileged: true } }),
          ...(flags.has('stdin') && { stdin: true, stdinOnce: !flags.has('leave-stdin-open') }),
          ...(flags.has('tty') && { tty: true }),
        },
      ],
      dnsPolicy: 'ClusterFirst',
      restartPolicy: flags.text('restart') ?? 'Always',
    },
    status: {},
  } as unknown as KubernetesObject;
}

/** Attaches to the new pod, waits for its end when it will have one, and deletes it with --rm. */
async function runAttached(context: KubectlContext, name: string, words: readonly string[]): Promise<number> {
  const { flags, api, namespace, process } = context;
  const created = api.get('pods', namespace, name);
  if (!created.ok) return context.failStatus(created.status);
  const restart = flags.text('restart') ?? 'Always';
  let code = 0;
  let complaint = '';
  const status = await attach(context, created.object, {
    container: name,
    command: words,
    stdin: flags.has('stdin'),
    tty: flags.has('tty'),
    quiet: flags.has('quiet'),
    timeoutMs: parseDuration(flags.text('pod-running-timeout') ?? '1m') ?? 60_000,
    async finish(ended) {
      if (restart === 'Never' && ended !== 0) {
        code = ended;
        complaint = `pod ${namespace}/${name} terminated (Error)\n`;
      }
      if (!flags.has('rm')) return '';
      const deleted = api.delete('pods', namespace, name);
      if (!deleted.ok) return '';
      return deletedLine(context, { resource: findResource('pods')!, object: deleted.object }, 'deleted', '');
    },
  });
  if (complaint !== '') process.stderr.write(complaint);
  return status === 0 ? code : restart === 'Never' ? status : 0;
}
