/** Rules of resource requests and limits (pkg/apis/core/validation/validation.go, v1.36). */
import type { ResourceRequirements } from '../../api/index.ts';
import {
  compareQuantities,
  dns1123Label,
  duplicate,
  type FieldError,
  forbidden,
  formatQuantity,
  invalid,
  invalidEach,
  notFound,
  notSupported,
  type Quantity,
  qualifiedName,
  quantityOf,
  required,
} from '../../apimachinery/index.ts';

type Rule = (name: string, path: string) => FieldError[];

const CONTAINER_RESOURCES = ['cpu', 'memory', 'ephemeral-storage'];
const STANDARD_RESOURCES = [
  ...CONTAINER_RESOURCES,
  ...[
    'requests.cpu',
    'requests.memory',
    'requests.ephemeral-storage',
    'limits.cpu',
    'limits.memory',
    'limits.ephemeral-storage',
  ],
  ...[
    'pods',
    'resourcequotas',
    'services',
    'replicationcontrollers',
    'secrets',
    'configmaps',
    'persistentvolumeclaims',
  ],
  ...['storage', 'requests.storage', 'services.nodeports', 'services.loadbalancers'],
];
const COUNTED_RESOURCES = STANDARD_RESOURCES.slice(9).filter((name) => !name.endsWith('storage'));

export function validateContainerResources(
  requirements: ResourceRequirements,
  claims: readonly string[],
  path: string,
): FieldError[] {
  return validateRequirements(requirements, containerResourceName, claims, path);
}

/** `spec.resources` of a pod (PodLevelResources). */
export function validatePodResources(
  requirements: ResourceRequirements,
  claims: readonly string[],
  path: string,
): FieldError[] {
  const errors = requirements.claims
    ? [forbidden(`${path}.claims`, 'claims may not be set for Resources at pod-level')]
    : [];
  return [...errors, ...validateRequirements(requirements, podResourceName, claims, path)];
}

/** What the runtime itself takes, which is limited like a container's resources. */
export function validateOverhead(
  overhead: NonNullable<ResourceRequirements['limits']>,
  path: string,
): FieldError[] {
  return validateRequirements({ limits: overhead }, containerResourceName, [], path);
}

/** An amount of one resource: not negative, and whole for what is counted. */
export function validateResourceQuantity(name: string, text: string, path: string): FieldError[] {
  const quantity = quantityOf(text);
  const shown = formatQuantity(quantity);
  const errors = quantity.nanos < 0n ? [invalid(path, shown, 'must be greater than or equal to 0')] : [];
  const whole = COUNTED_RESOURCES.includes(name) || isExtended(name);
  if (whole && quantity.nanos % 1_000_000_000n !== 0n)
    errors.push(invalid(path, shown, 'must be an integer'));
  return errors;
}

function validateRequirements(
  requirements: ResourceRequirements,
  nameRule: Rule,
  claims: readonly string[],
  path: string,
): FieldError[] {
  const { limits = {}, requests = {} } = requirements;
  const errors: FieldError[] = [];
  for (const name of Object.keys(limits).sort()) {
    const at = `${path}.limits[${name}]`;
    errors.push(
      ...nameRule(name, at),
      ...validateResourceQuantity(name, limits[name]!, at),
      ...validateHugePages(name, limits[name]!, at),
    );
  }
  for (const name of Object.keys(requests).sort()) {
    const at = `${path}.requests[${name}]`;
    errors.push(...nameRule(name, at), ...validateResourceQuantity(name, requests[name]!, at));
    const limit = Object.hasOwn(limits, name) ? quantityOf(limits[name]) : undefined;
    errors.push(
      ...validateAgainstLimit(name, quantityOf(requests[name]), limit, path),
      ...validateHugePages(name, requests[name]!, at),
    );
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.some((name) => name === 'cpu' || name === 'memory')) {
    errors.push(forbidden(path, 'HugePages require cpu or memory'));
  }
  return [...errors, ...validateClaims(requirements.claims ?? [], claims, `${path}.claims`)];
}

function validateAgainstLimit(
  name: string,
  request: Quantity,
  limit: Quantity | undefined,
  path: string,
): FieldError[] {
  const overcommits = isNative(name) && !isHugePages(name);
  if (!limit)
    return overcommits
      ? []
      : [required(`${path}.limits`, 'Limit must be set for non overcommitable resources')];
  const order = compareQuantities(request, limit);
  const complain = (relation: string) => [
    invalid(
      `${path}.requests`,
      formatQuantity(request),
      `must be ${relation} ${name} limit of ${formatQuantity(limit)}`,
    ),
  ];
  if (order !== 0 && !overcommits) return complain('equal to');
  return order > 0 ? complain('less than or equal to') : [];
}

function validateClaims(
  claims: NonNullable<ResourceRequirements['claims']>,
  known: readonly string[],
  path: string,
): FieldError[] {
  const seen: string[] = [];
  return claims.flatMap(({ name = '', request = '' }, place) => {
    const at = `${path}[${place}]`;
    if (name === '') return [required(at)];
    const errors: FieldError[] = [];
    const key = request === '' ? name : `${name}/${request}`;
    if (request !== '' && !seen.includes(name))
      errors.push(...invalidEach(`${at}.request`, request, dns1123Label(request)));
    if (seen.includes(name)) errors.push(duplicate(at, name));
    else if (seen.includes(key)) errors.push(duplicate(at, key));
    else if (request === '' && seen.some((other) => other.startsWith(`${name}/`)))
      errors.push(duplicate(at, name));
    seen.push(key);
    if (!known.includes(name)) {
      const list = known.length === 0 ? ' which is empty' : `: ${[...known].sort().join(', ')}`;
      const missing = notFound(at, name);
      errors.push({
        ...missing,
        message: `${missing.message}: must be one of the names in pod.spec.resourceClaims${list}`,
      });
    }
    return errors;
  });
}

function resourceName(name: string, path: string): FieldError[] {
  const errors = invalidEach(path, name, qualifiedName(name));
  if (errors.length > 0 || name.includes('/') || STANDARD_RESOURCES.includes(name) || isHugePages(name))
    return errors;
  return [invalid(path, name, 'must be a standard resource type or fully qualified')];
}

function containerResourceName(name: string, path: string): FieldError[] {
  const errors = resourceName(name, path);
  if (!name.includes('/')) {
    const standard = CONTAINER_RESOURCES.includes(name) || isHugePages(name);
    return standard ? errors : [...errors, invalid(path, name, 'must be a standard resource for containers')];
  }
  if (isNative(name) || isExtended(name)) return errors;
  return [...errors, invalid(path, name, "doesn't follow extended resource name standard")];
}

function podResourceName(name: string, path: string): FieldError[] {
  const errors = resourceName(name, path);
  if (errors.length > 0 || name === 'cpu' || name === 'memory' || isHugePages(name)) return errors;
  return [notSupported(path, name, ['cpu', 'hugepages-', 'memory'])];
}

function validateHugePages(name: string, text: string, path: string): FieldError[] {
  if (!isHugePages(name)) return [];
  const size = quantityOf(name.slice('hugepages-'.length));
  const amount = quantityOf(text);
  if (size.nanos > 0n && amount.nanos % size.nanos === 0n) return [];
  const shown = formatQuantity(amount);
  return [invalid(path, shown, `${shown} is not positive integer multiple of ${name}`)];
}

function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

function isNative(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

function isExtended(name: string): boolean {
  return !isNative(name) && !name.startsWith('requests.') && qualifiedName(`requests.${name}`).length === 0;
}
