/** Rules of networking.k8s.io/v1 (pkg/apis/networking/validation/validation.go, v1.36). */
import type {
  Ingress,
  IngressBackend,
  IngressClass,
  IPAddress,
  LoadBalancerIngress,
  ServiceCIDR,
} from '../../api/index.ts';
import {
  dns1123Label,
  dns1123Subdomain,
  type FieldError,
  forbidden,
  httpPath,
  invalid,
  invalidEach,
  notSupported,
  parseCIDRSloppy,
  parseIPSloppy,
  portName,
  portNumber,
  required,
  serviceName,
  tooLong,
  wildcardDns1123Subdomain,
} from '../../apimachinery/index.ts';
import { validateLegacyIP, validateStrictCIDR, validateStrictIP } from './addresses.ts';
import { validateImmutable } from './object-meta.ts';

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const FORBIDDEN_IN_PATHS = ['//', '/./', '/../', '%2f', '%2F'];
const FORBIDDEN_PATH_ENDS = ['/..', '/.'];
const MAX_CONTROLLER = 250;

export function validateIngressCreate(ingress: Ingress): FieldError[] {
  const errors = validateIngress(ingress);
  const annotation = ingress.metadata.annotations?.[CLASS_ANNOTATION];
  const name = ingress.spec?.ingressClassName;
  if (annotation !== undefined && name !== undefined && annotation !== name) {
    errors.push(
      invalid(
        `annotations.${CLASS_ANNOTATION}`,
        annotation,
        'must match `ingressClassName` when both are specified',
      ),
    );
  }
  return errors;
}

/** Only of new ones (pkg/registry/networking/ingress/strategy.go). */
export function ingressWarnings({ metadata, spec }: Ingress, old: Ingress | undefined): string[] {
  const isAnnotated = metadata.annotations?.[CLASS_ANNOTATION] !== undefined;
  if (old || !isAnnotated || spec?.ingressClassName !== undefined) return [];
  return [`annotation "${CLASS_ANNOTATION}" is deprecated, please use 'spec.ingressClassName' instead`];
}

/** Also for updates. */
export function validateIngress({ spec = {} }: Ingress): FieldError[] {
  const { rules = [], defaultBackend, tls = [], ingressClassName } = spec;
  const errors: FieldError[] = [];
  if (rules.length === 0 && !defaultBackend)
    errors.push(invalid('spec', spec.rules ?? null, 'either `defaultBackend` or `rules` must be specified'));
  if (defaultBackend) errors.push(...validateBackend(defaultBackend, 'spec.defaultBackend'));
  for (const [place, { host = '', http }] of rules.entries()) {
    const path = `spec.rules[${place}]`;
    errors.push(...validateRuleHost(host, `${path}.host`));
    if (http) errors.push(...validatePaths(http.paths ?? [], `${path}.http.paths`));
  }
  for (const [place, { hosts = [], secretName = '' }] of tls.entries()) {
    const path = `spec.tls[${place}]`;
    for (const [position, host] of hosts.entries())
      errors.push(...validateHost(host, `${path}.hosts[${position}]`));
    if (secretName !== '')
      errors.push(...invalidEach(`${path}.secretName`, secretName, dns1123Subdomain(secretName)));
  }
  if (ingressClassName !== undefined) {
    errors.push(
      ...invalidEach('spec.ingressClassName', ingressClassName, dns1123Subdomain(ingressClassName)),
    );
  }
  return errors;
}

export function validateIngressStatus(
  ingresses: readonly LoadBalancerIngress[] | undefined,
  before: readonly LoadBalancerIngress[] | undefined,
): FieldError[] {
  const oldIPs = (before ?? []).flatMap(({ ip }) => (ip ? [ip] : []));
  return (ingresses ?? []).flatMap(({ ip, hostname }, place) => {
    const path = `status.loadBalancer.ingress[${place}]`;
    const errors = ip ? validateLegacyIP(`${path}.ip`, ip, oldIPs) : [];
    if (!hostname) return errors;
    errors.push(...invalidEach(`${path}.hostname`, hostname, dns1123Subdomain(hostname)));
    if (parseIPSloppy(hostname))
      errors.push(invalid(`${path}.hostname`, hostname, 'must be a DNS name, not an IP address'));
    return errors;
  });
}

