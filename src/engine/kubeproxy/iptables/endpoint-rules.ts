import type { ObjectReference } from '../../api/index.ts';
import type { ProxyEndpoint } from '../endpoint.ts';
import type { ServicePort } from '../service-port.ts';
import type { Rule, RuleOwner, RulePurpose } from './rule.ts';

/** An endpoint of one Service port and the name of its KUBE-SEP chain. */
export interface EndpointChain {
  readonly endpoint: ProxyEndpoint;
  readonly chain: string;
}

/**
 * The rules that share a Service's connections out (proxier.go, writeServiceToEndpointRules): clients that are
 * remembered first, then rule i of n with probability 1/(n-i), the last without a condition.
 */
export function loadBalancingRules(
  port: ServicePort,
  serviceChain: string,
  endpoints: readonly EndpointChain[],
  service: ObjectReference,
  largeCluster: boolean,
): readonly Rule[] {
  const rule = (to: EndpointChain, match: string, owners: readonly RuleOwner[]): Rule => {
    const comment = largeCluster ? '' : ` -m comment --comment "${port.name} -> ${to.endpoint.name}"`;
    return { text: `-A ${serviceChain}${comment}${match} -j ${to.chain}`, owners };
  };
  const sticky = port.stickySeconds;
  const remembered =
    sticky === undefined
      ? []
      : endpoints.map((to) =>
          rule(to, ` -m recent --name ${to.chain} --rcheck --seconds ${sticky} --reap`, [
            {
              object: service,
              field: 'spec.sessionAffinity',
              purpose: 'remembered-endpoint',
              endpoint: to.endpoint.name,
            },
            ...ownersOf(to.endpoint),
          ]),
        );
  const shares = endpoints.map((to, index) => {
    const left = endpoints.length - index;
    const match = left > 1 ? ` -m statistic --mode random --probability ${(1 / left).toFixed(10)}` : '';
    return rule(to, match, [
      ...ownersOf(to.endpoint, 'endpoint'),
      { object: service, field: `spec.ports[${port.index}].port` },
    ]);
  });
  return [...remembered, ...shares];
}

/** The two rules of a KUBE-SEP chain: masquerade a pod that reached itself, and DNAT. */
export function endpointRules(
  port: ServicePort,
  { endpoint, chain }: EndpointChain,
  service: ObjectReference,
  largeCluster: boolean,
): readonly Rule[] {
  const protocol = port.protocol.toLowerCase();
  const start = `-A ${chain}${largeCluster ? '' : ` -m comment --comment ${port.name}`}`;
  const remember = port.stickySeconds === undefined ? '' : ` -m recent --name ${chain} --set`;
  return [
    {
      text: `${start} -s ${endpoint.ip} -j KUBE-MARK-MASQ`,
      owners: [
        ...ownersOf(endpoint, 'hairpin'),
        { object: service, field: `spec.ports[${port.index}].targetPort` },
      ],
    },
    {
      text: `${start}${remember} -m ${protocol} -p ${protocol} -j DNAT --to-destination ${endpoint.name}`,
      owners: [
        { object: service, field: `spec.ports[${port.index}].targetPort`, purpose: 'dnat' },
        ...ownersOf(endpoint),
        { object: sliceReference(endpoint), field: `ports[${endpoint.portIndex}].port` },
      ],
    },
  ];
}

/** The slice's line that names the endpoint, and the pod that it stands for. */
function ownersOf(endpoint: ProxyEndpoint, purpose?: RulePurpose): readonly RuleOwner[] {
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

function sliceReference({ slice }: ProxyEndpoint): ObjectReference {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    namespace: slice.metadata.namespace ?? 'default',
    name: slice.metadata.name,
  };
}
