import type { ObjectReference } from '../api/index.ts';
import type { ProxyEndpoint } from './endpoint.ts';
import type { RuleOwner, RulePurpose } from './rule.ts';

/** The slice's line that names the endpoint, and the pod that it stands for. */
export function endpointOwners(endpoint: ProxyEndpoint, purpose?: RulePurpose): readonly RuleOwner[] {
  const target = endpoint.slice.endpoints[endpoint.index]?.targetRef;
  const owners: RuleOwner[] = [
    {
      object: sliceReference(endpoint),
      field: `endpoints[${endpoint.index}]`,
      ...(purpose && { purpose }),
      ...(purpose === 'endpoint' && { endpoint: endpoint.name }),
    },
  ];
  if (target?.kind === 'Pod' && target.name) {
    const namespace = target.namespace ?? endpoint.slice.metadata.namespace ?? 'default';
    owners.push({
      object: { apiVersion: 'v1', kind: 'Pod', namespace, name: target.name },
      field: 'status.podIP',
    });
  }
  return owners;
}

export function sliceReference({ slice }: ProxyEndpoint): ObjectReference {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    namespace: slice.metadata.namespace ?? 'default',
    name: slice.metadata.name,
  };
}
