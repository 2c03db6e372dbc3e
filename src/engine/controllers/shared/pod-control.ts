import type { KubernetesObject, OwnerReference, Pod, PodTemplateSpec } from '../../api/index.ts';
import type { ApiResult } from '../../apiserver/index.ts';
import type { ControllerContext } from './context.ts';
import { newControllerReference } from './owner-references.ts';

/** Writes an event about an object, as client-go's recorder does. */
export type RecordEvent = (
  object: KubernetesObject,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
) => void;

export interface PodControl {
  /** Creates a pod from the template, owned by `owner`, and says so in an event. `name`: absent, a generated one. */
  create(owner: KubernetesObject, template: PodTemplateSpec, change?: PodChange): ApiResult<Pod>;
  delete(owner: KubernetesObject, pod: Pod): boolean;
}

/** What a controller adds to its template for one pod. */
export interface PodChange {
  readonly name?: string;
  readonly generateName?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly spec?: Partial<Pod['spec']>;
}

/** Models RealPodControl (pkg/controller/controller_utils.go, v1.36), events included. */
export function createPodControl(context: Pick<ControllerContext, 'api'>, record: RecordEvent): PodControl {
  return {
    create(owner, template, change = {}) {
      const pod = podFromTemplate(owner, template, newControllerReference(owner), change);
      const result = context.api.create('pods', pod);
      if (result.ok)
        record(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${result.object.metadata.name}`);
      // A namespace that is going away refuses pods: that is no news.
      else if (!isNamespaceTerminating(result.status))
        record(owner, 'Warning', 'FailedCreate', `Error creating: ${result.status.message}`);
      return result;
    },
    delete(owner, pod) {
      const result = context.api.delete('pods', pod.metadata.namespace ?? '', pod.metadata.name);
      if (result.ok) record(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
      else if (result.status.reason !== 'NotFound')
        record(owner, 'Warning', 'FailedDelete', `Error deleting: ${result.status.message}`);
      return result.ok;
    },
  };
}

export function isNamespaceTerminating(status: {
  readonly details?: { readonly causes?: readonly { readonly reason: string }[] };
}): boolean {
  return status.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') ?? false;
}

/** GetPodFromTemplate: labels, annotations and finalizers of the template, a name that begins with the owner's. */
export function podFromTemplate(
  owner: KubernetesObject,
  template: PodTemplateSpec,
  reference: OwnerReference,
  change: PodChange = {},
) {
  const { metadata, spec } = template;
  return {
    metadata: {
      ...(change.name
        ? { name: change.name }
        : { generateName: change.generateName ?? `${owner.metadata.name}-` }),
      namespace: owner.metadata.namespace ?? 'default',
      labels: { ...metadata?.labels, ...change.labels },
      ...(metadata?.annotations || change.annotations
        ? { annotations: { ...metadata?.annotations, ...change.annotations } }
        : {}),
      ...(metadata?.finalizers || change.finalizers
        ? { finalizers: [...(metadata?.finalizers ?? []), ...(change.finalizers ?? [])] }
        : {}),
      ownerReferences: [reference],
    },
    spec: { ...spec, ...change.spec },
  };
}
