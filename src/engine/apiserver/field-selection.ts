/** Which fields each resource can be selected by (pkg/registry/…/strategy.go, GetAttrs and the field label conversions). */
import type { KubernetesObject, ResourceName } from '../api/index.ts';
import {
  type FieldRequirement,
  isPlainObject,
  ownValue,
  parseFieldSelector,
  parseSelector,
  type Status,
} from '../apimachinery/index.ts';
import type { ListOptions } from './client.ts';
import { badRequestStatus, resourceInfo } from './statuses.ts';

const EVERY = ['metadata.name', 'metadata.namespace'];

const SELECTABLE: Partial<Readonly<Record<ResourceName, readonly string[]>>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.podIPs',
    'status.nominatedNodeName',
  ],
  nodes: ['spec.unschedulable'],
  namespaces: ['status.phase'],
  secrets: ['type'],
  services: ['spec.clusterIP', 'spec.type'],
  replicasets: ['status.replicas'],
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
};

/** Why the server would not list with these selectors; undefined when it would. */
export function listError(
  resource: ResourceName,
  { labelSelector = '', fieldSelector = '' }: ListOptions,
): Status | undefined {
  const labels = parseSelector(labelSelector);
  if (!labels.ok) return badRequestStatus(labels.message);
  const fields = parseFieldSelector(fieldSelector);
  if (!fields.ok) return badRequestStatus(fields.message);
  const unknown = fields.requirements.find(({ field }) => !isSelectable(resource, field));
  if (!unknown) return undefined;
  const { group, version, name } = resourceInfo(resource);
  const where = `Unable to find "${group}/${version}, Resource=${name}" that match label selector "${labelSelector}", field selector "${fieldSelector}"`;
  return badRequestStatus(`${where}: field label not supported: ${unknown.field}`);
}

function isSelectable(resource: ResourceName, field: string): boolean {
  return EVERY.includes(field) || (SELECTABLE[resource]?.includes(field) ?? false);
}

export function fieldsMatch(object: KubernetesObject, requirements: readonly FieldRequirement[]): boolean {
  return requirements.every(({ field, equal, value }) => (fieldText(object, field) === value) === equal);
}

/** A field as selectors compare it: absent is empty, except for booleans, which are false. */
function fieldText(object: KubernetesObject, field: string): string {
  let value: unknown = object;
  for (const name of field.split('.')) value = isPlainObject(value) ? ownValue(value, name) : undefined;
  if (value === undefined)
    return field === 'spec.unschedulable' || field === 'spec.hostNetwork' ? 'false' : '';
  return typeof value === 'object' ? '' : String(value);
}