export function validateIngressClass({ spec = {} }: IngressClass): FieldError[] {
  const { controller = '', parameters } = spec;
  const path = 'spec.controller';
  const errors: FieldError[] = [];
  if (controller === '') errors.push(required(path));
  else {
    if (controller.length > MAX_CONTROLLER) errors.push(tooLong(path, MAX_CONTROLLER));
    errors.push(...validateDomainPrefixedPath(controller, path));
  }
  return parameters ? [...errors, ...validateParameters(parameters, 'spec.parameters')] : errors;
}

export function validateIngressClassUpdate(ingressClass: IngressClass, old: IngressClass): FieldError[] {
  return [
    ...validateImmutable(ingressClass.spec?.controller ?? '', old.spec?.controller ?? '', 'spec.controller'),
    ...validateIngressClass(ingressClass),
  ];
}

export function validateServiceCIDR({ spec = {} }: ServiceCIDR): FieldError[] {
  const { cidrs = [] } = spec;
  const path = 'spec.cidrs';
  if (cidrs.length === 0) return [required(path, 'at least one CIDR required')];
  if (cidrs.length > 2) return [invalid(path, { CIDRs: cidrs }, 'may only hold up to 2 values')];
  const errors = cidrs.flatMap((cidr, place) => validateStrictCIDR(`${path}[${place}]`, cidr));
  const families = cidrs.map((cidr) => parseCIDRSloppy(cidr)?.address.family);
  if (cidrs.length === 2 && families[0] !== undefined && families[0] === families[1]) {
    errors.push(
      invalid(
        path,
        cidrs,
        'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
      ),
    );
  }
  return errors;
}

export function validateServiceCIDRUpdate(cidr: ServiceCIDR, old: ServiceCIDR): FieldError[] {
  const [now, before] = [cidr.spec?.cidrs ?? [], old.spec?.cidrs ?? []];
  const changed = before.flatMap((range, place) =>
    range === now[place] ? [] : [invalid(`spec.cidrs[${place}]`, now[place] ?? '', 'field is immutable')],
  );
  if (now.length === before.length) return changed;
  if (before.length === 1 && now.length === 2) return [...changed, ...validateServiceCIDR(cidr)];
  return [invalid('spec.cidrs', now, 'field is immutable')];
}

/** An IPAddress is named after itself, in canonical form. */
export function ipAddressName(name: string): string[] {
  return validateStrictIP('', name).map(({ message }) =>
    message.replace(/^Invalid value: "(?:[^"\\]|\\.)*": /, ''),
  );
}

export function validateIPAddress({ spec = {} }: IPAddress): FieldError[] {
  const { parentRef } = spec;
  if (!parentRef) return [required('spec.parentRef')];
  const { group = '', resource = '', name = '', namespace = '' } = parentRef;
  const path = 'spec.parentRef';
  return [
    ...(group === '' ? [] : invalidEach(`${path}.group`, group, dns1123Subdomain(group))),
    ...requiredSegment(resource, `${path}.resource`),
    ...requiredSegment(name, `${path}.name`),
    ...invalidEach(`${path}.namespace`, namespace, namespace === '' ? [] : pathSegment(namespace)),
  ];
}

export function validateIPAddressUpdate(address: IPAddress, old: IPAddress): FieldError[] {
  const { parentRef } = address.spec ?? {};
  const shown = parentRef && {
    Group: parentRef.group ?? '',
    Resource: parentRef.resource ?? '',
    Namespace: parentRef.namespace ?? '',
    Name: parentRef.name ?? '',
  };
  return [
    ...validateIPAddress(address),
    ...validateImmutable(parentRef, old.spec?.parentRef, 'spec.parentRef', shown ?? null),
  ];
}

function validateRuleHost(host: string, path: string): FieldError[] {
  if (host === '') return [];
  const errors = parseIPSloppy(host) ? [invalid(path, host, 'must be a DNS name, not an IP address')] : [];
  return [...errors, ...validateHost(host, path)];
}

function validateHost(host: string, path: string): FieldError[] {
  return invalidEach(
    path,
    host,
    host.includes('*') ? wildcardDns1123Subdomain(host) : dns1123Subdomain(host),
  );
}

