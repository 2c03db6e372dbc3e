import type { ApiResult, Pod } from '../../../engine/index.ts';
import { attach } from './attach.ts';
import { isImageReference } from './image-reference.ts';
import { type KubectlCommand, type KubectlContext, statusMessage } from './kubectl-command.ts';
import { findResource, noSuchType } from './resource-arguments.ts';

/** The profiles and what each allows a debugging container beside a running one (pkg/cmd/debug/profiles.go). */
const PROFILES: Readonly<
  Record<string, { readonly add?: readonly string[]; readonly securityContext?: object }>
> = {
  legacy: {},
  general: { add: ['SYS_PTRACE'] },
  baseline: {},
  restricted: {
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  },
  netadmin: { add: ['NET_ADMIN', 'NET_RAW'] },
  sysadmin: { securityContext: { privileged: true } },
};

/** Models pkg/cmd/debug (kubectl v1.36): an ephemeral container in a running pod, or a pod in a node's own namespaces. */
export const debugCommand: KubectlCommand = {
  name: 'debug',
  usage: 'debug (POD | TYPE/NAME) --image=IMAGE [flags] [-- COMMAND…]',
  summary: 'Put a container with tools into a running pod, or onto a node',
  arguments: ['pod'],
  flags: [
    { name: 'image', value: 'IMAGE', help: 'Image of the debugging container' },
    { name: 'container', short: 'c', value: 'NAME', help: 'Name of the debugging container' },
    { name: 'stdin', short: 'i', help: 'Pass standard input on' },
    { name: 'tty', short: 't', help: 'Standard input is a terminal' },
    { name: 'target', value: 'CONTAINER', help: 'See the processes of this container' },
    { name: 'attach', value: 'BOOL', type: 'bool', alone: 'true', help: 'Attach to it (default: with -i)' },
    { name: 'env', value: 'NAME=VALUE', help: 'An environment variable' },
    {
      name: 'profile',
      value: Object.keys(PROFILES).join('|'),
      help: 'What it is allowed to do (default general)',
    },
    { name: 'image-pull-policy', value: 'Always|IfNotPresent|Never', help: 'When to pull the image' },
    { name: 'arguments-only', help: 'The words after -- are arguments, not the command' },
    { name: 'quiet', short: 'q', help: 'Print only what the command prints' },
    { name: 'copy-to', value: 'NAME', help: 'Debug a copy of the pod (not simulated)' },
    { name: 'replace', help: 'With --copy-to' },
    { name: 'same-node', help: 'With --copy-to' },
    { name: 'set-image', value: 'CONTAINER=IMAGE', help: 'With --copy-to' },
    { name: 'share-processes', help: 'With --copy-to' },
    { name: 'keep-labels', help: 'With --copy-to' },
  ],
  examples: [
    'kubectl debug -it web --image=busybox',
    'kubectl debug -it web --image=nicolaka/netshoot --target=web -- tcpdump -n',
    'kubectl debug node/node-1 -it --image=busybox',
  ],
  async run(context) {
    const { flags, args, process } = context;
    const dash = flags.dash ?? args.length;
    const targets = args.slice(0, dash);
    const problem = invalid(context, targets);
    if (problem) return context.fail(problem);
    if (flags.has('copy-to')) {
      const values = { command: 'kubectl debug --copy-to' };
      context.err(process.session.say({ id: 'shell.not-simulated', values }));
      return 1;
    }
    if (flags.text('target') && !flags.has('quiet'))
      context.out(
        `Targeting container "${flags.text('target')}". If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`,
      );
    if (flags.text('profile') === 'legacy')
      context.err(
        '--profile=legacy is deprecated and planned to be removed in v1.39. It is recommended to specify other profile, for example "--profile=general".',
      );
    let status = 0;
    for (const target of targets) status = (await debugOne(context, target, args.slice(dash))) || status;
    return status;
  },
};

function invalid({ flags }: KubectlContext, targets: readonly string[]): string | undefined {
  const profile = flags.text('profile') ?? 'general';
  if (!Object.hasOwn(PROFILES, profile)) return `unknown profile: ${profile}`;
  if (flags.has('attach') && !flags.text('image') && !flags.text('container'))
    return 'you must specify --container or create a new container using --image in order to attach.';
  const image = flags.text('image');
  if (!flags.has('copy-to')) {
    for (const name of ['replace', 'same-node', 'set-image'])
      if (flags.has(name)) return `--${name} may only be used with --copy-to.`;
    if (!image) return 'you must specify --image when not using --copy-to.';
  }
  if (image && !isImageReference(image)) return `invalid image name "${image}": invalid reference format`;
  if (targets.length === 0) return 'NAME or filename is required for debug';
  const policy = flags.text('image-pull-policy');
  if (policy && !['Always', 'IfNotPresent', 'Never'].includes(policy))
    return `invalid image pull policy: ${policy}`;
  if (flags.text('target') && flags.has('copy-to'))
    return '--target is incompatible with --copy-to. Use --share-processes instead.';
  return flags.has('tty') && !flags.has('stdin')
    ? '-i/--stdin is required for containers with -t/--tty=true'
    : undefined;
}

