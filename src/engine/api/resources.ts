import type { ControllerRevision, DaemonSet, Deployment, Job, ReplicaSet, StatefulSet } from './apps.ts';
import type { Lease } from './coordination.ts';
import type {
  ConfigMap,
  Endpoints,
  Event,
  Namespace,
  Node,
  Secret,
  Service,
  ServiceAccount,
} from './core.ts';
import type { EndpointSlice } from './discovery.ts';
import type { Ingress, IngressClass, IPAddress, NetworkPolicy, ServiceCIDR } from './networking.ts';
import type { Pod } from './pod.ts';

/** Every resource that the API server serves, by its plural name, and the type of its objects. */
export interface ResourceTypes {
  readonly namespaces: Namespace;
  readonly nodes: Node;
  readonly pods: Pod;
  readonly services: Service;
  readonly endpoints: Endpoints;
  readonly configmaps: ConfigMap;
  readonly secrets: Secret;
  readonly serviceaccounts: ServiceAccount;
  readonly events: Event;
  readonly controllerrevisions: ControllerRevision;
  readonly deployments: Deployment;
  readonly replicasets: ReplicaSet;
  readonly statefulsets: StatefulSet;
  readonly daemonsets: DaemonSet;
  readonly jobs: Job;
  readonly leases: Lease;
  readonly endpointslices: EndpointSlice;
  readonly ingresses: Ingress;
  readonly ingressclasses: IngressClass;
  readonly networkpolicies: NetworkPolicy;
  readonly servicecidrs: ServiceCIDR;
  readonly ipaddresses: IPAddress;
}

export type ResourceName = keyof ResourceTypes;

export interface ResourceInfo {
  readonly name: ResourceName;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly kind: string;
  /** '' for the core group. */
  readonly group: string;
  readonly version: string;
  readonly namespaced: boolean;
  /** kubectl's `all` category. */
  readonly inAll: boolean;
}

/** Discovery: what `kubectl api-resources` lists. */
export const RESOURCES: readonly ResourceInfo[] = [
  resource('configmaps', 'configmap', ['cm'], 'ConfigMap', '', true, false),
  resource('endpoints', 'endpoints', ['ep'], 'Endpoints', '', true, false),
  resource('events', 'event', ['ev'], 'Event', '', true, false),
  resource('namespaces', 'namespace', ['ns'], 'Namespace', '', false, false),
  resource('nodes', 'node', ['no'], 'Node', '', false, false),
  resource('pods', 'pod', ['po'], 'Pod', '', true, true),
  resource('secrets', 'secret', [], 'Secret', '', true, false),
  resource('serviceaccounts', 'serviceaccount', ['sa'], 'ServiceAccount', '', true, false),
  resource('services', 'service', ['svc'], 'Service', '', true, true),
  resource('controllerrevisions', 'controllerrevision', [], 'ControllerRevision', 'apps', true, false),
  resource('daemonsets', 'daemonset', ['ds'], 'DaemonSet', 'apps', true, true),
  resource('deployments', 'deployment', ['deploy'], 'Deployment', 'apps', true, true),
  resource('replicasets', 'replicaset', ['rs'], 'ReplicaSet', 'apps', true, true),
  resource('statefulsets', 'statefulset', ['sts'], 'StatefulSet', 'apps', true, true),
  resource('jobs', 'job', [], 'Job', 'batch', true, true),
  resource('leases', 'lease', [], 'Lease', 'coordination.k8s.io', true, false),
  resource('endpointslices', 'endpointslice', [], 'EndpointSlice', 'discovery.k8s.io', true, false),
  resource('ingressclasses', 'ingressclass', [], 'IngressClass', 'networking.k8s.io', false, false),
  resource('ingresses', 'ingress', ['ing'], 'Ingress', 'networking.k8s.io', true, false),
  resource('ipaddresses', 'ipaddress', ['ip'], 'IPAddress', 'networking.k8s.io', false, false),
  resource('networkpolicies', 'networkpolicy', ['netpol'], 'NetworkPolicy', 'networking.k8s.io', true, false),
  resource('servicecidrs', 'servicecidr', [], 'ServiceCIDR', 'networking.k8s.io', false, false),
];

function resource(
  name: ResourceName,
  singular: string,
  shortNames: readonly string[],
  kind: string,
  group: string,
  namespaced: boolean,
  inAll: boolean,
): ResourceInfo {
  return { name, singular, shortNames, kind, group, version: 'v1', namespaced, inAll };
}

/** `v1` for the core group, `apps/v1` and so on for the others. */
export function apiVersionOf(info: ResourceInfo): string {
  return info.group === '' ? info.version : `${info.group}/${info.version}`;
}
