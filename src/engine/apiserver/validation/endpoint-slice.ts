/** Rules of an EndpointSlice (pkg/apis/discovery/validation/validation.go, v1.36). */
import type { Endpoint, EndpointPort, EndpointSlice } from '../../api/index.ts';
import {
  dns1123Label,
  dns1123Subdomain,
  duplicate,
  type FieldError,
  invalid,
  invalidEach,
  labelValue,
  notSupported,
  parseIPSloppy,
  qualifiedName,
  required,
  tooMany,
} from '../../apimachinery/index.ts';
import { validateEndpointIP, validateLegacyIP, warningsForIP } from './addresses.ts';
import { validateImmutable } from './object-meta.ts';

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const MAX_ENDPOINTS = 1000;
const MAX_ADDRESSES = 100;
const MAX_PORTS = 20000;
const MAX_HINTS = 8;
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
/** What the cluster's own controllers write is not looked at. */
const TRUSTED = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'];

/** `valid`: endpoints that were looked at before. */
export function validateEndpointSlice(
  slice: EndpointSlice,
  valid: ReadonlySet<Endpoint> = new Set(),
): FieldError[] {
  const { addressType } = slice;
  const errors: FieldError[] = [];
  if (!addressType) errors.push(required('addressType'));
  else if (!ADDRESS_TYPES.includes(addressType))
    errors.push(notSupported('addressType', addressType, ADDRESS_TYPES));
  errors.push(...validatePorts(slice.ports ?? [], 'ports'));
  const { endpoints = [] } = slice;
  if (endpoints.length > MAX_ENDPOINTS) errors.push(tooMany('endpoints', endpoints.length, MAX_ENDPOINTS));
  else
    for (const [place, endpoint] of endpoints.entries())
      if (!valid.has(endpoint))
        errors.push(...validateEndpoint(endpoint, addressType, `endpoints[${place}]`));
  return errors;
}

export function validateEndpointSliceUpdate(slice: EndpointSlice, old: EndpointSlice): FieldError[] {
  const valid = new Set(slice.addressType === old.addressType ? old.endpoints : []);
  return [
    ...validateEndpointSlice(slice, valid),
    ...validateImmutable(slice.addressType, old.addressType, 'addressType'),
  ];
}

/** pkg/registry/discovery/endpointslice/strategy.go. */
export function endpointSliceWarnings(slice: EndpointSlice, old: EndpointSlice | undefined): string[] {
  const isNewFQDN = !old && slice.addressType === 'FQDN';
  const warnings = isNewFQDN ? ['spec.addressType: FQDN endpoints are deprecated'] : [];
  if (TRUSTED.includes(slice.metadata.labels?.[MANAGED_BY] ?? '')) return warnings;
  const paths = (slice.endpoints ?? []).flatMap(({ addresses = [] }, place) =>
    addresses.map((address, position) => ({ address, path: `endpoints[${place}].addresses[${position}]` })),
  );
  return [...warnings, ...paths.flatMap(({ address, path }) => warningsForIP(path, address))];
}

function validateEndpoint(endpoint: Endpoint, addressType: string, path: string): FieldError[] {
  const { addresses = [], hostname, nodeName, hints } = endpoint;
  const at = `${path}.addresses`;
  const errors: FieldError[] = [];
  if (addresses.length === 0) errors.push(required(at, 'must contain at least 1 address'));
  else if (addresses.length > MAX_ADDRESSES) errors.push(tooMany(at, addresses.length, MAX_ADDRESSES));
  for (const [place, address] of addresses.entries())
    errors.push(...validateAddress(address, addressType, `${at}[${place}]`));
  if (nodeName !== undefined)
    errors.push(...invalidEach(`${path}.nodeName`, nodeName, dns1123Subdomain(nodeName)));
  if (hostname !== undefined)
    errors.push(...invalidEach(`${path}.hostname`, hostname, dns1123Label(hostname)));
  if (hints) {
    errors.push(
      ...validateHints(hints.forZones ?? [], labelValue, `${path}.hints.forZones`),
      ...validateHints(hints.forNodes ?? [], dns1123Subdomain, `${path}.hints.forNodes`),
    );
  }
  return errors;
}

function validateAddress(address: string, addressType: string, path: string): FieldError[] {
  if (addressType === 'FQDN') return validateFqdn(address, path);
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return [];
  const malformed = validateLegacyIP(path, address);
  if (malformed.length > 0) return malformed;
  const errors =
    parseIPSloppy(address)?.family === addressType
      ? []
      : [invalid(path, address, `must be an ${addressType} address`)];
  return [...errors, ...validateEndpointIP(path, address)];
}

function validateFqdn(name: string, path: string): FieldError[] {
  if (name === '') return [required(path)];
  const domain = name.replace(/\.$/, '');
  const complaints = dns1123Subdomain(domain);
  if (complaints.length > 0) return [invalid(path, domain, complaints.join(','))];
  if (!domain.includes('.'))
    return [invalid(path, domain, 'should be a domain with at least two segments separated by dots')];
  const label = domain.split('.').find((part) => dns1123Label(part).length > 0);
  return label === undefined ? [] : [invalid(path, label, dns1123Label(label).join(','))];
}

function validateHints(
  hints: readonly { readonly name: string }[],
  rule: (name: string) => string[],
  path: string,
): FieldError[] {
  if (hints.length > MAX_HINTS) return [tooMany(path, hints.length, MAX_HINTS)];
  const seen = new Set<string>();
  return hints.flatMap(({ name = '' }, place) => {
    const at = `${path}[${place}].name`;
    const errors = seen.has(name) ? [duplicate(at, name)] : [];
    seen.add(name);
    return [...errors, ...invalidEach(at, name, rule(name))];
  });
}

function validatePorts(ports: readonly EndpointPort[], path: string): FieldError[] {
  if (ports.length > MAX_PORTS) return [tooMany(path, ports.length, MAX_PORTS)];
  const names = new Set<string>();
  return ports.flatMap(({ name = '', protocol, appProtocol }, place) => {
    const at = `${path}[${place}]`;
    const errors = name === '' ? [] : invalidEach(`${at}.name`, name, dns1123Label(name));
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
    if (protocol === undefined) errors.push(required(`${at}.protocol`));
    else if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS));
    if (appProtocol !== undefined)
      errors.push(...invalidEach(`${at}.appProtocol`, appProtocol, qualifiedName(appProtocol)));
    return errors;
  });
}
