import type { Pod } from '../../../engine/index.ts';
import { type ParsedFlags, parseDuration } from '../../flags.ts';
import type { KubectlContext } from './kubectl-command.ts';
import { kubeletRefusal } from './kubelet-request.ts';

/** One container's log. */
export interface LogSource {
  readonly pod: Pod;
  readonly container: string;
}

export interface LogText {
  /** How many lines there are. */
  readonly all: number;
  /** Those that the flags ask for. */
  readonly shown: readonly string[];
}

/** A container's lines from the `from`-th on, as --since, --since-time and --timestamps want them; undefined: there is no log. */
export function readLog(
  context: KubectlContext,
  { pod, container }: LogSource,
  from = 0,
): LogText | undefined {
  const { flags, process } = context;
  const { cluster } = process.session;
  const { name, namespace = '' } = pod.metadata;
  const lines = cluster.logLines(namespace, name, container, { previous: flags.has('previous') });
  if (!lines) return undefined;
  // The server counts whole seconds.
  const since = flags.text('since')
    ? Math.round((parseDuration(flags.text('since')!) ?? 0) / 1000) * 1000
    : 0;
  const after = flags.text('since-time')
    ? Date.parse(flags.text('since-time')!)
    : since > 0
      ? Date.parse(cluster.timestamp()) - since
      : Number.NEGATIVE_INFINITY;
  const shown = lines
    .slice(from)
    .filter(({ time }) => Date.parse(time) >= after)
    .map(({ time, text }) => (flags.has('timestamps') ? `${time} ${text}` : text));
  return { all: lines.length, shown };
}

/** Why the server has no log to give. */
export function waitingText(context: KubectlContext, { pod, container }: LogSource): string {
  const { api, flags } = context;
  const unheard = kubeletRefusal(context, pod, {
    method: 'Get',
    what: 'containerLogs',
    container,
    query: logQuery(context),
  });
  if (unheard) return `Error from server: ${unheard}`;
  const { name, namespace = '' } = pod.metadata;
  const refuse = (message: string) => `Error from server (BadRequest): ${message}`;
  if (flags.has('previous'))
    return refuse(`previous terminated container "${container}" in pod "${name}" not found`);
  const now = api.get('pods', namespace, name);
  if (!now.ok) return `Error from server (${now.status.reason}): ${now.status.message}`;
  const { status, spec } = now.object;
  if (!spec.nodeName) return refuse(`pod ${name} does not have a host assigned`);
  const waiting = [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ].find((one) => one.name === container)?.state?.waiting;
  const pulling = waiting?.reason === 'ImagePullBackOff' || waiting?.reason === 'ErrImagePull';
  return refuse(
    `container "${container}" in pod "${name}" is waiting to start: ${pulling ? 'trying and failing to pull image' : (waiting?.reason ?? 'ContainerCreating')}`,
  );
}

/** So many lines of each are shown when pods are chosen by a selector, unless --tail says otherwise. */
const SELECTOR_TAIL = 10;

/** How many of the last lines to show; -1: all. */
export function tailOf(flags: ParsedFlags): number {
  return flags.number('tail') ?? (flags.text('selector') ? SELECTOR_TAIL : -1);
}

/** A request's PodLogOptions, as they go on to the kubelet. */
function logQuery({ flags }: KubectlContext): readonly (readonly [string, string])[] {
  const tail = tailOf(flags);
  const since = flags.text('since') && parseDuration(flags.text('since')!);
  return [
    ...['follow', 'previous', 'timestamps']
      .filter((name) => flags.has(name))
      .map((name) => [name, 'true'] as const),
    ...(tail >= 0 ? [['tailLines', `${tail}`] as const] : []),
    ...(since ? [['sinceSeconds', `${Math.round(since / 1000)}`] as const] : []),
    ...(flags.text('since-time') ? [['sinceTime', flags.text('since-time')!] as const] : []),
    ...(flags.number('limit-bytes') ? [['limitBytes', `${flags.number('limit-bytes')}`] as const] : []),
  ];
}
