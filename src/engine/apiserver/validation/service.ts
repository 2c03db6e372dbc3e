/** Rules of a Service (validateService and its helpers, pkg/apis/core/validation/validation.go, v1.36). */
import type { LoadBalancerIngress, Service, ServicePort } from '../../api/index.ts';
import {
  dns1123Label,
  dns1123Subdomain,
  duplicate,
  type FieldError,
  forbidden,
  inRange,
  invalid,
  invalidEach,
  notSupported,
  parseIPSloppy,
  portNumber,
  qualifiedName,
  required,
} from '../../apimachinery/index.ts';
import {
  validateEndpointIP,
  validateLegacyCIDR,
  validateLegacyIP,
  warningsForCIDR,
  warningsForIP,
} from './addresses.ts';
import { validateLabels } from './object-meta.ts';
import { validatePortNumberOrName } from './ports.ts';
import {
  validateClusterIPFields,
  validateClusterIPsUpdate,
  validateIPFamiliesUpdate,
} from './service-cluster-ips.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const POLICIES = ['Cluster', 'Local'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
const MAX_AFFINITY_SECONDS = 86400;
const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const ONLY_LOAD_BALANCER = "may only be used when `type` is 'LoadBalancer'";

export function validateService(service: Service, old?: Service): FieldError[] {
  const { spec } = service;
  const ports = spec.ports ?? [];
  const errors: FieldError[] = [];
  const hints = service.metadata.annotations?.[TOPOLOGY_HINTS];
  const mode = service.metadata.annotations?.[TOPOLOGY_MODE];
  if (hints !== undefined && mode !== undefined && mode !== hints) {
    errors.push(
      invalid(
        `metadata.annotations[${TOPOLOGY_MODE}]`,
        mode,
        `must match annotations[${TOPOLOGY_HINTS}] when both are specified`,
      ),
    );
  }
  if (ports.length === 0 && !isHeadless(service) && spec.type !== 'ExternalName')
    errors.push(required('spec.ports'));
  errors.push(...validateType(service));
  const names = new Set<string>();
  for (const [place, port] of ports.entries()) {
    errors.push(...validateServicePort(port, ports.length > 1, names, `spec.ports[${place}]`));
  }
  errors.push(
    ...validateLabels(spec.selector, 'spec.selector'),
    ...validateAffinity(service),
    ...validateClusterIPFields(service, old),
  );
  for (const [place, ip] of (spec.externalIPs ?? []).entries()) {
    const path = `spec.externalIPs[${place}]`;
    const malformed = validateLegacyIP(path, ip, old?.spec.externalIPs);
    errors.push(...(malformed.length > 0 ? malformed : validateEndpointIP(path, ip)));
  }
  if (!spec.type) errors.push(required('spec.type'));
  else if (!TYPES.includes(spec.type)) errors.push(notSupported('spec.type', spec.type, TYPES));
  errors.push(...validatePortNumbers(service), ...validateSourceRanges(service, old));
  if (spec.allocateLoadBalancerNodePorts !== undefined && spec.type !== 'LoadBalancer') {
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', ONLY_LOAD_BALANCER));
  }
  if (spec.allocateLoadBalancerNodePorts === undefined && spec.type === 'LoadBalancer') {
    errors.push(required('allocateLoadBalancerNodePorts'));
  }
  errors.push(...validateLoadBalancerClass(service), ...validateTrafficPolicies(service));
  if (spec.trafficDistribution !== undefined && !DISTRIBUTIONS.includes(spec.trafficDistribution)) {
    errors.push(notSupported('spec.trafficDistribution', spec.trafficDistribution, DISTRIBUTIONS));
  }
  return errors;
}

export function validateServiceUpdate(service: Service, old: Service): FieldError[] {
  const errors = [...validateClusterIPsUpdate(service, old), ...validateIPFamiliesUpdate(service, old)];
  if (service.spec.type === 'LoadBalancer' && old.spec.type === 'LoadBalancer') {
    const { loadBalancerClass } = service.spec;
    if (loadBalancerClass !== old.spec.loadBalancerClass) {
      errors.push(invalid('spec.loadBalancerClass', loadBalancerClass ?? null, 'may not change once set'));
    }
  }
  errors.push(...validateLoadBalancerClass(service));
  if (
    needsHealthCheck(service) &&
    needsHealthCheck(old) &&
    service.spec.healthCheckNodePort !== old.spec.healthCheckNodePort
  ) {
    errors.push(forbidden('spec.healthCheckNodePort', 'field is immutable'));
  }
  return [...errors, ...validateService(service, old)];
}