async function debugOne(
  context: KubectlContext,
  target: string,
  command: readonly string[],
): Promise<number> {
  const [type, name] = target.includes('/') ? (target.split('/') as [string, string]) : ['pods', target];
  const resource = findResource(type);
  if (!resource) return context.fail(noSuchType(type));
  if (resource.name !== 'pods' && resource.name !== 'nodes')
    return context.fail(
      `"${resource.group === '' ? '' : resource.group}/${resource.version}, Kind=${resource.kind}" not supported by debug`,
    );
  const found = context.api.get(resource.name, resource.namespaced ? context.namespace : '', name);
  if (!found.ok) return context.failStatus(found.status);
  const made =
    resource.name === 'nodes'
      ? debugNode(context, name, command)
      : debugPod(context, found.object as Pod, command);
  if (!made.result.ok) {
    context.err(statusMessage(made.result.status));
    return 1;
  }
  const { flags } = context;
  const attached = flags.has('attach') ? flags.text('attach') !== 'false' : flags.has('stdin');
  if (!attached) return 0;
  return attach(context, made.result.object, {
    container: made.container,
    command,
    stdin: flags.has('stdin'),
    tty: flags.has('tty'),
    quiet: flags.has('quiet'),
  });
}

interface Made {
  readonly result: ApiResult<Pod>;
  readonly container: string;
}

/** Adds an ephemeral container, by the pod's own subresource for it. */
function debugPod(context: KubectlContext, pod: Pod, command: readonly string[]): Made {
  const { flags, api } = context;
  const names = [
    ...pod.spec.containers,
    ...(pod.spec.initContainers ?? []),
    ...(pod.spec.ephemeralContainers ?? []),
  ].map((one) => one.name);
  let container = flags.text('container') ?? '';
  if (container === '') {
    do container = `debugger-${suffix(context)}`;
    while (names.includes(container));
    if (!flags.has('quiet')) context.out(`Defaulting debug container name to ${container}.\n`);
  }
  const target = flags.text('target');
  const ephemeral = {
    ...containerOf(context, container, command),
    ...(target && { targetContainerName: target }),
  };
  const result = api.patch(
    'pods',
    pod.metadata.namespace ?? '',
    pod.metadata.name,
    'strategic',
    { spec: { ephemeralContainers: [ephemeral] } },
    { subresource: 'ephemeralcontainers' },
  );
  context.warn(result.warnings);
  return { result, container };
}

/** A pod in the node's own network and process namespaces, with its files under /host. */
function debugNode(context: KubectlContext, node: string, command: readonly string[]): Made {
  const container = context.flags.text('container') ?? 'debugger';
  const name = `node-debugger-${node}-${suffix(context)}`;
  if (!context.flags.has('quiet'))
    context.out(`Creating debugging pod ${name} with container ${container} on node ${node}.\n`);
  const { securityContext: _, ...made } = containerOf(context, container, command);
  const host = context.flags.text('profile') !== 'restricted';
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: context.namespace,
      labels: { 'app.kubernetes.io/managed-by': 'kubectl-debug' },
    },
    spec: {
      containers: [
        {
          ...made,
          terminationMessagePolicy: 'File',
          ...(host && { volumeMounts: [{ name: 'host-root', mountPath: '/host' }] }),
        },
      ],
      ...(host && {
        hostIPC: true,
        hostNetwork: true,
        hostPID: true,
        volumes: [{ name: 'host-root', hostPath: { path: '/' } }],
      }),
      nodeName: node,
      restartPolicy: 'Never',
      tolerations: [{ operator: 'Exists' }],
    },
  };
  const result = context.api.create('pods', pod as never, { fieldManager: 'kubectl-debug' });
  context.warn(result.warnings);
  return { result, container };
}

function containerOf({ flags }: KubectlContext, name: string, command: readonly string[]) {
  const { add, securityContext } = PROFILES[flags.text('profile') ?? 'general'] ?? {};
  const env = flags
    .list('env')
    .flatMap((one) => one.split(','))
    .map((pair) => ({ name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1) }));
  const allowed = add ? { capabilities: { add } } : securityContext;
  return {
    name,
    image: flags.text('image'),
    ...(command.length > 0 && { [flags.has('arguments-only') ? 'args' : 'command']: command }),
    ...(env.length > 0 && { env }),
    ...(flags.text('image-pull-policy') && { imagePullPolicy: flags.text('image-pull-policy') }),
    ...(flags.has('stdin') && { stdin: true }),
    ...(flags.has('tty') && { tty: true }),
    ...(allowed && { securityContext: allowed }),
    terminationMessagePolicy: 'File',
  };
}

/** Five letters as the API machinery makes them (apimachinery/pkg/util/rand), the same at every replay. */
function suffix({ process }: KubectlContext): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  let seed = Math.imul(process.session.nextId() + 1, 2654435761) >>> 0;
  let text = '';
  for (let at = 0; at < 5; at++) {
    text += letters[seed % letters.length];
    seed = Math.imul(seed ^ (seed >>> 13), 1597334677) >>> 0;
  }
  return text;
}
