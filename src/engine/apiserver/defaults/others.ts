/** Defaults of the smaller kinds (pkg/apis/{core,networking,discovery}/v1/defaults.go, v1.36). */
import type {
  EndpointSlice,
  Endpoints,
  IngressClass,
  Namespace,
  NetworkPolicy,
  Node,
  Secret,
} from '../../api/index.ts';
import type { Mutable } from '../mutable.ts';

export function defaultNamespace(namespace: Mutable<Namespace>): void {
  const { metadata } = namespace;
  const label = 'kubernetes.io/metadata.name';
  if (metadata.name && metadata.labels?.[label] !== metadata.name) {
    metadata.labels = { ...metadata.labels, [label]: metadata.name };
  }
  namespace.status ??= {};
  namespace.status.phase ||= 'Active';
}

export function defaultNode(node: Mutable<Node>): void {
  // podCIDR is the first of podCIDRs, and wins when they differ (Convert_v1_NodeSpec_To_core_NodeSpec).
  const { spec } = node;
  if (spec.podCIDR && spec.podCIDR !== spec.podCIDRs?.[0]) spec.podCIDRs = [spec.podCIDR];
  if (spec.podCIDRs?.[0]) spec.podCIDR = spec.podCIDRs[0];
  if (node.status?.capacity && !node.status.allocatable)
    node.status.allocatable = { ...node.status.capacity };
}

export function defaultSecret(secret: Mutable<Secret>): void {
  secret.type ||= 'Opaque';
}

export function defaultEndpoints(endpoints: Mutable<Endpoints>): void {
  for (const { ports } of endpoints.subsets ?? []) for (const port of ports ?? []) port.protocol ||= 'TCP';
}

export function defaultEndpointSlice(slice: Mutable<EndpointSlice>): void {
  slice.endpoints ??= [];
  for (const port of slice.ports ?? []) {
    port.name ??= '';
    port.protocol ??= 'TCP';
  }
}

export function defaultNetworkPolicy(policy: Mutable<NetworkPolicy>): void {
  const spec = policy.spec!;
  for (const { ports } of [...(spec.ingress ?? []), ...(spec.egress ?? [])])
    for (const port of ports ?? []) port.protocol ??= 'TCP';
  if ((spec.policyTypes?.length ?? 0) > 0) return;
  spec.policyTypes = (spec.egress?.length ?? 0) > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

export function defaultIngressClass({ spec }: Mutable<IngressClass>): void {
  if (spec?.parameters) spec.parameters.scope ??= 'Cluster';
}