/** `status.loadBalancer` of a Service (ValidateLoadBalancerStatus); `allowed`: the Service is of type LoadBalancer. */
export function validateLoadBalancerStatus(
  ingresses: readonly LoadBalancerIngress[] | undefined,
  before: readonly LoadBalancerIngress[] | undefined,
  allowed: boolean,
): FieldError[] {
  const path = 'status.loadBalancer.ingress';
  if (!allowed && ingresses?.length)
    return [forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")];
  const oldIPs = (before ?? []).flatMap(({ ip }) => (ip ? [ip] : []));
  return (ingresses ?? []).flatMap(({ ip, ipMode, hostname }, place) => {
    const errors: FieldError[] = [];
    const at = `${path}[${place}]`;
    if (ip) errors.push(...validateLegacyIP(`${at}.ip`, ip, oldIPs));
    if (ipMode === undefined && ip)
      errors.push(required(`${at}.ipMode`, 'must be specified when `ip` is set'));
    if (ipMode !== undefined && !ip)
      errors.push(forbidden(`${at}.ipMode`, 'may not be specified when `ip` is not set'));
    else if (ipMode !== undefined && ipMode !== 'VIP' && ipMode !== 'Proxy')
      errors.push(notSupported(`${at}.ipMode`, ipMode, ['Proxy', 'VIP']));
    if (hostname) {
      errors.push(...invalidEach(`${at}.hostname`, hostname, dns1123Subdomain(hostname)));
      if (parseIPSloppy(hostname))
        errors.push(invalid(`${at}.hostname`, hostname, 'must be a DNS name, not an IP address'));
    }
    return errors;
  });
}

/** GetWarningsForService (pkg/api/service/warnings.go), with v1.36's word on externalIPs (KEP-5707). */
export function serviceWarnings({ metadata, spec }: Service): string[] {
  const warnings: string[] = [];
  if (metadata.annotations?.[TOPOLOGY_HINTS] !== undefined) {
    warnings.push(`annotation ${TOPOLOGY_HINTS} is deprecated, please use ${TOPOLOGY_MODE} instead`);
  }
  const externalIPs = spec.externalIPs ?? [];
  const headless = spec.type === 'ClusterIP' && spec.clusterIP === 'None';
  if (!headless && spec.type !== 'ExternalName') {
    for (const [place, ip] of (spec.clusterIPs ?? []).entries())
      warnings.push(...warningsForIP(`spec.clusterIPs[${place}]`, ip));
  }
  if (headless) {
    if (spec.loadBalancerIP) warnings.push('spec.loadBalancerIP is ignored for headless services');
    if (externalIPs.length > 0) warnings.push('spec.externalIPs is ignored for headless services');
    if (spec.sessionAffinity && spec.sessionAffinity !== 'None')
      warnings.push('spec.SessionAffinity is ignored for headless services');
  }
  for (const [place, ip] of externalIPs.entries())
    warnings.push(...warningsForIP(`spec.externalIPs[${place}]`, ip));
  if (externalIPs.length > 0 && !headless && spec.type !== 'ExternalName')
    warnings.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  if (spec.loadBalancerIP) warnings.push(...warningsForIP('spec.loadBalancerIP', spec.loadBalancerIP));
  for (const [place, range] of (spec.loadBalancerSourceRanges ?? []).entries()) {
    warnings.push(...warningsForCIDR(`spec.loadBalancerSourceRanges[${place}]`, range));
  }
  if (spec.type === 'ExternalName' && externalIPs.length > 0)
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  if (spec.type !== 'ExternalName' && spec.externalName)
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  if (spec.trafficDistribution === 'PreferClose')
    warnings.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  return warnings;
}

/** LoadBalancers with externalTrafficPolicy Local are probed on a port of their own. */
export function needsHealthCheck({ spec }: Service): boolean {
  return spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
}

function validateType({ spec }: Service): FieldError[] {
  const errors: FieldError[] = [];
  if (
    (spec.type === 'LoadBalancer' || spec.type === 'NodePort') &&
    spec.clusterIPs?.length === 1 &&
    spec.clusterIPs[0] === 'None'
  ) {
    errors.push(invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`));
  }
  if (spec.type !== 'ExternalName') return errors;
  const not = 'may not be set for ExternalName services';
  if (spec.clusterIPs?.length) errors.push(forbidden('spec.clusterIPs', not));
  if (spec.ipFamilies?.length) errors.push(forbidden('spec.ipFamilies', not));
  if (spec.ipFamilyPolicy !== undefined) errors.push(forbidden('spec.ipFamilyPolicy', not));
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  if (name === '') errors.push(required('spec.externalName'));
  else errors.push(...invalidEach('spec.externalName', name, dns1123Subdomain(name)));
  return errors;
}

function validateServicePort(
  port: ServicePort,
  needsName: boolean,
  names: Set<string>,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (port.name) {
    errors.push(...invalidEach(`${path}.name`, port.name, dns1123Label(port.name)));
    if (names.has(port.name)) errors.push(duplicate(`${path}.name`, port.name));
    names.add(port.name);
  } else if (needsName) {
    errors.push(required(`${path}.name`));
  }
  errors.push(...invalidEach(`${path}.port`, port.port ?? 0, portNumber(port.port ?? 0)));
  if (!port.protocol) errors.push(required(`${path}.protocol`));
  else if (!PROTOCOLS.includes(port.protocol))
    errors.push(notSupported(`${path}.protocol`, port.protocol, PROTOCOLS));
  errors.push(...validatePortNumberOrName(port.targetPort ?? 0, `${path}.targetPort`));
  if (port.appProtocol !== undefined)
    errors.push(...invalidEach(`${path}.appProtocol`, port.appProtocol, qualifiedName(port.appProtocol)));
  return errors;
}

function validateAffinity({ spec }: Service): FieldError[] {
  const errors: FieldError[] = [];
  const kinds = ['ClientIP', 'None'];
  if (!spec.sessionAffinity) errors.push(required('spec.sessionAffinity'));
  else if (!kinds.includes(spec.sessionAffinity))
    errors.push(notSupported('spec.sessionAffinity', spec.sessionAffinity, kinds));
  const path = 'spec.sessionAffinityConfig';
  if (spec.sessionAffinity === 'ClientIP') {
    const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
    if (!spec.sessionAffinityConfig) errors.push(required(path, 'when session affinity type is ClientIP'));
    else if (!spec.sessionAffinityConfig.clientIP)
      errors.push(required(`${path}.clientIP`, 'when session affinity type is ClientIP'));
    else if (seconds === undefined)
      errors.push(required(`${path}.clientIP.timeoutSeconds`, 'when session affinity type is ClientIP'));
    else if (inRange(seconds, 1, MAX_AFFINITY_SECONDS).length > 0) {
      errors.push(
        invalid(
          `${path}.clientIP.timeoutSeconds`,
          seconds,
          `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`,
        ),
      );
    }
  } else if (spec.sessionAffinity === 'None' && spec.sessionAffinityConfig) {
    errors.push(forbidden(path, 'must not be set when session affinity is None'));
  }
  return errors;
}

function validatePortNumbers({ spec }: Service): FieldError[] {
  const errors: FieldError[] = [];
  const ports = spec.ports ?? [];
  if (spec.type === 'ClusterIP') {
    for (const [place, { nodePort }] of ports.entries()) {
      if (nodePort)
        errors.push(forbidden(`spec.ports[${place}].nodePort`, "may not be used when `type` is 'ClusterIP'"));
    }
  }
  const nodePorts = new Set<string>();
  for (const [place, { protocol, nodePort }] of ports.entries()) {
    if (!nodePort) continue;
    if (nodePorts.has(`${protocol}/${nodePort}`))
      errors.push(duplicate(`spec.ports[${place}].nodePort`, nodePort));
    nodePorts.add(`${protocol}/${nodePort}`);
  }
  const seen = new Set<string>();
  for (const [place, { protocol, port }] of ports.entries()) {
    // The real server shows the Go structure it compares by, with all that it left empty.
    const shown = {
      Name: '',
      Protocol: protocol ?? '',
      AppProtocol: null,
      Port: port ?? 0,
      TargetPort: 0,
      NodePort: 0,
    };
    if (seen.has(`${protocol}/${port}`)) errors.push(duplicate(`spec.ports[${place}]`, shown));
    seen.add(`${protocol}/${port}`);
  }
  return errors;
}

function validateSourceRanges({ metadata, spec }: Service, old: Service | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const annotation = metadata.annotations?.[SOURCE_RANGES];
  if (spec.loadBalancerSourceRanges?.length) {
    // Upstream spells this path with a capital letter.
    const path = 'spec.LoadBalancerSourceRanges';
    if (spec.type !== 'LoadBalancer') errors.push(forbidden(path, ONLY_LOAD_BALANCER));
    const before = (old?.spec.loadBalancerSourceRanges ?? []).map((range) => range.trim());
    for (const [place, range] of spec.loadBalancerSourceRanges.entries()) {
      errors.push(...validateLegacyCIDR(`${path}[${place}]`, range.trim(), before));
    }
  } else if (annotation !== undefined) {
    const path = `metadata.annotations[${SOURCE_RANGES}]`;
    if (spec.type !== 'LoadBalancer') errors.push(forbidden(path, ONLY_LOAD_BALANCER));
    if (old?.metadata.annotations?.[SOURCE_RANGES] !== annotation && annotation.trim() !== '') {
      for (const range of annotation.trim().split(','))
        errors.push(...validateLegacyCIDR(path, range.trim()));
    }
  }
  return errors;
}

function validateLoadBalancerClass({ spec }: Service): FieldError[] {
  const { loadBalancerClass } = spec;
  if (loadBalancerClass === undefined) return [];
  if (spec.type !== 'LoadBalancer') return [forbidden('spec.loadBalancerClass', ONLY_LOAD_BALANCER)];
  return invalidEach('spec.loadBalancerClass', loadBalancerClass, qualifiedName(loadBalancerClass));
}

function validateTrafficPolicies(service: Service): FieldError[] {
  const { spec } = service;
  const { externalTrafficPolicy, internalTrafficPolicy, healthCheckNodePort = 0 } = spec;
  const errors: FieldError[] = [];
  const external = 'spec.externalTrafficPolicy';
  if (!externallyAccessible(service)) {
    if (externalTrafficPolicy)
      errors.push(
        invalid(external, externalTrafficPolicy, 'may only be set for externally-accessible services'),
      );
  } else if (!externalTrafficPolicy) errors.push(required(external));
  else if (!POLICIES.includes(externalTrafficPolicy))
    errors.push(notSupported(external, externalTrafficPolicy, POLICIES));
  const health = 'spec.healthCheckNodePort';
  if (!needsHealthCheck(service)) {
    if (healthCheckNodePort !== 0) {
      const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
      errors.push(invalid(health, healthCheckNodePort, detail));
    }
  } else if (healthCheckNodePort === 0) errors.push(required(health));
  else errors.push(...invalidEach(health, healthCheckNodePort, portNumber(healthCheckNodePort)));
  if (internalTrafficPolicy === undefined) {
    if (spec.type && spec.type !== 'ExternalName' && TYPES.includes(spec.type))
      errors.push(required('spec.internalTrafficPolicy'));
  } else if (!POLICIES.includes(internalTrafficPolicy)) {
    errors.push(notSupported('spec.internalTrafficPolicy', internalTrafficPolicy, POLICIES));
  }
  return errors;
}

function externallyAccessible({ spec }: Service): boolean {
  return (
    spec.type === 'LoadBalancer' ||
    spec.type === 'NodePort' ||
    (spec.type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0)
  );
}

function isHeadless({ spec }: Service): boolean {
  return spec.clusterIPs?.length === 1 && spec.clusterIPs[0] === 'None';
}
