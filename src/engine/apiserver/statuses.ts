/** Builds the `v1.Status` values that a refused request is answered with (k8s.io/apimachinery/pkg/api/errors). */
import { RESOURCES, type ResourceInfo, type ResourceName } from '../api/index.ts';
import type { FieldError, Status, StatusReason } from '../apimachinery/index.ts';

const byName: ReadonlyMap<string, ResourceInfo> = new Map(RESOURCES.map((info) => [info.name, info]));

/** The discovery entry of a resource that the server serves. */
export function resourceInfo(resource: ResourceName): ResourceInfo {
  return byName.get(resource)!;
}

/** `deployments.apps`, `services`: how messages name a resource. */
export function qualifiedResource(info: ResourceInfo): string {
  return info.group === '' ? info.name : `${info.name}.${info.group}`;
}

/** `services "web" not found` */
export function notFoundStatus(resource: ResourceName, name: string): Status {
  const info = resourceInfo(resource);
  return status(404, 'NotFound', `${qualifiedResource(info)} "${name}" not found`, {
    name,
    group: info.group,
    kind: info.name,
  });
}

/** `services "web" already exists` */
export function alreadyExistsStatus(resource: ResourceName, name: string): Status {
  const info = resourceInfo(resource);
  return status(409, 'AlreadyExists', `${qualifiedResource(info)} "${name}" already exists`, {
    name,
    group: info.group,
    kind: info.name,
  });
}

/** `Operation cannot be fulfilled on services "web": …` */
export function conflictStatus(resource: ResourceName, name: string, why: string): Status {
  const info = resourceInfo(resource);
  const message = `Operation cannot be fulfilled on ${qualifiedResource(info)} "${name}": ${why}`;
  return status(409, 'Conflict', message, { name, group: info.group, kind: info.name });
}

/** `pods "web" is forbidden: …` */
export function forbiddenStatus(
  resource: ResourceName,
  name: string,
  why: string,
  causes?: readonly FieldError[],
): Status {
  const info = resourceInfo(resource);
  const message = `${qualifiedResource(info)} "${name}" is forbidden: ${why}`;
  return status(403, 'Forbidden', message, {
    name,
    group: info.group,
    kind: info.name,
    ...(causes ? { causes } : {}),
  });
}

export function badRequestStatus(message: string): Status {
  return status(400, 'BadRequest', message);
}

/** `Deployment.apps "web" is invalid: spec.replicas: …`, with one cause for each field. Equal complaints are said once. */
export function invalidStatus(resource: ResourceName, name: string, errors: readonly FieldError[]): Status {
  const info = resourceInfo(resource);
  const sentences = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))];
  const kind = info.group === '' ? info.kind : `${info.kind}.${info.group}`;
  const what = sentences.length === 1 ? sentences[0]! : `[${sentences.join(', ')}]`;
  return status(422, 'Invalid', `${kind} "${name}" is invalid: ${what}`, {
    name,
    group: info.group,
    kind: info.kind,
    causes: errors,
  });
}

/** Any other, of a code and a sentence. */
export function genericStatus(code: number, reason: StatusReason, message: string): Status {
  return status(code, reason, message);
}

export function internalErrorStatus(why: string): Status {
  return status(500, 'InternalError', `Internal error occurred: ${why}`);
}

function status(code: number, reason: StatusReason, message: string, details?: Status['details']): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code,
    reason,
    message,
    ...(details ? { details } : {}),
  };
}
