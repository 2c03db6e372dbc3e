import type { Pod } from '../../../engine/index.ts';
import { FLAG, type KubectlCommand, type KubectlContext } from './kubectl-command.ts';
import { defaultContainer, pickPods } from './pick-pod.ts';

/** How long `logs -f` lets the container write between two looks, in virtual ms, and in all. */
const FOLLOW_STEP_MS = 500;
const FOLLOW_LIMIT_MS = 3_600_000;

/** Models pkg/cmd/logs (kubectl v1.36). */
export const logsCommand: KubectlCommand = {
  name: 'logs',
  usage: 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER] [flags]',
  summary: 'Print what a container has written',
  arguments: ['pod', 'container'],
  flags: [
    FLAG.container,
    FLAG.selector,
    { name: 'follow', short: 'f', help: 'Go on with what is written later' },
    { name: 'previous', short: 'p', help: 'Of the container’s last run' },
    { name: 'tail', value: 'LINES', type: 'int', help: 'Only the last lines' },
    { name: 'all-containers', help: 'Of every container' },
    { name: 'prefix', help: 'Put the pod and container before every line' },
    { name: 'timestamps', help: 'With the time of every line (not kept here)' },
    { name: 'since', value: 'DURATION', type: 'duration', help: 'Only newer lines (not kept here)' },
    { name: 'max-log-requests', value: 'N', type: 'int', help: 'Logs at once' },
    { name: 'ignore-errors', help: 'Go on after an error' },
  ],
  examples: [
    'kubectl logs client',
    'kubectl logs -n kube-system deploy/coredns',
    'kubectl logs -f web -c sidecar',
    'kubectl logs -l app=hello --prefix',
  ],
  async run(context) {
    const { flags, args } = context;
    const selector = flags.text('selector');
    const [word, containerWord] = args;
    if (word === undefined && selector === undefined) {
      context.err(
        "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command\nSee 'kubectl logs -h' for help and examples",
      );
      return 1;
    }
    if (word !== undefined && selector !== undefined)
      return context.fail('only a selector (-l) or a POD name is allowed');
    for (const name of ['timestamps', 'since'] as const)
      if (flags.has(name)) return context.fail(`--${name} is not simulated here: the log keeps no times`);

    const sources: Source[] = [];
    if (selector !== undefined) {
      for (const pod of context.api.list('pods', { namespace: context.namespace, labelSelector: selector }))
        sources.push(...sourcesOf(context, pod, undefined));
      if (sources.length === 0) {
        context.err(`No resources found in ${context.namespace} namespace.`);
        return 0;
      }
    } else {
      const picked = pickPods(context, word!);
      if (!picked.ok) {
        context.err(picked.message);
        return 1;
      }
      const [pod] = picked.pods;
      if (!pod) return context.fail('timed out waiting for the condition');
      if (picked.indirect && picked.pods.length > 1)
        context.err(`Found ${picked.pods.length} pods, using pod/${pod.metadata.name}`);
      const container = flags.text('container') ?? containerWord;
      if (container !== undefined && !allContainers(pod).includes(container))
        return context.fail(`container ${container} is not valid for pod ${pod.metadata.name}`);
      sources.push(...sourcesOf(context, pod, container));
    }
    const tail = flags.number('tail') ?? (selector !== undefined ? 10 : -1);
    let status = 0;
    const shown = sources.map((source) => {
      const text = read(context, source);
      if (typeof text !== 'string') {
        context.err(text.message);
        status = 1;
        return 0;
      }
      print(context, source, lastLines(text, tail));
      return text.length;
    });
    return flags.has('follow') && status === 0 ? follow(context, sources, shown) : status;
  },
};

interface Source {
  readonly pod: Pod;
  readonly container: string;
}

function allContainers(pod: Pod): readonly string[] {
  return [
    ...(pod.spec.initContainers ?? []),
    ...pod.spec.containers,
    ...(pod.spec.ephemeralContainers ?? []),
  ].map(({ name }) => name);
}

function sourcesOf(context: KubectlContext, pod: Pod, container: string | undefined): readonly Source[] {
  if (context.flags.has('all-containers'))
    return allContainers(pod).map((name) => ({ pod, container: name }));
  return [{ pod, container: container ?? defaultContainer(context, pod) }];
}

function read(context: KubectlContext, { pod, container }: Source): string | { readonly message: string } {
  const { cluster } = context.process.session;
  const { name, namespace = '' } = pod.metadata;
  const previous = context.flags.has('previous');
  const text = cluster.logs(namespace, name, container, previous);
  if (text !== undefined) return text;
  const refuse = (message: string) => ({ message: `Error from server (BadRequest): ${message}` });
  if (previous) return refuse(`previous terminated container "${container}" in pod "${name}" not found`);
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const waiting = statuses.find((one) => one.name === container)?.state?.waiting;
  if (!pod.spec.nodeName) return refuse(`pod ${name} does not have a host assigned`);
  const why =
    waiting?.reason === 'ImagePullBackOff' || waiting?.reason === 'ErrImagePull'
      ? `trying and failing to pull image`
      : waiting?.reason;
  return refuse(
    `container "${container}" in pod "${name}" is waiting to start: ${why ?? 'ContainerCreating'}`,
  );
}

function lastLines(text: string, count: number): string {
  if (count < 0) return text;
  const lines = text.split('\n');
  const end = text.endsWith('\n') ? '\n' : '';
  if (end) lines.pop();
  return count === 0 ? '' : lines.slice(-count).join('\n') + end;
}

function print(context: KubectlContext, { pod, container }: Source, text: string): void {
  if (!context.flags.has('prefix')) {
    context.out(text);
    return;
  }
  const lines = text.replace(/\n$/, '').split('\n');
  if (text !== '')
    context.out(lines.map((line) => `[pod/${pod.metadata.name}/${container}] ${line}\n`).join(''));
}

async function follow(
  context: KubectlContext,
  sources: readonly Source[],
  shown: readonly number[],
): Promise<number> {
  const lengths = [...shown];
  for (let waited = 0; waited < FOLLOW_LIMIT_MS && !context.process.stdout.closed; waited += FOLLOW_STEP_MS) {
    await context.process.follow(FOLLOW_STEP_MS);
    let alive = false;
    for (const [index, source] of sources.entries()) {
      const text = read(context, source);
      if (typeof text !== 'string') continue;
      alive = true;
      if (text.length > lengths[index]!) print(context, source, text.slice(lengths[index]));
      lengths[index] = text.length;
    }
    const running = sources.some(({ pod, container }) => {
      const now = context.api.get('pods', pod.metadata.namespace ?? '', pod.metadata.name);
      return (
        now.ok &&
        now.object.status?.containerStatuses?.some((one) => one.name === container && one.state?.running)
      );
    });
    if (!alive || !running) return 0;
  }
  return 0;
}
