import {
  type ApiClient,
  type ApiResult,
  apiVersionOf,
  type ObjectReference,
  RESOURCES,
  type ResourceName,
  type Status,
} from '../engine/index.ts';

/** A write that the API server answered, and how; `status` is absent when it was done. */
export interface WriteOutcome {
  readonly object: ObjectReference;
  readonly status?: Status;
}

/** The same client, telling of every write that its user makes (dry runs apart). */
export function withOutcomes(api: ApiClient, tell: (outcome: WriteOutcome) => void): ApiClient {
  const note = <T>(
    resource: ResourceName,
    namespace: string,
    name: string,
    dry: boolean | undefined,
    result: ApiResult<T>,
  ) => {
    if (!dry) {
      const object = referenceTo(resource, namespace, name);
      tell(result.ok ? { object } : { object, status: result.status });
    }
    return result;
  };
  return {
    ...api,
    create: (resource, object, options) =>
      note(
        resource,
        object.metadata.namespace ?? '',
        object.metadata.name ?? '',
        options?.dryRun,
        api.create(resource, object, options),
      ),
    update: (resource, object, options) =>
      note(
        resource,
        object.metadata.namespace ?? '',
        object.metadata.name,
        options?.dryRun,
        api.update(resource, object, options),
      ),
    patch: (resource, namespace, name, type, patch, options) =>
      note(
        resource,
        namespace,
        name,
        options?.dryRun,
        api.patch(resource, namespace, name, type, patch, options),
      ),
  };
}

function referenceTo(resource: ResourceName, namespace: string, name: string): ObjectReference {
  const info = RESOURCES.find((each) => each.name === resource)!;
  const reference = { apiVersion: apiVersionOf(info), kind: info.kind, name };
  return info.namespaced ? { ...reference, namespace: namespace === '' ? 'default' : namespace } : reference;
}
