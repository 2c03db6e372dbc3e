/** Rules of a NetworkPolicy (pkg/apis/networking/validation/validation.go, v1.36). */
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../api/index.ts';
import {
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  notSupported,
  parseCIDRSloppy,
  portName,
  portNumber,
  prefixContains,
  required,
} from '../../apimachinery/index.ts';
import { validateLegacyCIDR, warningsForCIDR } from './addresses.ts';
import { type LabelSelectorOptions, validateLabelSelector } from './object-meta.ts';

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const POLICY_TYPES = ['Ingress', 'Egress'];

interface Options extends LabelSelectorOptions {
  /** What the policy had before, which is not looked at again. */
  readonly oldCIDRs: readonly string[];
}

export function validateNetworkPolicy(policy: NetworkPolicy): FieldError[] {
  return validateSpec(policy, { oldCIDRs: [] });
}

export function validateNetworkPolicyUpdate(policy: NetworkPolicy, old: NetworkPolicy): FieldError[] {
  const { ingress = [], egress = [] } = old.spec ?? {};
  const peers = [...ingress.flatMap(({ from }) => from ?? []), ...egress.flatMap(({ to }) => to ?? [])];
  const oldCIDRs = peers.flatMap(({ ipBlock }) => (ipBlock ? [ipBlock.cidr, ...(ipBlock.except ?? [])] : []));
  const allowInvalidLabelValue = validateLabelSelector(old.spec?.podSelector, '').length > 0;
  return validateSpec(policy, { oldCIDRs, allowInvalidLabelValue });
}

/** CIDRs as nobody should write them (networkPolicyWarnings, pkg/registry/networking/networkpolicy/strategy.go). */
export function networkPolicyWarnings({ spec = {} }: NetworkPolicy): string[] {
  const peers = [
    ...(spec.ingress ?? []).flatMap(({ from = [] }, rule) => placed(from, `spec.ingress[${rule}].from`)),
    ...(spec.egress ?? []).flatMap(({ to = [] }, rule) => placed(to, `spec.egress[${rule}].to`)),
  ];
  return peers.flatMap(({ peer: { ipBlock }, path }) =>
    ipBlock
      ? [
          ...warningsForCIDR(`${path}.ipBlock.cidr`, ipBlock.cidr),
          ...(ipBlock.except ?? []).flatMap((text, place) =>
            warningsForCIDR(`${path}.ipBlock.except[${place}]`, text),
          ),
        ]
      : [],
  );
}

function placed(peers: readonly NetworkPolicyPeer[], path: string) {
  return peers.map((peer, place) => ({ peer, path: `${path}[${place}]` }));
}

function validateSpec({ spec = {} }: NetworkPolicy, options: Options): FieldError[] {
  const errors = validateLabelSelector(spec.podSelector, 'spec.podSelector', options);
  const rules = (
    list: readonly { readonly ports?: readonly NetworkPolicyPort[] }[],
    field: string,
    peersOf: (place: number) => readonly NetworkPolicyPeer[],
    name: string,
  ) => {
    for (const [place, { ports = [] }] of list.entries()) {
      const path = `spec.${field}[${place}]`;
      for (const [position, port] of ports.entries())
        errors.push(...validatePort(port, `${path}.ports[${position}]`));
      for (const [position, peer] of peersOf(place).entries())
        errors.push(...validatePeer(peer, options, `${path}.${name}[${position}]`));
    }
  };
  rules(spec.ingress ?? [], 'ingress', (place) => spec.ingress?.[place]?.from ?? [], 'from');
  rules(spec.egress ?? [], 'egress', (place) => spec.egress?.[place]?.to ?? [], 'to');
  const types = spec.policyTypes ?? [];
  if (types.length > POLICY_TYPES.length)
    return [...errors, invalid('spec.policyTypes', types, 'may not specify more than two policyTypes')];
  for (const [place, type] of types.entries()) {
    if (!POLICY_TYPES.includes(type))
      errors.push(notSupported(`spec.policyTypes[${place}]`, type, POLICY_TYPES));
  }
  return errors;
}

function validatePort({ protocol, port, endPort }: NetworkPolicyPort, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (protocol !== undefined && !PROTOCOLS.includes(protocol))
    errors.push(notSupported(`${path}.protocol`, protocol, PROTOCOLS));
  const at = `${path}.endPort`;
  if (typeof port === 'number') {
    errors.push(...invalidEach(`${path}.port`, port, portNumber(port)));
    if (endPort === undefined) return errors;
    if (endPort < port) errors.push(invalid(at, port, 'must be greater than or equal to `port`'));
    return [...errors, ...invalidEach(at, endPort, portNumber(endPort))];
  }
  if (port === undefined) {
    if (endPort !== undefined)
      errors.push(invalid(at, endPort, 'may not be specified when `port` is not specified'));
    return errors;
  }
  if (endPort !== undefined)
    errors.push(invalid(at, endPort, 'may not be specified when `port` is non-numeric'));
  return [...errors, ...invalidEach(`${path}.port`, port, portName(port))];
}

function validatePeer(peer: NetworkPolicyPeer, options: Options, path: string): FieldError[] {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  const errors = [
    ...validateLabelSelector(podSelector, `${path}.podSelector`, options),
    ...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`, options),
    ...(ipBlock ? validateIPBlock(ipBlock, options, `${path}.ipBlock`) : []),
  ];
  const count = [podSelector, namespaceSelector, ipBlock].filter(Boolean).length;
  if (count === 0) errors.push(required(path, 'must specify a peer'));
  else if (count > 1 && ipBlock)
    errors.push(forbidden(path, 'may not specify both ipBlock and another peer'));
  return errors;
}

function validateIPBlock(
  { cidr = '', except = [] }: NonNullable<NetworkPolicyPeer['ipBlock']>,
  { oldCIDRs }: Options,
  path: string,
): FieldError[] {
  if (cidr === '') return [required(`${path}.cidr`)];
  const errors = validateLegacyCIDR(`${path}.cidr`, cidr, oldCIDRs);
  const whole = parseCIDRSloppy(cidr);
  if (!whole) return errors;
  for (const [place, text] of except.entries()) {
    const at = `${path}.except[${place}]`;
    errors.push(...validateLegacyCIDR(at, text, oldCIDRs));
    const part = parseCIDRSloppy(text);
    if (part && (!prefixContains(whole, part.address) || whole.length >= part.length)) {
      errors.push(invalid(at, text, 'must be a strict subset of `cidr`'));
    }
  }
  return errors;
}
