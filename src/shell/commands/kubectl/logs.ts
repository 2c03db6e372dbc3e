import type { Pod } from '../../../engine/index.ts';
import { parseDuration } from '../../flags.ts';
import { findObjects } from './find-objects.ts';
import { FLAG, type KubectlCommand, type KubectlContext } from './kubectl-command.ts';
import { type LogSource, readLog, tailOf, waitingText } from './log-source.ts';
import { allContainerNames, defaultContainer, pickPods } from './pick-pod.ts';

/** How long `logs -f` lets the container write between two looks, in virtual ms. */
const FOLLOW_STEP_MS = 500;
/** So many logs are followed at once, unless --max-log-requests says otherwise. */
const MAX_REQUESTS = 5;

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
    { name: 'tail', value: 'LINES', type: 'int', help: 'Only the last lines (-1: all)' },
    { name: 'since', value: 'DURATION', type: 'duration', help: 'Only lines of the last 5s, 2m, 3h' },
    { name: 'since-time', value: 'TIME', help: 'Only lines after this time (RFC 3339)' },
    { name: 'timestamps', help: 'With the time of every line' },
    { name: 'all-containers', help: 'Of every container' },
    { name: 'all-pods', help: 'Of every pod of the workload' },
    { name: 'prefix', help: 'Put the pod and container before every line' },
    { name: 'limit-bytes', value: 'N', type: 'int', help: 'At most so many bytes' },
    { name: 'max-log-requests', value: 'N', type: 'int', help: 'Logs at once (default 5)' },
    { name: 'ignore-errors', help: 'Go on after an error' },
    { name: 'pod-running-timeout', value: 'DURATION', type: 'duration', help: 'How long to wait for a pod' },
  ],
  examples: [
    'kubectl logs client',
    'kubectl logs -n kube-system deploy/coredns',
    'kubectl logs -f web -c sidecar',
    'kubectl logs -l app=hello --prefix --tail=5',
  ],
  async run(context) {
    const problem = invalid(context);
    if (problem) return problem.usage ? context.usageError(problem.message) : context.fail(problem.message);
    const sources = await sourcesOf(context);
    if (typeof sources === 'number') return sources;
    const { flags } = context;
    const most = flags.number('max-log-requests') ?? MAX_REQUESTS;
    if (flags.has('follow') && sources.length > most)
      return context.fail(
        `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${most}, use --max-log-requests to increase the limit`,
      );
    return show(context, sources);
  },
};

const EXPECTED =
  "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command";

function invalid({
  flags,
  args,
}: KubectlContext): { readonly message: string; readonly usage?: boolean } | undefined {
  const selector = flags.text('selector');
  if ((args.length === 0 && !selector) || args.length > 2) return { message: EXPECTED, usage: true };
  if (args.length === 1 && selector)
    return { message: 'only a selector (-l) or a POD name is allowed', usage: true };
  const since = flags.text('since');
  if (flags.text('since-time') && since && parseDuration(since) !== 0)
    return { message: 'at most one of `sinceTime` or `sinceSeconds` may be specified' };
  const time = flags.text('since-time');
  if (time && Number.isNaN(Date.parse(time)))
    return {
      message: `parsing time "${time}" as "2006-01-02T15:04:05Z07:00": cannot parse "${time}" as "2006"`,
    };
  const container = flags.text('container') ?? args[1];
  if (flags.has('all-containers') && container)
    return { message: `--all-containers=true should not be specified with container name ${container}` };
  if (flags.text('container') && args.length === 2)
    return { message: 'only one of -c or an inline [CONTAINER] arg is allowed' };
  if ((flags.number('limit-bytes') ?? 0) < 0) return { message: '--limit-bytes must be greater than 0' };
  if (since !== undefined && (parseDuration(since) ?? 0) < 0)
    return { message: '--since must be greater than 0' };
  return (flags.number('tail') ?? -1) < -1
    ? { message: '--tail must be greater than or equal to -1' }
    : undefined;
}

