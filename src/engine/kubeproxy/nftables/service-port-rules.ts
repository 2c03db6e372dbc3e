import type { ObjectReference } from '../../api/index.ts';
import type { ProxyEndpoint } from '../endpoint.ts';
import { endpointOwners, sliceReference } from '../endpoint-owners.ts';
import type { LocalDetector, ProxyConfig } from '../proxy-config.ts';
import type { Rule, RuleOwner, RulePurpose } from '../rule.ts';
import type { ServicePort } from '../service-port.ts';
import type { CategorizedEndpoints } from '../topology.ts';
import { type Container, ipX, tableName } from './base-rules.ts';
import { endpointNames, serviceChainNames } from './names.ts';

/** An element of one of kube-proxy's sets and maps. */
export interface Element {
  readonly container: Container;
  /** `10.96.34.12 . tcp . 80` */
  readonly key: string;
  /** Of a map. */
  readonly value: string | undefined;
  /** `add element …`, and whom it serves. */
  readonly add: Rule;
}

/** All that one Service port adds to the table. */
export interface NftPortRules {
  readonly chains: readonly string[];
  /** Sets of the clients that stick to an endpoint. */
  readonly affinity: readonly { readonly name: string; readonly line: string }[];
  readonly elements: readonly Element[];
  /** In the chains of its own. */
  readonly rules: readonly Rule[];
  /** Who an endpoint is that a rule picked from its own map, by the rule's line and the element: `LINE 0 : goto …`. */
  readonly picks: readonly Rule[];
}

/**
 * Writes what one Service port needs on one node. Models the body of the loop over Services in syncProxyRules
 * (pkg/proxy/nftables/proxier.go, v1.36).
 *
 *     service-ips        ClusterIP ─────────────▶ service-… (or local-…: internal policy Local) ─▶ endpoint-… ─▶ dnat
 *                        external, LB address ──▶ external-… ─▶ service-… (or local-…: external policy Local)
 *     service-nodeports  node port ─────────────▶ external-…
 *     firewall-ips       LB address, before DNAT ▶ firewall-…   no-endpoint-…  reject-chain, or drop
 */
