import type { KubernetesObject, LabelSelector, Pod } from '../../../engine/index.ts';
import type { KubectlContext } from './kubectl-command.ts';
import { findResource, namespaceFor, noSuchType } from './resource-arguments.ts';

export type PickedPods =
  | {
      readonly ok: true;
      /** What the word named. */
      readonly object: KubernetesObject;
      readonly pods: readonly Pod[] /** The word named a workload or a Service, not a pod. */;
      readonly indirect: boolean;
    }
  | { readonly ok: false; readonly message: string };

/**
 * The pods behind `web-1`, `pod/web-1`, `deploy/web` or `svc/web`, the most useful first
 * (polymorphichelpers.AttachablePodForObject, podutils.ActivePods).
 */
export function pickPods(context: KubectlContext, word: string, doing = 'cannot attach to'): PickedPods {
  const [type, name] = word.includes('/') ? (word.split('/') as [string, string]) : ['pods', word];
  const resource = findResource(type);
  if (!resource) return { ok: false, message: `error: ${noSuchType(type)}` };
  const result = context.api.get(resource.name, namespaceFor(resource, context.namespace), name);
  if (!result.ok)
    return { ok: false, message: `Error from server (${result.status.reason}): ${result.status.message}` };
  if (resource.name === 'pods')
    return { ok: true, object: result.object, pods: [result.object as Pod], indirect: false };

  const selector = selectorOf(result.object);
  if (selector === undefined)
    return {
      ok: false,
      message: `error: ${doing} *${goType(resource.kind)}: selector for *${goType(resource.kind)} not implemented`,
    };
  if (selector === '')
    return {
      ok: false,
      message: `error: ${doing} *${goType(resource.kind)}: invalid service '${name}': Service is defined without a selector`,
    };
  const pods = context.api.list('pods', { namespace: context.namespace, labelSelector: selector });
  return { ok: true, object: result.object, pods: [...pods].sort(moreActive), indirect: true };
}

function goType(kind: string): string {
  return kind === 'Service' ? 'v1.Service' : `v1.${kind}`;
}

/** A workload's or Service's selector as text; undefined: the kind has none, '': it is left out. */
export function selectorOf(object: KubernetesObject): string | undefined {
  const spec = (object as { readonly spec?: { readonly selector?: unknown } }).spec;
  const { selector } = spec ?? {};
  if (object.kind === 'Service')
    return Object.entries((selector ?? {}) as Record<string, string>)
      .map(([key, value]) => `${key}=${value}`)
      .join(',');
  if (!['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'].includes(object.kind))
    return undefined;
  const { matchLabels = {}, matchExpressions = [] } = (selector ?? {}) as LabelSelector;
  return [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values = [] }) =>
      operator === 'Exists'
        ? key
        : operator === 'DoesNotExist'
          ? `!${key}`
          : `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`,
    ),
  ].join(',');
}

/** Assigned before unassigned, running before pending, ready before not, fewer restarts, older. */
function moreActive(a: Pod, b: Pod): number {
  const rank = (pod: Pod) =>
    [
      pod.spec.nodeName ? 0 : 1,
      pod.status?.phase === 'Running' ? 0 : pod.status?.phase === 'Unknown' ? 1 : 2,
      isReady(pod) ? 0 : 1,
    ] as const;
  const [first, second] = [rank(a), rank(b)];
  for (const [index, value] of first.entries()) if (value !== second[index]) return value - second[index]!;
  const readySince = (pod: Pod) =>
    pod.status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '';
  if (readySince(a) !== readySince(b)) return readySince(a) < readySince(b) ? -1 : 1;
  const restarts = (pod: Pod) =>
    Math.max(0, ...(pod.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
  if (restarts(a) !== restarts(b)) return restarts(a) - restarts(b);
  const created = (pod: Pod) => pod.metadata.creationTimestamp ?? '';
  return created(a) === created(b) ? 0 : created(a) < created(b) ? -1 : 1;
}

export function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** Init containers, containers, ephemeral containers. */
export function allContainerNames({ spec }: Pod): readonly string[] {
  return [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])].map(
    ({ name }) => name,
  );
}

/** `web, sidecar, debugger-x7k2p (ephem), setup (init)` (podcmd.AllContainerNames). */
export function containerList({ spec }: Pod): string {
  return [
    ...spec.containers.map(({ name }) => name),
    ...(spec.ephemeralContainers ?? []).map(({ name }) => `${name} (ephem)`),
    ...(spec.initContainers ?? []).map(({ name }) => `${name} (init)`),
  ].join(', ');
}

/** Which container is meant when none is named; a note goes to stderr when there are several. */
export function defaultContainer(context: KubectlContext, pod: Pod): string {
  const named = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  const names = pod.spec.containers.map(({ name }) => name);
  if (named && names.includes(named)) return named;
  if (allContainerNames(pod).length > 1)
    context.err(`Defaulted container "${names[0]}" out of: ${containerList(pod)}`);
  return names[0] ?? '';
}
