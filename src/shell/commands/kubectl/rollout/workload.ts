import type {
  ControllerRevision,
  KubernetesObject,
  PodTemplateSpec,
  ReplicaSet,
} from '../../../../engine/index.ts';
import type { KubectlContext } from '../kubectl-command.ts';
import type { Found } from '../print-objects.ts';
import { namespaceFor } from '../resource-arguments.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const CAUSE = 'kubernetes.io/change-cause';

/** The object as it is now; undefined: it is gone. */
export function currentObject(
  context: KubectlContext,
  { resource, object }: Found,
): KubernetesObject | undefined {
  const { name, namespace = '' } = object.metadata;
  const result = context.api.get(resource.name, namespaceFor(resource, namespace), name);
  return result.ok ? result.object : undefined;
}

/** `ReplicaSet.apps`, `Pod`: how Go prints a GroupKind. */
export function groupKind({ resource }: Found): string {
  return resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`;
}

/** `deployments.apps "web"` */
export function quotedName({ resource, object }: Found): string {
  return `${resource.group === '' ? resource.name : `${resource.name}.${resource.group}`} "${object.metadata.name}"`;
}

/** One earlier or present form of a workload. */
export interface Revision {
  readonly number: number;
  readonly cause: string | undefined;
  readonly template: PodTemplateSpec | undefined;
  /** DaemonSet, StatefulSet: the strategic merge patch that brings this form back. */
  readonly data?: unknown;
}

/** The forms that a workload has had, oldest first; undefined: its kind keeps none. */
export function revisionsOf(context: KubectlContext, { object }: Found): readonly Revision[] | undefined {
  const options = { namespace: object.metadata.namespace ?? '' };
  const owned = (one: KubernetesObject) =>
    one.metadata.ownerReferences?.some(({ controller, uid }) => controller && uid === object.metadata.uid);
  const byNumber = (a: Revision, b: Revision) => a.number - b.number;
  if (object.kind === 'Deployment')
    return context.api.list('replicasets', options).filter(owned).map(ofReplicaSet).sort(byNumber);
  if (object.kind !== 'DaemonSet' && object.kind !== 'StatefulSet') return undefined;
  return context.api.list('controllerrevisions', options).filter(owned).map(ofRevision).sort(byNumber);
}

function ofReplicaSet({ metadata, spec }: ReplicaSet): Revision {
  const { annotations = {} } = metadata;
  return { number: Number(annotations[REVISION] ?? 0), cause: annotations[CAUSE], template: spec.template };
}

function ofRevision({ metadata, revision, data }: ControllerRevision): Revision {
  const patch = data as { readonly spec?: { readonly template?: PodTemplateSpec } } | undefined;
  return { number: revision, cause: metadata.annotations?.[CAUSE], template: patch?.spec?.template, data };
}
