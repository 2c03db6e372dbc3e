import type { KubernetesObject } from '../../../engine/index.ts';
import { createGenerated } from './create.ts';
import { FLAG, type KubectlCommand } from './kubectl-command.ts';
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
    { name: 'image-pull-policy', value: 'POLICY', help: 'When to pull' },
    FLAG.dryRun,
    FLAG.output,
  ],
  examples: [
    'kubectl run client --image=nicolaka/netshoot -- sleep infinity',
    'kubectl run web --image=nginx --port=80 --expose',
  ],
  async run(context) {
    const { flags, args, process } = context;
    const dash = flags.dash ?? args.length;
    const [name] = args;
    if (name === undefined || dash === 0) {
      context.err("error: NAME is required for run\nSee 'kubectl run -h' for help and examples");
      return 1;
    }
    const image = flags.text('image');
    if (!image) return context.fail('required flag(s) "image" not set');
    if (flags.has('rm') && !flags.has('stdin'))
      return context.fail('--rm should only be used for attached containers');
    const words = [...args.slice(1, dash), ...args.slice(dash)];
    const labels = flags.text('labels')
      ? Object.fromEntries(
          flags
            .text('labels')!
            .split(',')
            .map((pair) => pair.split('=') as [string, string]),
        )
      : { run: name };
    const port = flags.number('port');
    const env = flags
      .list('env')
      .map((pair) => ({ name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1) }));
    const attached = flags.has('stdin');
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { labels, name },
      spec: {
        containers: [
          {
            ...(words.length > 0 && (flags.has('command') ? { command: words } : { args: words })),
            ...(env.length > 0 && { env }),
            image,
            name,
            ...(port !== undefined && { ports: [{ containerPort: port }] }),
            resources: {},
            ...(attached && { stdin: true, ...(flags.has('tty') && { tty: true }) }),
          },
        ],
        dnsPolicy: 'ClusterFirst',
        restartPolicy: flags.text('restart') ?? 'Always',
      },
      status: {},
    };
    if (attached)
      return context.fail(
        'attaching to a new pod is not simulated here: start it with a command such as `-- sleep infinity`, then `kubectl exec -it` into it',
      );
    const status = createGenerated(
      context,
      findResource('pods')!,
      pod as unknown as KubernetesObject,
      'created',
    );
    if (status !== 0 || !flags.has('expose')) return status;
    if (port === undefined) return context.fail('--port must be set when exposing a service');
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { ports: [{ port, protocol: 'TCP', targetPort: port }], selector: labels },
      status: { loadBalancer: {} },
    };
    await process.pause();
    return createGenerated(
      context,
      findResource('services')!,
      service as unknown as KubernetesObject,
      'created',
    );
  },
};
