import type { ObjectReference } from '../../api/index.ts';
import type { ProxyEndpoint } from '../endpoint.ts';
import type { Rule, RuleOwner, RulePurpose } from '../rule.ts';
import type { ServicePort } from '../service-port.ts';
import type { CategorizedEndpoints } from '../topology.ts';
import { serviceChainNames } from './chain-names.ts';
import { type EndpointChain, endpointRules, loadBalancingRules } from './endpoint-rules.ts';

/** All that one Service port adds to the tables. */
export interface ServicePortRules {
  /** In the filter table's shared chains. */
  readonly filter: readonly Rule[];
  /** In the nat table's shared chains, KUBE-SERVICES and KUBE-NODEPORTS: written at every sync. */
  readonly portals: readonly Rule[];
  /** The nat chains that are its own, and the rules in them: written when the Service or its endpoints changed. */
  readonly chains: readonly string[];
  readonly chainRules: readonly Rule[];
  /** The same as lines of text, without a newline at the end; '' for none. */
  readonly text: {
    readonly filter: string;
    readonly portals: string;
    readonly chains: string;
    readonly chainRules: string;
  };
}

/** The line that makes a chain, or empties it. */
export function chainLine(chain: string): string {
  return `:${chain} - [0:0]`;
}

export interface ServicePortContext {
  readonly nodeIP: string;
  readonly masqueradeAll: boolean;
  readonly localTraffic: { readonly ifLocal: string; readonly ifNotLocal: string } | undefined;
  /** More than 1,000 endpoints in the cluster: the comments that repeat for each endpoint are left out. */
  readonly largeCluster: boolean;
}

/**
 * Writes the rules of one Service port for one node. Models the body of the loop over Services in kube-proxy's
 * syncProxyRules (pkg/proxy/iptables/proxier.go, v1.36), rule for rule and in its order.
 *
 *                   ClusterIP ──────────────▶ KUBE-SVC-… (or KUBE-SVL-…: internal policy Local) ─▶ KUBE-SEP-… ─▶ DNAT
 *     KUBE-SERVICES externalIP ─▶ KUBE-EXT-… ─▶ KUBE-SVC-… (or KUBE-SVL-…: external policy Local)
 *                   LB address ─▶ (KUBE-FW-…: source ranges) ─▶ KUBE-EXT-…
 *     KUBE-NODEPORTS node port ─▶ KUBE-EXT-…
 */
