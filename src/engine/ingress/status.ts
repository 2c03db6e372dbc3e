import type { LoadBalancerIngress, Pod } from '../api/index.ts';
import type { ApiClient } from '../apiserver/index.ts';

/** Where the controller can be reached: what the Ingresses it serves get as their address. */
export interface StatusOptions {
  readonly api: ApiClient;
  /** `namespace/name` of its own Service; undefined: the nodes of its pods. */
  readonly publishService: string | undefined;
  readonly pod: { readonly namespace: string; readonly name: string };
}

/** Writes the address into the status of the Ingresses (`namespace/name`) that have another (internal/ingress/status). */
export function updateStatus(
  api: ApiClient,
  ingresses: readonly string[],
  addresses: readonly LoadBalancerIngress[],
): void {
  const wanted = JSON.stringify(addresses);
  for (const key of ingresses) {
    const [namespace = '', name = ''] = key.split('/');
    const found = api.get('ingresses', namespace, name);
    if (!found.ok) continue;
    const present = (found.object.status?.loadBalancer?.ingress ?? []).map(pick);
    if (JSON.stringify(present) === wanted) continue;
    api.updateStatus('ingresses', { ...found.object, status: { loadBalancer: { ingress: addresses } } });
  }
}

/** The addresses of the controller's Service, or else of the nodes that its ready pods run on. */
export function runningAddresses({
  api,
  publishService,
  pod,
}: StatusOptions): readonly LoadBalancerIngress[] {
  const addresses = publishService ? serviceAddresses(api, publishService) : nodeAddresses(api, pod);
  const order = (address: LoadBalancerIngress) => `${address.hostname ?? ''} ${address.ip ?? ''}`;
  return addresses.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
}

function serviceAddresses(api: ApiClient, key: string): readonly LoadBalancerIngress[] {
  const [namespace = '', name = ''] = key.split('/');
  const found = api.get('services', namespace, name);
  if (!found.ok) return [];
  const { spec, status } = found.object;
  const external = (spec.externalIPs ?? []).map((ip) => ({ ip }));
  const own = spec.clusterIP && spec.clusterIP !== 'None' ? [{ ip: spec.clusterIP }] : [];
  switch (spec.type ?? 'ClusterIP') {
    case 'ExternalName':
      return [{ hostname: spec.externalName ?? '' }];
    case 'ClusterIP':
      return own;
    case 'NodePort':
      return external.length > 0 ? external : own;
    case 'LoadBalancer': {
      const balanced = (status?.loadBalancer?.ingress ?? []).map(pick);
      return [...balanced, ...external.filter(({ ip }) => !balanced.some((other) => other.ip === ip))];
    }
  }
}

function nodeAddresses(
  api: ApiClient,
  { namespace, name }: StatusOptions['pod'],
): readonly LoadBalancerIngress[] {
  const self = api.get('pods', namespace, name);
  const labels = self.ok ? (self.object.metadata.labels ?? {}) : {};
  const isBrother = ({ metadata, status }: Pod) =>
    Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value) &&
    status?.conditions?.some(({ type, status: state }) => type === 'Ready' && state === 'True');
  const nodes = api
    .list('pods', { namespace })
    .filter(isBrother)
    .map(({ spec }) => spec.nodeName ?? '');
  return [...new Set(nodes)].flatMap((node) => {
    const found = api.get('nodes', '', node);
    const addresses = found.ok ? (found.object.status?.addresses ?? []) : [];
    const address =
      addresses.find(({ type }) => type === 'ExternalIP') ??
      addresses.find(({ type }) => type === 'InternalIP');
    return address ? [{ ip: address.address }] : [];
  });
}

function pick({ hostname, ip }: LoadBalancerIngress): LoadBalancerIngress {
  return { ...(hostname && { hostname }), ...(ip && { ip }) };
}
