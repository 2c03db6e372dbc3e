/** Rules of containers (pkg/apis/core/validation/validation.go, v1.36). */
import type { Container, ContainerPort, PodSpec, Volume } from '../../api/index.ts';
import {
  dns1123Label,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  notFound,
  notSupported,
  portName,
  portNumber,
  required,
  tooLong,
} from '../../apimachinery/index.ts';
import { validateEnv, validateEnvFrom } from './env.ts';
import { validateLifecycle, validateProbes } from './probes.ts';
import { validateContainerResources } from './resources.ts';
import { validateSecurityContext } from './security-context.ts';
import { validateVolumeDevices, validateVolumeMounts } from './volumes.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const RESTART_POLICIES = ['Always', 'Never', 'OnFailure'];
const ONLY_SIDECARS = 'may not be set for init containers without restartPolicy=Always';
const NOT_EPHEMERAL = 'cannot be set for an Ephemeral Container';
const RULE_ACTIONS = ['Restart', 'RestartAllContainers'];
const MAX_RESTART_RULES = 20;
const MAX_EXIT_CODES = 255;

type Volumes = ReadonlyMap<string, Volume>;

export function validateContainers(spec: PodSpec, volumes: Volumes, path: string): FieldError[] {
  const containers = spec.containers ?? [];
  if (containers.length === 0) return [required(path)];
  const names = new Set<string>();
  const errors = containers.flatMap((container, place) => {
    const at = `${path}[${place}]`;
    const wrong = validateContainer(container, spec, volumes, at);
    if (names.has(container.name)) wrong.push(duplicate(`${at}.name`, container.name ?? ''));
    names.add(container.name);
    if (container.lifecycle) wrong.push(...validateLifecycle(container.lifecycle, spec, `${at}.lifecycle`));
    return [...wrong, ...validateProbes(container, at), ...validateRestartPolicy(container, at)];
  });
  return [...errors, ...validateHostPorts(containers, path)];
}

export function validateInitContainers(spec: PodSpec, volumes: Volumes, path: string): FieldError[] {
  const names = new Set((spec.containers ?? []).map(({ name }) => name));
  return (spec.initContainers ?? []).flatMap((container, place) => {
    const at = `${path}[${place}]`;
    const errors = validateContainer(container, spec, volumes, at);
    const sidecar = container.restartPolicy === 'Always';
    if (sidecar && container.restartPolicyRules?.length) {
      const detail = 'restartPolicyRules are not allowed for init containers with restart policy Always';
      errors.push(forbidden(`${at}.restartPolicyRules`, detail));
    } else if (container.restartPolicy !== undefined && !sidecar)
      errors.push(...validateRestartPolicy(container, at));
    if (names.has(container.name)) errors.push(duplicate(`${at}.name`, container.name ?? ''));
    else if (container.name) names.add(container.name);
    errors.push(...validateHostPorts([container], path));
    if (sidecar) {
      if (container.lifecycle)
        errors.push(...validateLifecycle(container.lifecycle, spec, `${at}.lifecycle`));
      return [...errors, ...validateProbes(container, at)];
    }
    for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
      if (container[field]) errors.push(forbidden(`${at}.${field}`, ONLY_SIDECARS));
    }
    return errors;
  });
}

export function validateEphemeralContainers(spec: PodSpec, volumes: Volumes, path: string): FieldError[] {
  const others = new Set(
    [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name }) => name),
  );
  const names = new Set(others);
  return (spec.ephemeralContainers ?? []).flatMap((container, place) => {
    const at = `${path}[${place}]`;
    const errors = [
      ...validateContainer(container, spec, volumes, at),
      ...validateImageSpaces(container, at),
    ];
    if (names.has(container.name)) errors.push(duplicate(`${at}.name`, container.name ?? ''));
    names.add(container.name);
    const target = container.targetContainerName;
    if (target && !others.has(target)) errors.push(notFound(`${at}.targetContainerName`, target));
    for (const field of ['ports', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'] as const) {
      if (container[field]) errors.push(forbidden(`${at}.${field}`, NOT_EPHEMERAL));
    }
    if (Object.keys(container.resources ?? {}).length > 0)
      errors.push(forbidden(`${at}.resources`, NOT_EPHEMERAL));
    for (const [position, mount] of (container.volumeMounts ?? []).entries()) {
      for (const field of ['subPath', 'subPathExpr'] as const) {
        if (mount[field]) errors.push(forbidden(`${at}.volumeMounts[${position}].${field}`, NOT_EPHEMERAL));
      }
    }
    return errors;
  });
}

/** Only a Pod's containers are looked at for this, not a template's. */
export function validateImageSpaces({ image = '' }: Container, path: string): FieldError[] {
  return image.trim() === image
    ? []
    : [invalid(`${path}.image`, image, 'must not have leading or trailing whitespace')];
}

/** With the node's network, hostPort and containerPort are one. A template may leave hostPort out. */
export function validateHostNetworkPorts(
  { hostNetwork, containers }: PodSpec,
  inPod: boolean,
  path: string,
): FieldError[] {
  if (!hostNetwork) return [];
  return (containers ?? []).flatMap(({ ports }, place) =>
    (ports ?? []).flatMap(({ hostPort = 0, containerPort = 0 }, position) => {
      if (hostPort === containerPort || (hostPort === 0 && !inPod)) return [];
      const at = `${path}.containers[${place}].ports[${position}].hostPort`;
      return [invalid(at, hostPort, 'must match `containerPort` when `hostNetwork` is true')];
    }),
  );
}

