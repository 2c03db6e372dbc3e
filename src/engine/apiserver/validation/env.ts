/** Rules of a container's env and envFrom (pkg/apis/core/validation/validation.go, v1.36). */
import type { Container, EnvVar, ObjectFieldSelector, ResourceFieldSelector } from '../../api/index.ts';
import {
  configMapKey,
  dns1123Label,
  dns1123Subdomain,
  envVarName,
  type FieldError,
  formatQuantity,
  invalid,
  invalidEach,
  notSupported,
  qualifiedName,
  quantityOf,
  required,
} from '../../apimachinery/index.ts';
import { validatePathNoBacksteps } from './paths.ts';

/** What `fieldRef` of a variable may name. */
const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** What the pod's conversion knows of (ConvertDownwardAPIFieldLabel). */
const CONVERTIBLE_FIELDS = [
  ...ENV_FIELDS,
  'metadata.annotations',
  'metadata.labels',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
];
const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const SIZE_DIVISORS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

export function validateEnv(variables: NonNullable<Container['env']>, path: string): FieldError[] {
  return variables.flatMap((variable, place) => {
    const at = `${path}[${place}]`;
    const name = variable.name ?? '';
    const errors = name === '' ? [required(`${at}.name`)] : invalidEach(`${at}.name`, name, envVarName(name));
    return [...errors, ...validateValueFrom(variable, `${at}.valueFrom`)];
  });
}

export function validateEnvFrom(sources: NonNullable<Container['envFrom']>, path: string): FieldError[] {
  return sources.flatMap(({ prefix, configMapRef, secretRef }, place) => {
    const at = `${path}[${place}]`;
    const errors = prefix ? invalidEach(`${at}.prefix`, prefix, envVarName(prefix)) : [];
    if (configMapRef) errors.push(...validateReference(configMapRef.name, `${at}.configMapRef.name`));
    if (secretRef) errors.push(...validateReference(secretRef.name, `${at}.secretRef.name`));
    if (!configMapRef && !secretRef)
      errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    if (configMapRef && secretRef)
      errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    return errors;
  });
}

/** `metadata.labels['app']` and the like; `allowed`: the paths that the place takes. */
export function validateFieldRef(
  { apiVersion, fieldPath }: ObjectFieldSelector,
  allowed: readonly string[],
  path: string,
): FieldError[] {
  if (!apiVersion) return [required(`${path}.apiVersion`)];
  if (!fieldPath) return [required(`${path}.fieldPath`)];
  const unconvertible = (why: string) => [
    invalid(`${path}.fieldPath`, fieldPath, `error converting fieldPath: ${why}`),
  ];
  if (apiVersion !== 'v1') return unconvertible(`unsupported pod version: ${apiVersion}`);
  const subscript = /^(.*?)\['(.*)'\]$/.exec(fieldPath);
  if (subscript?.[1]) {
    if (subscript[1] === 'metadata.annotations')
      return invalidEach(path, subscript[2]!.toLowerCase(), qualifiedName(subscript[2]!.toLowerCase()));
    if (subscript[1] === 'metadata.labels')
      return invalidEach(path, subscript[2], qualifiedName(subscript[2]!));
    return unconvertible(`field label does not support subscript: ${fieldPath}`);
  }
  const converted = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath;
  if (!CONVERTIBLE_FIELDS.includes(converted))
    return unconvertible(`field label not supported: ${fieldPath}`);
  return allowed.includes(converted)
    ? []
    : [notSupported(`${path}.fieldPath`, converted, [...allowed].sort())];
}

/** `requests.cpu` and the like. A volume has to say which container is meant. */
export function validateResourceFieldRef(
  selector: ResourceFieldSelector,
  path: string,
  inVolume: boolean,
): FieldError[] {
  const { resource = '', containerName, divisor } = selector;
  const hugePages = /^(requests|limits)\.hugepages-/.test(resource);
  const errors: FieldError[] = [];
  if (inVolume && !containerName) errors.push(required(`${path}.containerName`));
  else if (resource === '') errors.push(required(`${path}.resource`));
  else if (!RESOURCES.includes(resource) && !hugePages)
    errors.push(notSupported(`${path}.resource`, resource, RESOURCES));
  const quantity = quantityOf(divisor);
  if (divisor === undefined || quantity.nanos === 0n) return errors;
  const text = formatQuantity(quantity);
  const complain = (detail: string) =>
    errors.push(invalid(`${path}.divisor`, resource, `only divisor's values ${detail}`));
  const sizes = `${SIZE_DIVISORS.join(', ')} are supported with the`;
  if (resource.endsWith('.cpu')) {
    if (text !== '1m' && text !== '1') complain('1m and 1 are supported with the cpu resource');
  } else if (SIZE_DIVISORS.includes(text)) return errors;
  else if (resource.endsWith('.memory')) complain(`${sizes} memory resource`);
  else if (resource.endsWith('.ephemeral-storage')) complain(`${sizes} local ephemeral storage resource`);
  else if (hugePages) complain(`${sizes} hugepages resource`);
  return errors;
}

function validateValueFrom({ value, valueFrom }: EnvVar, path: string): FieldError[] {
  if (!valueFrom) return [];
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = valueFrom;
  const errors: FieldError[] = [];
  if (fieldRef) errors.push(...validateFieldRef(fieldRef, ENV_FIELDS, `${path}.fieldRef`));
  if (resourceFieldRef)
    errors.push(...validateResourceFieldRef(resourceFieldRef, `${path}.resourceFieldRef`, false));
  if (configMapKeyRef) errors.push(...validateKeyRef(configMapKeyRef, `${path}.configMapKeyRef`));
  if (secretKeyRef) errors.push(...validateKeyRef(secretKeyRef, `${path}.secretKeyRef`));
  if (fileKeyRef) errors.push(...validateFileKeyRef(fileKeyRef, `${path}.fileKeyRef`));
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(
    Boolean,
  ).length;
  if (sources === 0) {
    const names = '`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    errors.push(invalid(path, '', `must specify one of: ${names}`));
  } else if (value) errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  else if (sources > 1)
    errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  return errors;
}

function validateKeyRef(
  { name = '', key = '' }: { readonly name?: string; readonly key?: string },
  path: string,
): FieldError[] {
  const errors = invalidEach(`${path}.name`, name, dns1123Subdomain(name));
  return [
    ...errors,
    ...(key === '' ? [required(`${path}.key`)] : invalidEach(`${path}.key`, key, configMapKey(key))),
  ];
}

function validateFileKeyRef(
  {
    key = '',
    volumeName = '',
    path: file = '',
  }: { readonly key?: string; readonly volumeName?: string; readonly path?: string },
  path: string,
): FieldError[] {
  return [
    ...(key === '' ? [required(`${path}.key`)] : invalidEach(`${path}.key`, key, envVarName(key))),
    ...(volumeName === ''
      ? [required(`${path}.volumeName`)]
      : invalidEach(`${path}.volumeName`, volumeName, dns1123Label(volumeName))),
    ...(file === '' ? [required(`${path}.path`)] : validatePathNoBacksteps(file, `${path}.path`)),
  ];
}

function validateReference(name: string | undefined, path: string): FieldError[] {
  return name ? invalidEach(path, name, dns1123Subdomain(name.replace(/(?<=.)-$/, 'a'))) : [required(path)];
}
