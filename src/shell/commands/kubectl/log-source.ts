import type { Pod } from '../../../engine/index.ts';
import { parseDuration } from '../../flags.ts';
import type { KubectlContext } from './kubectl-command.ts';

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
export function waitingText({ api, flags }: KubectlContext, { pod, container }: LogSource): string {
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