/** Whose logs are meant; or the status, when that has been answered. */
async function sourcesOf(context: KubectlContext): Promise<readonly LogSource[] | number> {
  const { flags, args } = context;
  const container = flags.text('container') ?? args[1];
  if (flags.text('selector')) {
    const found = await findObjects({ ...context, args: ['pods'] });
    if (found.usage) {
      context.err(found.usage);
      return 1;
    }
    if (found.found.length === 0) {
      context.err(`No resources found in ${context.namespace} namespace.`);
      return 0;
    }
    return ofPods(
      context,
      found.found.map(({ object }) => object as Pod),
      container,
    );
  }
  const picked = pickPods(context, args[0]!, 'cannot get the logs from');
  if (!picked.ok) {
    const missing = /^Error from server \((NotFound)\): (.*)$/.exec(picked.message);
    context.err(
      missing
        ? `error: error from server (NotFound): ${missing[2]} in namespace "${context.namespace}"`
        : picked.message,
    );
    return 1;
  }
  const [pod] = picked.pods;
  if (!pod) return context.fail('timed out waiting for the condition');
  if (picked.pods.length > 1 && flags.has('all-pods')) return ofPods(context, picked.pods, container);
  if (picked.pods.length > 1) context.err(`Found ${picked.pods.length} pods, using pod/${pod.metadata.name}`);
  return ofPods(context, [pod], container);
}

function ofPods(
  context: KubectlContext,
  pods: readonly Pod[],
  container: string | undefined,
): readonly LogSource[] | number {
  const sources: LogSource[] = [];
  for (const pod of pods) {
    const names = allContainerNames(pod);
    if (context.flags.has('all-containers')) sources.push(...names.map((name) => ({ pod, container: name })));
    else {
      const name = container ?? defaultContainer(context, pod);
      if (!names.includes(name))
        return context.fail(`container ${name} is not valid for pod ${pod.metadata.name}`);
      sources.push({ pod, container: name });
    }
  }
  return sources;
}

async function show(context: KubectlContext, sources: readonly LogSource[]): Promise<number> {
  const { flags, process } = context;
  const follow = flags.has('follow');
  const shown = new Map<LogSource, number>();
  let left = flags.number('limit-bytes') || Number.POSITIVE_INFINITY;
  const print = (source: LogSource, lines: readonly string[]) => {
    const prefix =
      flags.has('prefix') || flags.has('all-pods')
        ? `[pod/${source.pod.metadata.name}/${source.container}] `
        : '';
    const text = lines
      .map((line) => `${prefix}${line}\n`)
      .join('')
      .slice(0, left);
    left -= text.length;
    context.out(text);
  };
  for (const source of sources) {
    const lines = readLog(context, source);
    if (!lines) {
      const message = waitingText(context, source);
      if (
        follow &&
        context.api.get('pods', source.pod.metadata.namespace ?? '', source.pod.metadata.name).ok
      ) {
        // What has not started yet is asked again, until it has.
        shown.set(source, 0);
        continue;
      }
      if (!flags.has('ignore-errors')) {
        context.err(message);
        return 1;
      }
      context.out(`error: ${message}\n`);
      continue;
    }
    shown.set(source, lines.all);
    print(source, lastOf(lines.shown, tailOf(context.flags)));
  }
  if (!follow) return 0;
  // In the order of what is written, until all of the containers have ended.
  while (left > 0 && (await process.follow(FOLLOW_STEP_MS))) {
    let running = false;
    for (const [source, before] of shown) {
      const lines = readLog(context, source, before);
      if (lines && lines.all > before) {
        print(source, lines.shown);
        shown.set(source, lines.all);
      }
      running ||= mayWriteMore(context, source);
    }
    if (!running) return 0;
  }
  return 0;
}

function lastOf(lines: readonly string[], count: number): readonly string[] {
  return count < 0 ? lines : count === 0 ? [] : lines.slice(-count);
}

/** Whether the container runs, or may yet start. */
function mayWriteMore({ api, flags }: KubectlContext, { pod, container }: LogSource): boolean {
  const now = api.get('pods', pod.metadata.namespace ?? '', pod.metadata.name);
  if (!now.ok || now.object.metadata.uid !== pod.metadata.uid || flags.has('previous')) return false;
  const { status } = now.object;
  const own = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ].find(({ name }) => name === container);
  return own?.state?.terminated === undefined;
}
