/** The smaller kinds beyond validation (pkg/registry, v1.36). */
import type {
  ConfigMap,
  EndpointSlice,
  Endpoints,
  Event,
  Ingress,
  IngressClass,
  IPAddress,
  Lease,
  Namespace,
  NetworkPolicy,
  Node,
  Secret,
  ServiceAccount,
  ServiceCIDR,
} from '../../api/index.ts';
import { dns1123Label, dns1123Subdomain, pathSegmentName, utf8Bytes } from '../../apimachinery/index.ts';
import {
  defaultEndpointSlice,
  defaultEndpoints,
  defaultIngressClass,
  defaultNamespace,
  defaultNetworkPolicy,
  defaultNode,
  defaultSecret,
} from '../defaults/others.ts';
import type { Mutable } from '../mutable.ts';
import type { Strategy } from '../strategy.ts';
import {
  decodeText,
  endpointAddresses,
  validateConfigMap,
  validateConfigMapUpdate,
  validateEndpoints,
  validateEndpointsUpdate,
  validateEvent,
  validateNamespace,
  validateNamespaceStatus,
  validateNode,
  validateNodeUpdate,
  validateSecret,
  validateSecretUpdate,
} from '../validation/core-kinds.ts';
import {
  endpointSliceWarnings,
  validateEndpointSlice,
  validateEndpointSliceUpdate,
} from '../validation/endpoint-slice.ts';
import { validateLease } from '../validation/lease.ts';
import {
  networkPolicyWarnings,
  validateNetworkPolicy,
  validateNetworkPolicyUpdate,
} from '../validation/network-policy.ts';
import {
  ingressWarnings,
  ipAddressName,
  validateIngress,
  validateIngressClass,
  validateIngressClassUpdate,
  validateIngressCreate,
  validateIngressStatus,
  validateIPAddress,
  validateIPAddressUpdate,
  validateServiceCIDR,
  validateServiceCIDRUpdate,
} from '../validation/networking.ts';
import { keyPairWarnings } from '../validation/tls-warnings.ts';

/** Dynamic kubelet configuration is gone. */
function dropConfigSource({ spec }: Mutable<Node>): void {
  delete (spec as { configSource?: unknown }).configSource;
}

