import type {
  EndpointSlice,
  Endpoints,
  Ingress,
  IngressBackend,
  IngressClass,
  LabelSelector,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '../../../../engine/index.ts';
import { ingressAddress } from '../printers/networking.ts';
import { selectorText } from '../printers/shared.ts';
import {
  type DescribeContext,
  endpointsOfPort,
  slicesOf,
  writeAnnotations,
  writeEvents,
  writeMap,
} from './shared.ts';
import type { DescribeWriter } from './writer.ts';

/** Models describeIngressV1. */
export function describeIngress(out: DescribeWriter, ingress: Ingress, context: DescribeContext): void {
  const { metadata, spec } = ingress;
  out.line(0, 'Name:', metadata.name);
  writeMap(out, 0, 'Labels', metadata.labels);
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  out.line(0, 'Address:', ingressAddress(ingress, true));
  out.line(0, 'Ingress Class:', spec?.ingressClassName || '<none>');
  const backend = (target: IngressBackend | undefined) =>
    backendText(target, metadata.namespace ?? '', context);
  out.line(0, 'Default backend:', spec?.defaultBackend ? backend(spec.defaultBackend) : '<default>');
  const tls = spec?.tls ?? [];
  if (tls.length > 0) {
    out.line(0, 'TLS:');
    for (const { hosts = [], secretName } of tls)
      out.line(
        1,
        secretName ? `${secretName} terminates ${hosts.join(',')}` : `SNI routes ${hosts.join(',')}`,
      );
  }
  out.line(0, 'Rules:');
  out.line(1, 'Host', 'Path', 'Backends');
  out.line(1, '----', '----', '--------');
  const rules = (spec?.rules ?? []).filter(({ http }) => http);
  for (const { host, http } of rules) {
    out.line(1, host || '*', '');
    for (const { path = '', backend: target } of http!.paths) out.line(2, '', `${path} `, backend(target));
  }
  if (rules.length === 0) out.line(1, '*', '*', backend(spec?.defaultBackend));
  writeAnnotations(out, 0, metadata.annotations);
  writeEvents(out, context, ingress);
}

function backendText(
  backend: IngressBackend | undefined,
  namespace: string,
  { api }: DescribeContext,
): string {
  if (!backend) return '<default>';
  if (backend.resource)
    return `APIGroup: ${backend.resource.apiGroup ?? ''}, Kind: ${backend.resource.kind}, Name: ${backend.resource.name}`;
  const { name = '', port } = backend.service ?? { name: '' };
  const portText = port?.number ? String(port.number) : (port?.name ?? '');
  const service = api.get('services', namespace, name);
  if (!service.ok) return `${name}:${portText} (<error: ${service.status.message}>)`;
  const found = (service.object.spec.ports ?? []).find((each) =>
    port?.number ? each.port === port.number : each.name === port?.name,
  );
  const slices = slicesOf(api, namespace, name);
  return `${name}:${portText} (${found && slices.length > 0 ? endpointsOfPort(slices, found.name ?? '') : ''})`;
}

export function describeIngressClass(
  out: DescribeWriter,
  ingressClass: IngressClass,
  context: DescribeContext,
): void {
  const { metadata, spec } = ingressClass;
  out.line(0, 'Name:', metadata.name);
  writeMap(out, 0, 'Labels', metadata.labels);
  writeAnnotations(out, 0, metadata.annotations);
  out.line(0, 'Controller:', spec?.controller ?? '');
  if (spec?.parameters) {
    out.line(0, 'Parameters:');
    if (spec.parameters.apiGroup) out.line(1, 'APIGroup:', spec.parameters.apiGroup);
    out.line(1, 'Kind:', spec.parameters.kind);
    out.line(1, 'Name:', spec.parameters.name);
  }
  writeEvents(out, context, ingressClass);
}

/** Models describeNetworkPolicy. */
export function describeNetworkPolicy(out: DescribeWriter, policy: NetworkPolicy): void {
  const { metadata, spec } = policy;
  out.line(0, 'Name:', metadata.name);
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  out.line(
    0,
    'Created on:',
    `${(metadata.creationTimestamp ?? '').replace('T', ' ').replace('Z', '')} +0000 UTC`,
  );
  writeMap(out, 0, 'Labels', metadata.labels);
  writeAnnotations(out, 0, metadata.annotations);
  out.raw('Spec:');
  const pods = selectorText(spec?.podSelector);
  out.raw(
    `  PodSelector:     ${pods === '<none>' ? '<none> (Allowing the specific traffic to all pods in this namespace)' : pods}`,
  );
  const types = spec?.policyTypes ?? [];
  if (types.includes('Ingress')) {
    out.raw('  Allowing ingress traffic:');
    const rules = (spec?.ingress ?? []).map(({ ports, from }) => ({ ports, peers: from }));
    writeRules(out, rules, {
      none: '<none> (Selected pods are isolated for ingress connectivity)',
      direction: 'From',
      anyone: 'From: <any> (traffic not restricted by source)',
    });
  } else out.raw('  Not affecting ingress traffic');
  if (types.includes('Egress')) {
    out.raw('  Allowing egress traffic:');
    const rules = (spec?.egress ?? []).map(({ ports, to }) => ({ ports, peers: to }));
    writeRules(out, rules, {
      none: '<none> (Selected pods are isolated for egress connectivity)',
      direction: 'To',
      anyone: 'To: <any> (traffic not restricted by destination)',
    });
  } else out.raw('  Not affecting egress traffic');
  out.raw(`  Policy Types: ${types.join(', ')}`);
}

interface Rule {
  readonly ports: readonly NetworkPolicyPort[] | undefined;
  readonly peers: readonly NetworkPolicyPeer[] | undefined;
}

function writeRules(
  out: DescribeWriter,
  rules: readonly Rule[],
  words: { readonly none: string; readonly direction: 'From' | 'To'; readonly anyone: string },
): void {
  if (rules.length === 0) out.raw(`    ${words.none}`);
  for (const [index, { ports = [], peers = [] }] of rules.entries()) {
    if (ports.length === 0) out.raw('    To Port: <any> (traffic allowed to all ports)');
    for (const { port, endPort, protocol = 'TCP' } of ports)
      out.raw(
        endPort === undefined
          ? `    To Port: ${port ?? '<any>'}/${protocol}`
          : `    To Port Range: ${port}-${endPort}/${protocol}`,
      );
    if (peers.length === 0) out.raw(`    ${words.anyone}`);
    for (const { podSelector, namespaceSelector, ipBlock } of peers) {
      out.raw(`    ${words.direction}:`);
      if (namespaceSelector) out.raw(`      NamespaceSelector: ${peerSelector(namespaceSelector)}`);
      if (podSelector) out.raw(`      PodSelector: ${peerSelector(podSelector)}`);
      if (ipBlock)
        out.raw(
          `      IPBlock:\n        CIDR: ${ipBlock.cidr}\n        Except: ${(ipBlock.except ?? []).join(', ')}`,
        );
    }
    if (index < rules.length - 1) out.raw('    ----------');
  }
}

function peerSelector(selector: LabelSelector): string {
  return selectorText(selector);
}

/** Models describeEndpointSliceV1. */
export function describeEndpointSlice(
  out: DescribeWriter,
  slice: EndpointSlice,
  context: DescribeContext,
): void {
  const { metadata, addressType } = slice;
  out.line(0, 'Name:', metadata.name);
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  writeMap(out, 0, 'Labels', metadata.labels);
  writeAnnotations(out, 0, metadata.annotations);
  out.line(0, 'AddressType:', addressType);
  const ports = slice.ports ?? [];
  if (ports.length === 0) out.raw('Ports: <unset>');
  else {
    out.line(0, 'Ports:');
    out.line(1, 'Name', 'Port', 'Protocol');
    out.line(1, '----', '----', '--------');
    for (const { name, port, protocol = 'TCP' } of ports)
      out.line(1, name || '<unset>', port === undefined ? '<unset>' : String(port), protocol);
  }
  const endpoints = slice.endpoints ?? [];
  if (endpoints.length === 0) out.raw('Endpoints: <none>');
  else {
    out.raw('Endpoints:');
    for (const { addresses, conditions, hostname, targetRef, nodeName, zone } of endpoints) {
      out.line(1, '- Addresses:', addresses.join(', '));
      out.line(2, 'Conditions:');
      out.line(3, 'Ready:', conditions?.ready === undefined ? '<unset>' : String(conditions.ready));
      out.line(2, 'Hostname:', hostname ?? '<unset>');
      if (targetRef) out.line(2, 'TargetRef:', `${targetRef.kind}/${targetRef.name}`);
      out.line(2, 'NodeName:', nodeName ?? '<unset>');
      out.line(2, 'Zone:', zone ?? '<unset>');
    }
  }
  writeEvents(out, context, slice);
}

/** Models describeEndpoints. */
export function describeEndpoints(out: DescribeWriter, endpoints: Endpoints, context: DescribeContext): void {
  const { metadata, subsets = [] } = endpoints;
  out.line(0, 'Name:', metadata.name);
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  writeMap(out, 0, 'Labels', metadata.labels);
  writeAnnotations(out, 0, metadata.annotations);
  out.line(0, 'Subsets:');
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets) {
    const list = (items: readonly { readonly ip: string }[]) =>
      items.map(({ ip }) => ip).join(',') || '<none>';
    out.line(1, 'Addresses:', list(addresses));
    out.line(1, 'NotReadyAddresses:', list(notReadyAddresses));
    if (ports.length > 0) {
      out.line(1, 'Ports:');
      out.line(2, 'Name', 'Port', 'Protocol');
      out.line(2, '----', '----', '--------');
      for (const { name, port, protocol = 'TCP' } of ports)
        out.line(2, name || '<unset>', String(port), protocol);
    }
    out.line(0, '');
  }
  writeEvents(out, context, endpoints);
}
