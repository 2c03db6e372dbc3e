/** Which fields each resource can be selected by (pkg/registry/…/strategy.go, GetAttrs and the field label conversions). */
import type { KubernetesObject, ResourceName } from '../api/index.ts';
import { type FieldRequirement, isPlainObject, ownValue } from '../apimachinery/index.ts';

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

export function isSelectable(resource: ResourceName, field: string): boolean {
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