export function servicePortRules(
  port: ServicePort,
  endpoints: CategorizedEndpoints<ProxyEndpoint>,
  chainOf: (endpoint: ProxyEndpoint) => EndpointChain,
  context: ServicePortContext,
): ServicePortRules {
  const filter: Rule[] = [];
  const portals: Rule[] = [];
  const chains: string[] = [];
  const chainRules: Rule[] = [];

  const { name } = port;
  const protocol = port.protocol.toLowerCase();
  const names = serviceChainNames(name, protocol);
  const service: ObjectReference = {
    apiVersion: 'v1',
    kind: 'Service',
    namespace: port.service.metadata.namespace ?? 'default',
    name: port.service.metadata.name,
  };
  const from = (purpose: RulePurpose, ...fields: readonly string[]): readonly RuleOwner[] =>
    fields.map((field, place) => ({ object: service, field, ...(place === 0 && { purpose }) }));
  const portField = `spec.ports[${port.index}].port`;
  const nodePortField = `spec.ports[${port.index}].nodePort`;

  const hasLocal = (endpoints.local?.length ?? 0) > 0;
  const hasInternal = port.internalPolicyLocal ? hasLocal : endpoints.hasAny;
  const hasExternal = port.externalPolicyLocal ? hasLocal : endpoints.hasAny;
  const internalChain = port.internalPolicyLocal ? names.local : names.cluster;
  const externalPolicyChain = port.externalPolicyLocal ? names.local : names.cluster;
  const usesExternalChain = endpoints.hasAny && port.externallyAccessible;
  const usesFirewall =
    endpoints.hasAny && port.loadBalancerVIPs.length > 0 && port.loadBalancerSourceRanges.length > 0;

  // What becomes of packets that no endpoint may take. DROP and not REJECT when only this node has none: whoever
  // balances between the nodes is to try another.
  const withoutEndpoints = {
    internal: endpoints.hasAny ? `"${name} has no local endpoints"` : `"${name} has no endpoints"`,
    target: endpoints.hasAny ? 'DROP' : 'REJECT',
    owners: (policyField: string, addressField: string) =>
      endpoints.hasAny
        ? from('no-local-endpoints', policyField, addressField)
        : from('no-endpoints', port.service.spec.selector ? 'spec.selector' : addressField, addressField),
  };
  const to = (address: string, dport: number) =>
    `-m ${protocol} -p ${protocol} -d ${address} --dport ${dport}`;

  // The ClusterIP.
  const clusterPortal = `-m comment --comment "${name} cluster IP" ${to(port.clusterIP, port.port)}`;
  if (hasInternal) {
    portals.push({
      text: `-A KUBE-SERVICES ${clusterPortal} -j ${internalChain}`,
      owners: from('cluster-ip', portField),
    });
  } else {
    filter.push({
      text: `-A KUBE-SERVICES -m comment --comment ${withoutEndpoints.internal} ${to(port.clusterIP, port.port)} -j ${withoutEndpoints.target}`,
      owners: withoutEndpoints.owners('spec.internalTrafficPolicy', portField),
    });
  }

  const refuseExternal = (match: string, addressField: string) => {
    filter.push({
      text: `-A KUBE-EXTERNAL-SERVICES -m comment --comment ${withoutEndpoints.internal} ${match} -j ${withoutEndpoints.target}`,
      owners: withoutEndpoints.owners('spec.externalTrafficPolicy', addressField),
    });
  };

  // External addresses.
  for (const address of port.externalIPs) {
    const field = `spec.externalIPs[${(port.service.spec.externalIPs ?? []).indexOf(address)}]`;
    if (endpoints.hasAny) {
      portals.push({
        text: `-A KUBE-SERVICES -m comment --comment "${name} external IP" ${to(address, port.port)} -j ${names.external}`,
        owners: from('external-ip', field, portField),
      });
    }
    if (!hasExternal) refuseExternal(to(address, port.port), field);
  }

  // Load balancer addresses.
  for (const address of port.loadBalancerVIPs) {
    const field = 'status.loadBalancer';
    if (endpoints.hasAny) {
      portals.push({
        text: `-A KUBE-SERVICES -m comment --comment "${name} loadbalancer IP" ${to(address, port.port)} -j ${usesFirewall ? names.firewall : names.external}`,
        owners: from('load-balancer', field, portField),
      });
    }
    if (usesFirewall) {
      filter.push({
        text: `-A KUBE-PROXY-FIREWALL -m comment --comment "${name} traffic not accepted by ${names.firewall}" ${to(address, port.port)} -j DROP`,
        owners: from('forbidden-source', 'spec.loadBalancerSourceRanges', field),
      });
    }
  }
  if (!hasExternal)
    for (const address of port.loadBalancerVIPs)
      refuseExternal(to(address, port.port), 'status.loadBalancer');

  // The node port.
  if (port.nodePort !== 0) {
    const match = `-m ${protocol} -p ${protocol} --dport ${port.nodePort}`;
    if (endpoints.hasAny) {
      portals.push({
        text: `-A KUBE-NODEPORTS -m comment --comment ${name} ${match} -j ${names.external}`,
        owners: from('node-port', nodePortField),
      });
    }
    if (!hasExternal) refuseExternal(`-m addrtype --dst-type LOCAL ${match}`, nodePortField);
  }
  if (port.healthCheckNodePort !== 0) {
    filter.push({
      text: `-A KUBE-NODEPORTS -m comment --comment "${name} health check node port" -m tcp -p tcp --dport ${port.healthCheckNodePort} -j ACCEPT`,
      owners: from('health-check', 'spec.healthCheckNodePort'),
    });
  }

  // Whoever asks the ClusterIP and is no pod gets the node's address, or the reply would not come back this way.
  if (hasInternal && (context.masqueradeAll || context.localTraffic)) {
    const notLocal = context.masqueradeAll ? '' : ` ${context.localTraffic?.ifNotLocal}`;
    chainRules.push({
      text: `-A ${internalChain} ${clusterPortal}${notLocal} -j KUBE-MARK-MASQ`,
      owners: from('masquerade', 'spec.clusterIP', portField),
    });
  }

  if (usesExternalChain) {
    chains.push(names.external);
    const comment = (what: string) =>
      `-A ${names.external} -m comment --comment "${what} for ${name} external destinations"`;
    const owners = (purpose: RulePurpose) =>
      from(purpose, 'spec.externalTrafficPolicy', port.nodePort !== 0 ? nodePortField : portField);
    if (!port.externalPolicyLocal) {
      chainRules.push({
        text: `${comment('masquerade traffic')} -j KUBE-MARK-MASQ`,
        owners: owners('masquerade'),
      });
    } else {
      if (context.localTraffic) {
        chainRules.push({
          text: `${comment('pod traffic')} ${context.localTraffic.ifLocal} -j ${names.cluster}`,
          owners: owners('short-circuit'),
        });
      }
      chainRules.push({
        text: `${comment('masquerade LOCAL traffic')} -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ`,
        owners: owners('masquerade'),
      });
      chainRules.push({
        text: `${comment('route LOCAL traffic')} -m addrtype --src-type LOCAL -j ${names.cluster}`,
        owners: owners('short-circuit'),
      });
    }
    if (hasExternal)
      chainRules.push({ text: `-A ${names.external} -j ${externalPolicyChain}`, owners: owners('policy') });
  }

  if (usesFirewall) {
    chains.push(names.firewall);
    const accept = (source: string, field: string) => {
      const text = `-A ${names.firewall} -m comment --comment "${name} loadbalancer IP" -s ${source} -j ${names.external}`;
      chainRules.push({ text, owners: from('allowed-source', field) });
    };
    for (const [index, range] of port.loadBalancerSourceRanges.entries())
      accept(range.text, `spec.loadBalancerSourceRanges[${index}]`);
    // The balancer's address is often the node's own too: then the node's requests to it have it as their source.
    if (port.loadBalancerSourceRanges.some((range) => range.contains(context.nodeIP))) {
      for (const address of port.loadBalancerVIPs) accept(address, 'spec.loadBalancerSourceRanges');
    }
    chainRules.push({
      text: `-A ${names.firewall} -m comment --comment "other traffic to ${name} will be dropped by KUBE-PROXY-FIREWALL"`,
      owners: from('forbidden-source', 'spec.loadBalancerSourceRanges'),
    });
  }

  if (port.usesClusterEndpoints && endpoints.cluster && endpoints.cluster.length > 0) {
    chains.push(names.cluster);
    chainRules.push(
      ...loadBalancingRules(
        port,
        names.cluster,
        endpoints.cluster.map(chainOf),
        service,
        context.largeCluster,
      ),
    );
  }
  if (port.usesLocalEndpoints && endpoints.local && endpoints.local.length > 0) {
    chains.push(names.local);
    chainRules.push(
      ...loadBalancingRules(port, names.local, endpoints.local.map(chainOf), service, context.largeCluster),
    );
  }
  for (const endpoint of endpoints.allReachable) {
    const chain = chainOf(endpoint);
    chains.push(chain.chain);
    chainRules.push(...endpointRules(port, chain, service, context.largeCluster));
  }
  const lines = (rules: readonly Rule[]) => rules.map((rule) => rule.text).join('\n');
  return {
    filter,
    portals,
    chains,
    chainRules,
    text: {
      filter: lines(filter),
      portals: lines(portals),
      chains: chains.map(chainLine).join('\n'),
      chainRules: lines(chainRules),
    },
  };
}