/** What holds for every kind of container. */
function validateContainer(
  container: Container,
  spec: PodSpec,
  volumes: Volumes,
  path: string,
): FieldError[] {
  const { name = '', terminationMessagePolicy, imagePullPolicy } = container;
  const errors =
    name === '' ? [required(`${path}.name`)] : invalidEach(`${path}.name`, name, dns1123Label(name));
  if (!container.image) errors.push(required(`${path}.image`));
  const policies = ['File', 'FallbackToLogsOnError'];
  if (!terminationMessagePolicy) errors.push(required(`${path}.terminationMessagePolicy`));
  else if (!policies.includes(terminationMessagePolicy)) {
    errors.push(notSupported(`${path}.terminationMessagePolicy`, terminationMessagePolicy, policies));
  }
  errors.push(
    ...validatePorts(container.ports ?? [], `${path}.ports`),
    ...validateEnv(container.env ?? [], `${path}.env`),
    ...validateEnvFrom(container.envFrom ?? [], `${path}.envFrom`),
    ...validateVolumeMounts(container, volumes, `${path}.volumeMounts`),
    ...validateVolumeDevices(container, volumes, `${path}.volumeDevices`),
  );
  if (!imagePullPolicy) errors.push(required(`${path}.imagePullPolicy`));
  else if (!PULL_POLICIES.includes(imagePullPolicy))
    errors.push(notSupported(`${path}.imagePullPolicy`, imagePullPolicy, PULL_POLICIES));
  const claims = (spec.resourceClaims ?? []).flatMap((claim) => (claim.name ? [claim.name] : []));
  return [
    ...errors,
    ...validateContainerResources(container.resources ?? {}, claims, `${path}.resources`),
    ...validateResizePolicy(container, spec, `${path}.resizePolicy`),
    ...validateSecurityContext(
      container.securityContext,
      spec.hostUsers !== false,
      `${path}.securityContext`,
    ),
  ];
}

function validatePorts(ports: readonly ContainerPort[], path: string): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap(({ name = '', containerPort = 0, hostPort = 0, protocol }, place) => {
    const at = `${path}[${place}]`;
    const errors = name === '' ? [] : invalidEach(`${at}.name`, name, portName(name));
    if (name !== '' && errors.length === 0 && names.has(name)) errors.push(duplicate(`${at}.name`, name));
    if (errors.length === 0) names.add(name);
    if (containerPort === 0) errors.push(required(`${at}.containerPort`));
    else errors.push(...invalidEach(`${at}.containerPort`, containerPort, portNumber(containerPort)));
    if (hostPort !== 0) errors.push(...invalidEach(`${at}.hostPort`, hostPort, portNumber(hostPort)));
    if (!protocol) errors.push(required(`${at}.protocol`));
    else if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS));
    return errors;
  });
}

function validateHostPorts(containers: readonly Container[], path: string): FieldError[] {
  const taken = new Set<string>();
  return containers.flatMap(({ ports }, place) =>
    (ports ?? []).flatMap(({ protocol, hostIP = '', hostPort }, position) => {
      if (!hostPort) return [];
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key)) return [duplicate(`${path}[${place}].ports[${position}].hostPort`, key)];
      taken.add(key);
      return [];
    }),
  );
}

function validateRestartPolicy(
  { restartPolicy, restartPolicyRules: rules = [] }: Container,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const at = `${path}.restartPolicy`;
  if (restartPolicy === undefined) {
    if (rules.length === 0) return [];
    errors.push(required(at, 'must specify restartPolicy when restart rules are used'));
  } else if (!RESTART_POLICIES.includes(restartPolicy))
    errors.push(notSupported(at, restartPolicy, RESTART_POLICIES));
  if (rules.length > MAX_RESTART_RULES) errors.push(tooLong(`${path}.restartPolicyRules`, MAX_RESTART_RULES));
  for (const [place, { action = '', exitCodes }] of rules.entries()) {
    const rule = `${path}.restartPolicyRules[${place}]`;
    if (!RULE_ACTIONS.includes(action)) errors.push(notSupported(`${rule}.action`, action, RULE_ACTIONS));
    if (!exitCodes) errors.push(required(`${rule}.exitCodes`, 'must be specified'));
    else {
      if (exitCodes.operator !== 'In' && exitCodes.operator !== 'NotIn') {
        errors.push(notSupported(`${rule}.exitCodes.operator`, exitCodes.operator ?? '', ['In', 'NotIn']));
      }
      if ((exitCodes.values?.length ?? 0) > MAX_EXIT_CODES)
        errors.push(tooLong(`${rule}.exitCodes.values`, MAX_EXIT_CODES));
    }
  }
  return errors;
}

function validateResizePolicy(
  { resizePolicy = [] }: Container,
  { restartPolicy }: PodSpec,
  path: string,
): FieldError[] {
  const seen = new Set<string>();
  return resizePolicy.flatMap(({ resourceName = '', restartPolicy: policy = '' }, place) => {
    const errors: FieldError[] = [];
    if (seen.has(resourceName)) errors.push(duplicate(`${path}[${place}]`, resourceName));
    seen.add(resourceName);
    if (resourceName === '') errors.push(required(path));
    else if (resourceName !== 'cpu' && resourceName !== 'memory')
      errors.push(notSupported(path, resourceName, ['cpu', 'memory']));
    const policies = ['NotRequired', 'RestartContainer'];
    if (policy === '') errors.push(required(path));
    else if (!policies.includes(policy)) errors.push(notSupported(path, policy, policies));
    if (restartPolicy === 'Never' && policy !== 'NotRequired') {
      errors.push(invalid(path, policy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"));
    }
    return errors;
  });
}