export function nftPortRules(
  port: ServicePort,
  endpoints: CategorizedEndpoints<ProxyEndpoint>,
  config: ProxyConfig,
): NftPortRules {
  const table = tableName(config);
  const ip = ipX(config);
  const protocol = port.protocol.toLowerCase();
  const names = serviceChainNames(port);
  const chains: string[] = [];
  const affinity: { name: string; line: string }[] = [];
  const elements: Element[] = [];
  const rules: Rule[] = [];
  const picks: Rule[] = [];

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
  const usesExternalChain = endpoints.hasAny && port.externallyAccessible;
  const usesFirewall = port.loadBalancerVIPs.length > 0 && port.loadBalancerSourceRanges.length > 0;
  const without = {
    verdict: endpoints.hasAny ? 'drop' : 'goto reject-chain',
    owners: (policyField: string, addressField: string) =>
      endpoints.hasAny
        ? from('no-local-endpoints', policyField, addressField)
        : from('no-endpoints', port.service.spec.selector ? 'spec.selector' : addressField, addressField),
  };

  const add = (
    container: Container,
    key: string,
    value: string | undefined,
    owners: readonly RuleOwner[],
    comment = '',
  ) => {
    const text = `add element ${table} ${container} { ${key}${comment && ` comment "${comment}"`}${value === undefined ? '' : ` : ${value}`} }`;
    elements.push({ container, key, value, add: { text, owners } });
  };
  const rule = (chain: string, text: string, owners: readonly RuleOwner[]) =>
    rules.push({ text: `add rule ${table} ${chain} ${text}`, owners });
  const at = (address: string) => `${address} . ${protocol} . ${port.port}`;

  const named = endpoints.allReachable.map((endpoint) => ({
    endpoint,
    ...endpointNames(port, endpoint.name),
  }));
  for (const { chain } of named) chains.push(chain);
  const usesCluster = port.usesClusterEndpoints && (endpoints.cluster?.length ?? 0) > 0;
  const usesLocal = port.usesLocalEndpoints && hasLocal;
  if (usesCluster) chains.push(names.cluster);
  if (usesLocal) chains.push(names.local);
  if (usesExternalChain) chains.push(names.external);
  if (usesFirewall) chains.push(names.firewall);

  // What is looked up: the addresses and the node port.
  add('cluster-ips', port.clusterIP, undefined, from('cluster-ip', 'spec.clusterIP'));
  if (hasInternal)
    add('service-ips', at(port.clusterIP), `goto ${internalChain}`, from('cluster-ip', portField));
  else
    add(
      'no-endpoint-services',
      at(port.clusterIP),
      without.verdict,
      without.owners('spec.internalTrafficPolicy', portField),
      port.name,
    );
  const refuse = (container: Container, key: string, field: string) =>
    add(container, key, without.verdict, without.owners('spec.externalTrafficPolicy', field), port.name);
  for (const address of port.externalIPs) {
    const field = `spec.externalIPs[${(port.service.spec.externalIPs ?? []).indexOf(address)}]`;
    if (endpoints.hasAny)
      add('service-ips', at(address), `goto ${names.external}`, from('external-ip', field, portField));
    if (!hasExternal) refuse('no-endpoint-services', at(address), field);
  }
  for (const address of port.loadBalancerVIPs) {
    const field = 'status.loadBalancer';
    if (endpoints.hasAny)
      add('service-ips', at(address), `goto ${names.external}`, from('load-balancer', field, portField));
    if (usesFirewall)
      add(
        'firewall-ips',
        at(address),
        `goto ${names.firewall}`,
        from('allowed-source', 'spec.loadBalancerSourceRanges', field),
      );
    if (!hasExternal) refuse('no-endpoint-services', at(address), field);
  }
  if (port.nodePort !== 0) {
    const key = `${protocol} . ${port.nodePort}`;
    if (endpoints.hasAny)
      add('service-nodeports', key, `goto ${names.external}`, from('node-port', nodePortField));
    if (!hasExternal) refuse('no-endpoint-nodeports', key, nodePortField);
  }

  // Whoever asks the ClusterIP and is no pod gets the node's address, or the reply would not come back this way.
  const local = localTraffic(config.localDetector, ip);
  if (hasInternal && (config.masqueradeAll || local)) {
    const notLocal = config.masqueradeAll ? '' : ` ${local?.ifNotLocal}`;
    rule(
      internalChain,
      `${ip} daddr ${port.clusterIP}${notLocal} jump mark-for-masquerade`,
      from('masquerade', 'spec.clusterIP', portField),
    );
  }
  if (usesExternalChain) {
    const owners = (purpose: RulePurpose) =>
      from(purpose, 'spec.externalTrafficPolicy', port.nodePort !== 0 ? nodePortField : portField);
    if (!port.externalPolicyLocal) {
      rule(names.external, 'jump mark-for-masquerade', owners('masquerade'));
    } else {
      if (local) {
        const text = `${local.ifLocal} goto ${names.cluster} comment "short-circuit pod traffic"`;
        rule(names.external, text, owners('short-circuit'));
      }
      rule(
        names.external,
        'fib saddr type local jump mark-for-masquerade comment "masquerade local traffic"',
        owners('masquerade'),
      );
      rule(
        names.external,
        `fib saddr type local goto ${names.cluster} comment "short-circuit local traffic"`,
        owners('short-circuit'),
      );
    }
    if (hasExternal)
      rule(
        names.external,
        `goto ${port.externalPolicyLocal ? names.local : names.cluster}`,
        owners('policy'),
      );
  }
  if (usesFirewall) {
    const ranges = port.loadBalancerSourceRanges;
    // The balancer's address is often the node's own too: then the node's requests to it have it as their source.
    const own = ranges.some((range) => range.contains(config.nodeIP)) ? port.loadBalancerVIPs : [];
    const sources = [...ranges.map(({ text }) => text), ...own].join(' , ');
    rule(
      names.firewall,
      `${ip} saddr != { ${sources} } drop`,
      from('forbidden-source', 'spec.loadBalancerSourceRanges'),
    );
  }

  const sticky = port.stickySeconds;
  if (sticky !== undefined) {
    const address = ip === 'ip' ? 'ipv4_addr' : 'ipv6_addr';
    for (const { affinity: name } of named)
      affinity.push({
        name,
        line: `add set ${table} ${name} { type ${address} ; flags dynamic,timeout ; timeout ${sticky}s ; }`,
      });
  }
  const share = (chain: string, among: readonly ProxyEndpoint[]) => {
    const of = among.map((endpoint) => ({ endpoint, ...endpointNames(port, endpoint.name) }));
    if (sticky !== undefined) {
      for (const to of of)
        rule(chain, `${ip} saddr @${to.affinity} goto ${to.chain}`, [
          {
            object: service,
            field: 'spec.sessionAffinity',
            purpose: 'remembered-endpoint',
            endpoint: to.endpoint.name,
          },
          ...endpointOwners(to.endpoint),
        ]);
    }
    const goals = of.map((to, index) => `${index} : goto ${to.chain}`);
    rule(chain, `numgen random mod ${of.length} vmap { ${goals.join(' , ')} }`, from('endpoint', portField));
    const { text } = rules.at(-1)!;
    for (const [index, { endpoint }] of of.entries())
      picks.push({
        text: `${text} ${goals[index]}`,
        owners: [...endpointOwners(endpoint, 'endpoint'), { object: service, field: portField }],
      });
  };
  if (usesCluster) share(names.cluster, endpoints.cluster!);
  if (usesLocal) share(names.local, endpoints.local!);
  for (const { endpoint, chain, affinity: set } of named) {
    const targetPort = `spec.ports[${port.index}].targetPort`;
    rule(chain, `${ip} saddr ${endpoint.ip} jump mark-for-masquerade`, [
      ...endpointOwners(endpoint, 'hairpin'),
      { object: service, field: targetPort },
    ]);
    if (sticky !== undefined)
      rule(chain, `update @${set} { ${ip} saddr }`, [
        { object: service, field: 'spec.sessionAffinity' },
        ...endpointOwners(endpoint),
      ]);
    rule(chain, `meta l4proto ${protocol} dnat to ${endpoint.name}`, [
      { object: service, field: targetPort, purpose: 'dnat' },
      ...endpointOwners(endpoint),
      { object: sliceReference(endpoint), field: `ports[${endpoint.portIndex}].port` },
    ]);
  }
  return { chains, affinity, elements, rules, picks };
}

/** The match for packets of local pods and its opposite (pkg/proxy/util/localdetector.go, IfLocalNFT). */
function localTraffic(
  detector: LocalDetector | undefined,
  ip: 'ip' | 'ip6',
): { readonly ifLocal: string; readonly ifNotLocal: string } | undefined {
  if (!detector) return undefined;
  const [field, value] =
    detector.mode === 'CIDR'
      ? [`${ip} saddr`, detector.cidr]
      : ['iifname', detector.mode === 'BridgeInterface' ? `"${detector.bridge}"` : `"${detector.prefix}*"`];
  return { ifLocal: `${field} ${value}`, ifNotLocal: `${field} != ${value}` };
}