type Paths = NonNullable<NonNullable<NonNullable<Ingress['spec']>['rules']>[number]['http']>['paths'];

function validatePaths(paths: Paths, path: string): FieldError[] {
  if (paths.length === 0) return [required(path)];
  return paths.flatMap(({ path: target = '', pathType, backend = {} }, place) => {
    const at = `${path}[${place}]`;
    if (pathType === undefined) return [required(`${at}.pathType`, 'pathType must be specified')];
    const errors: FieldError[] = [];
    const relative = !target.startsWith('/');
    const complain = (detail: string) => errors.push(invalid(`${at}.path`, target, detail));
    if (pathType === 'Exact' || pathType === 'Prefix') {
      if (relative) complain('must be an absolute path');
      for (const sequence of FORBIDDEN_IN_PATHS)
        if (target.includes(sequence)) complain(`must not contain '${sequence}'`);
      for (const end of FORBIDDEN_PATH_ENDS) if (target.endsWith(end)) complain(`cannot end with '${end}'`);
    } else if (pathType === 'ImplementationSpecific') {
      if (target !== '' && relative) complain('must be an absolute path');
    } else errors.push(notSupported(`${at}.pathType`, pathType, PATH_TYPES));
    return [...errors, ...validateBackend(backend, `${at}.backend`)];
  });
}

function validateBackend({ service, resource }: IngressBackend, path: string): FieldError[] {
  if (service && resource) return [invalid(path, '', 'cannot set both resource and service backends')];
  if (resource) return validateTypedReference(resource, `${path}.resource`);
  if (!service) return [invalid(path, '', 'resource or service backend is required')];
  const { name = '', port = {} } = service;
  const errors =
    name === ''
      ? [required(`${path}.service.name`)]
      : invalidEach(`${path}.service.name`, name, serviceName(name));
  if (port.name && port.number) errors.push(invalid(path, '', 'cannot set both port name & port number'));
  else if (port.name)
    errors.push(...invalidEach(`${path}.service.port.name`, port.name, portName(port.name)));
  else if (port.number)
    errors.push(...invalidEach(`${path}.service.port.number`, port.number, portNumber(port.number)));
  else errors.push(required(path, 'port name or number is required'));
  return errors;
}

function validateParameters(
  parameters: NonNullable<NonNullable<IngressClass['spec']>['parameters']>,
  path: string,
): FieldError[] {
  const errors = validateTypedReference(parameters, path);
  const { scope, namespace } = parameters;
  if (scope === undefined) return [...errors, required(`${path}.scope`)];
  if (scope === 'Namespace') {
    if (namespace === undefined)
      errors.push(required(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'"));
    else errors.push(...invalidEach(`${path}.namespace`, namespace, dns1123Label(namespace)));
  } else if (scope !== 'Cluster') errors.push(notSupported(`${path}.scope`, scope, ['Cluster', 'Namespace']));
  else if (namespace !== undefined)
    errors.push(forbidden(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'"));
  return errors;
}

function validateTypedReference(
  {
    apiGroup,
    kind = '',
    name = '',
  }: { readonly apiGroup?: string | null; readonly kind?: string; readonly name?: string },
  path: string,
): FieldError[] {
  return [
    ...(apiGroup === undefined || apiGroup === null
      ? []
      : invalidEach(`${path}.apiGroup`, apiGroup, dns1123Subdomain(apiGroup))),
    ...requiredSegment(kind, `${path}.kind`),
    ...requiredSegment(name, `${path}.name`),
  ];
}

function requiredSegment(value: string, path: string): FieldError[] {
  return value === '' ? [required(path)] : invalidEach(path, value, pathSegment(value));
}

/** What may stand between two slashes of a URL (content.IsPathSegmentName). */
function pathSegment(value: string): string[] {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%']
    .filter((character) => value.includes(character))
    .map((character) => `may not contain '${character}'`);
}

function validateDomainPrefixedPath(value: string, path: string): FieldError[] {
  const slash = value.indexOf('/');
  const [host, rest] = [value.slice(0, slash), value.slice(slash + 1)];
  if (slash < 1 || rest === '')
    return [invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  return [...invalidEach(path, host, dns1123Subdomain(host)), ...invalidEach(path, rest, httpPath(rest))];
}