function nodeWarnings({ spec }: Node): string[] {
  const { configSource, externalID } = spec as { configSource?: unknown; externalID?: string };
  return [
    ...(configSource === undefined ? [] : ['spec.configSource: the feature is removed']),
    ...(externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
  ];
}

function dropTopology({ endpoints }: Mutable<EndpointSlice>): void {
  for (const endpoint of endpoints) delete endpoint.deprecatedTopology;
}

function keepSecretNames(draft: Mutable<ServiceAccount>): void {
  if (draft.secrets) draft.secrets = draft.secrets.map(({ name }) => (name === undefined ? {} : { name }));
}

function dropCoordination({ spec }: Mutable<Lease>): void {
  delete spec?.strategy;
  delete spec?.preferredHolder;
}

export const namespaceStrategy: Strategy<Namespace> = {
  nameRule: dns1123Label,
  applyDefaults: defaultNamespace,
  prepareForCreate(draft) {
    draft.status = { phase: 'Active' };
    draft.spec ??= {};
    const finalizers = draft.spec.finalizers ?? [];
    draft.spec.finalizers = finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'];
  },
  prepareForUpdate(draft, old) {
    // Only namespaces/finalize changes these.
    draft.spec = { finalizers: [...(old.spec?.finalizers ?? [])] };
  },
  validate: validateNamespace,
  validateStatusUpdate: validateNamespaceStatus,
};

export const nodeStrategy: Strategy<Node> = {
  nameRule: dns1123Subdomain,
  applyDefaults: defaultNode,
  validate: validateNode,
  prepareForCreate: dropConfigSource,
  prepareForUpdate(draft, old) {
    if ((old.spec as { configSource?: unknown }).configSource === undefined) dropConfigSource(draft);
  },
  // Upstream looks at the whole node first, and then at what has changed.
  validateUpdate: (node, old) => [...validateNode(node), ...validateNodeUpdate(node, old)],
  warnings: nodeWarnings,
  validateStatusUpdate: validateNodeUpdate,
};

export const configMapStrategy: Strategy<ConfigMap> = {
  nameRule: dns1123Subdomain,
  validate: validateConfigMap,
  validateUpdate: validateConfigMapUpdate,
};

export const secretStrategy: Strategy<Secret> = {
  nameRule: dns1123Subdomain,
  applyDefaults: defaultSecret,
  prepareForCreate: moveStringData,
  prepareForUpdate: moveStringData,
  validate: validateSecret,
  warnings: ({ type, data }) =>
    type === 'kubernetes.io/tls'
      ? keyPairWarnings(decodeText(data?.['tls.crt'] ?? ''), decodeText(data?.['tls.key'] ?? ''))
      : [],
  validateUpdate: validateSecretUpdate,
};

/** Of what a ServiceAccount's secrets are, only their names are kept. */
export const serviceAccountStrategy: Strategy<ServiceAccount> = {
  nameRule: dns1123Subdomain,
  prepareForCreate: keepSecretNames,
  prepareForUpdate: keepSecretNames,
};

export const eventStrategy: Strategy<Event> = {
  nameRule: pathSegmentName,
  anyFinalizers: true,
  validate: validateEvent,
  validateUpdate: validateEvent,
};

export const endpointsStrategy: Strategy<Endpoints> = {
  nameRule: dns1123Subdomain,
  applyDefaults: defaultEndpoints,
  parts: endpointAddresses,
  validate: (endpoints) => validateEndpoints(endpoints),
  validateUpdate: validateEndpointsUpdate,
};

export const endpointSliceStrategy: Strategy<EndpointSlice> = {
  nameRule: dns1123Subdomain,
  generation: true,
  generationOfLabels: true,
  applyDefaults: defaultEndpointSlice,
  // A field of v1beta1 that v1 only still shows.
  prepareForCreate: dropTopology,
  prepareForUpdate: dropTopology,
  parts: ({ endpoints }) => endpoints ?? [],
  validate: (slice) => validateEndpointSlice(slice),
  validateUpdate: validateEndpointSliceUpdate,
  warnings: endpointSliceWarnings,
};

export const leaseStrategy: Strategy<Lease> = {
  nameRule: dns1123Subdomain,
  anyFinalizers: true,
  conditionalUpdate: true,
  // CoordinatedLeaderElection is off: nobody may use its fields.
  prepareForCreate: dropCoordination,
  prepareForUpdate: dropCoordination,
  validate: validateLease,
  validateUpdate: validateLease,
};

export const ingressStrategy: Strategy<Ingress> = {
  nameRule: dns1123Subdomain,
  generation: true,
  prepareForCreate(draft) {
    draft.status = { loadBalancer: {} };
  },
  validate: validateIngressCreate,
  validateUpdate: validateIngress,
  warnings: ingressWarnings,
  validateStatusUpdate: (ingress, old) =>
    validateIngressStatus(ingress.status?.loadBalancer?.ingress, old.status?.loadBalancer?.ingress),
};

export const ingressClassStrategy: Strategy<IngressClass> = {
  nameRule: dns1123Subdomain,
  generation: true,
  applyDefaults: defaultIngressClass,
  validate: validateIngressClass,
  validateUpdate: validateIngressClassUpdate,
};

export const networkPolicyStrategy: Strategy<NetworkPolicy> = {
  nameRule: dns1123Subdomain,
  generation: true,
  applyDefaults: defaultNetworkPolicy,
  validate: validateNetworkPolicy,
  validateUpdate: validateNetworkPolicyUpdate,
  warnings: networkPolicyWarnings,
};

export const serviceCIDRStrategy: Strategy<ServiceCIDR> = {
  nameRule: dns1123Subdomain,
  validate: validateServiceCIDR,
  validateUpdate: validateServiceCIDRUpdate,
};

export const ipAddressStrategy: Strategy<IPAddress> = {
  nameRule: ipAddressName,
  validate: validateIPAddress,
  validateUpdate: validateIPAddressUpdate,
};

/** stringData is for writing only: it ends up in data, in base64 (Convert_v1_Secret_To_core_Secret). */
function moveStringData(draft: { data?: Record<string, string>; stringData?: Record<string, string> }): void {
  if (!draft.stringData) return;
  draft.data = { ...draft.data };
  for (const [name, text] of Object.entries(draft.stringData)) draft.data[name] = base64(utf8Bytes(text));
  delete draft.stringData;
}

function base64(bytes: readonly number[]): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let text = '';
  for (let place = 0; place < bytes.length; place += 3) {
    const [first = 0, second, third] = bytes.slice(place, place + 3);
    text += digits[first >> 2]! + digits[((first & 3) << 4) | ((second ?? 0) >> 4)]!;
    text += second === undefined ? '=' : digits[((second & 15) << 2) | ((third ?? 0) >> 6)]!;
    text += third === undefined ? '=' : digits[third & 63]!;
  }
  return text;
}
