import type { ObjectReference } from '../../api/index.ts';
import type { ProxyEndpoint } from '../endpoint.ts';
import { endpointOwners, sliceReference } from '../endpoint-owners.ts';
import type { Rule, RuleOwner } from '../rule.ts';
import type { ServicePort } from '../service-port.ts';

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
            ...endpointOwners(to.endpoint),
          ]),
        );
  const shares = endpoints.map((to, index) => {
    const left = endpoints.length - index;
    const match = left > 1 ? ` -m statistic --mode random --probability ${(1 / left).toFixed(10)}` : '';
    return rule(to, match, [
      ...endpointOwners(to.endpoint, 'endpoint'),
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
        ...endpointOwners(endpoint, 'hairpin'),
        { object: service, field: `spec.ports[${port.index}].targetPort` },
      ],
    },
    {
      text: `${start}${remember} -m ${protocol} -p ${protocol} -j DNAT --to-destination ${endpoint.name}`,
      owners: [
        { object: service, field: `spec.ports[${port.index}].targetPort`, purpose: 'dnat' },
        ...endpointOwners(endpoint),
        { object: sliceReference(endpoint), field: `ports[${endpoint.portIndex}].port` },
      ],
    },
  ];
}
