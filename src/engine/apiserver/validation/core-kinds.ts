/** Rules of the smaller core kinds (pkg/apis/core/validation/validation.go and events.go, v1.36). */
import type {
  ConfigMap,
  EndpointAddress,
  Endpoints,
  Event,
  Namespace,
  Node,
  Secret,
} from '../../api/index.ts';
import {
  configMapKey,
  deepEqual,
  dns1123Label,
  dns1123Subdomain,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  labelValue,
  notSupported,
  parseCIDRSloppy,
  portNumber,
  qualifiedName,
  required,
  tooLong,
  utf8Bytes,
} from '../../apimachinery/index.ts';
import { validateEndpointIP, validateLegacyCIDR, validateLegacyIP } from './addresses.ts';
import { validateImmutable } from './object-meta.ts';
import { validateResourceQuantity } from './resources.ts';
import { validateTaintEffect } from './scheduling.ts';

const MAX_DATA = 1024 * 1024;
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const IMMUTABLE = 'field is immutable when `immutable` is set';

export function validateNamespace({ spec }: Namespace): FieldError[] {
  return (spec?.finalizers ?? []).flatMap((finalizer) => {
    const errors = invalidEach('spec.finalizers', finalizer, qualifiedName(finalizer));
    const known =
      finalizer.includes('/') ||
      finalizer === 'kubernetes' ||
      finalizer === 'orphan' ||
      finalizer === 'foregroundDeletion';
    if (known) return errors;
    return [
      ...errors,
      invalid(
        'spec.finalizers',
        finalizer,
        'name is neither a standard finalizer name nor is it fully qualified',
      ),
    ];
  });
}

export function validateNamespaceStatus({ metadata, status }: Namespace): FieldError[] {
  const phase = status?.phase ?? '';
  const wanted = metadata.deletionTimestamp === undefined ? 'Active' : 'Terminating';
  if (phase === wanted) return [];
  const detail = `may only be '${wanted}' if \`deletionTimestamp\` is ${wanted === 'Active' ? 'empty' : 'not empty'}`;
  return [invalid('status.Phase', phase, detail)];
}

export function validateNode(node: Node): FieldError[] {
  const { podCIDRs = [], taints = [] } = node.spec ?? {};
  // Upstream looks for taints in metadata.
  const errors = [...validateTaints(taints, 'metadata.taints'), ...validateNodeResources(node)];
  for (const [place, cidr] of podCIDRs.entries())
    errors.push(...validateLegacyCIDR(`spec.podCIDRs[${place}]`, cidr));
  const families = podCIDRs.map((cidr) => parseCIDRSloppy(cidr)?.address.family);
  if (podCIDRs.length > 2 || (podCIDRs.length === 2 && families[0] === families[1])) {
    errors.push(invalid('spec.podCIDRs', podCIDRs, 'may specify no more than one CIDR for each IP family'));
  }
  return errors;
}

export function validateNodeUpdate(node: Node, old: Node): FieldError[] {
  const errors = validateNodeResources(node);
  const [now, before] = [node.spec.podCIDRs ?? [], old.spec.podCIDRs ?? []];
  if (before.length > 0 && !deepEqual(now, before)) {
    errors.push(forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'));
  }
  if (old.spec.providerID && old.spec.providerID !== node.spec.providerID) {
    errors.push(
      forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'),
    );
  }
  return [...errors, ...validateTaints(node.spec.taints ?? [], 'metadata.taints')];
}

export function validateConfigMap({ data = {}, binaryData = {} }: ConfigMap): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const name of Object.keys(data).sort()) {
    errors.push(...invalidEach(`data[${name}]`, name, configMapKey(name)));
    if (Object.hasOwn(binaryData, name))
      errors.push(invalid(`data[${name}]`, name, 'duplicate of key present in binaryData'));
    size += utf8Bytes(data[name]!).length;
  }
  for (const name of Object.keys(binaryData).sort()) {
    errors.push(...invalidEach(`binaryData[${name}]`, name, configMapKey(name)));
    size += decodedLength(binaryData[name]!);
  }
  // The real server names no field here but an empty one.
  return size > MAX_DATA ? [...errors, tooLong('[]', MAX_DATA)] : errors;
}

export function validateConfigMapUpdate(map: ConfigMap, old: ConfigMap): FieldError[] {
  return [...validateFrozen(map, old, ['data', 'binaryData']), ...validateConfigMap(map)];
}

export function validateSecret(secret: Secret): FieldError[] {
  const { data = {}, type, metadata } = secret;
  const names = Object.keys(data).sort();
  const errors = names.flatMap((name) => invalidEach(`data[${name}]`, name, configMapKey(name)));
  if (names.reduce((sum, name) => sum + decodedLength(data[name]!), 0) > MAX_DATA)
    errors.push(tooLong('data', MAX_DATA));
  const need = (name: string) => (Object.hasOwn(data, name) ? [] : [required(`data[${name}]`)]);
  switch (type) {
    case 'kubernetes.io/service-account-token': {
      const account = 'kubernetes.io/service-account.name';
      return metadata.annotations?.[account]
        ? errors
        : [...errors, required(`metadata.annotations[${account}]`)];
    }
    case 'kubernetes.io/dockercfg':
      return [...errors, ...validateJsonData(data, '.dockercfg')];
    case 'kubernetes.io/dockerconfigjson':
      return [...errors, ...validateJsonData(data, '.dockerconfigjson')];
    case 'kubernetes.io/basic-auth':
      if (Object.hasOwn(data, 'username') || Object.hasOwn(data, 'password')) return errors;
      return [...errors, required('data[username]'), required('data[password]')];
    case 'kubernetes.io/ssh-auth':
      return data['ssh-privatekey'] ? errors : [...errors, required('data[ssh-privatekey]')];
    case 'kubernetes.io/tls':
      return [...errors, ...need('tls.crt'), ...need('tls.key')];
    default:
      return errors;
  }
}

export function validateSecretUpdate(secret: Secret, old: Secret): FieldError[] {
  return [
    ...validateImmutable(secret.type, old.type, 'type'),
    ...validateFrozen(secret, old, ['data']),
    ...validateSecret(secret),
  ];
}

/** All addresses of an Endpoints object, ready and not. */
export function endpointAddresses({ subsets = [] }: Endpoints): readonly EndpointAddress[] {
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [] }) => [
    ...addresses,
    ...notReadyAddresses,
  ]);
}

/** `valid`: addresses that were looked at before. */
export function validateEndpoints(
  { subsets = [] }: Endpoints,
  valid: ReadonlySet<EndpointAddress> = new Set(),
): FieldError[] {
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }, place) => {
    const path = `subsets[${place}]`;
    const errors: FieldError[] = [];
    if (addresses.length + notReadyAddresses.length === 0)
      errors.push(required(path, 'must specify `addresses` or `notReadyAddresses`'));
    for (const [field, list] of Object.entries({ addresses, notReadyAddresses })) {
      for (const [position, address] of list.entries()) {
        if (valid.has(address)) continue;
        const { ip = '', hostname, nodeName } = address;
        const at = `${path}.${field}[${position}]`;
        errors.push(...validateLegacyIP(`${at}.ip`, ip));
        if (hostname) errors.push(...invalidEach(`${at}.hostname`, hostname, dns1123Label(hostname)));
        if (nodeName !== undefined)
          errors.push(...invalidEach(`${at}.nodeName`, nodeName, dns1123Subdomain(nodeName)));
        errors.push(...validateEndpointIP(`${at}.ip`, ip));
      }
    }
    for (const [position, { name = '', port = 0, protocol, appProtocol }] of ports.entries()) {
      const at = `${path}.ports[${position}]`;
      if (name !== '') errors.push(...invalidEach(`${at}.name`, name, dns1123Label(name)));
      else if (ports.length > 1) errors.push(required(`${at}.name`));
      errors.push(...invalidEach(`${at}.port`, port, portNumber(port)));
      if (!protocol) errors.push(required(`${at}.protocol`));
      else if (!PROTOCOLS.includes(protocol))
        errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS));
      if (appProtocol !== undefined)
        errors.push(...invalidEach(`${at}.appProtocol`, appProtocol, qualifiedName(appProtocol)));
    }
    return errors;
  });
}

export function validateEndpointsUpdate(endpoints: Endpoints, old: Endpoints): FieldError[] {
  return deepEqual(endpoints.subsets, old.subsets)
    ? []
    : validateEndpoints(endpoints, new Set(endpointAddresses(old)));
}

export function validateEvent({ metadata, involvedObject }: Event): FieldError[] {
  const about = involvedObject?.namespace ?? '';
  const own = metadata.namespace ?? '';
  const matches = about === '' ? own === '' || own === 'default' : own === about;
  return matches ? [] : [invalid('involvedObject.namespace', about, 'does not match event.namespace')];
}

function validateTaints(taints: NonNullable<Node['spec']['taints']>, path: string): FieldError[] {
  const seen = new Set<string>();
  return taints.flatMap(({ key = '', value = '', effect, timeAdded }, place) => {
    const at = `${path}[${place}]`;
    const errors = invalidEach(`${at}.key`, key, qualifiedName(key));
    const complaints = labelValue(value);
    if (complaints.length > 0) errors.push(invalid(`${at}.value`, value, complaints.join(';')));
    errors.push(...(effect ? validateTaintEffect(effect, `${at}.effect`) : [required(`${at}.effect`)]));
    const pair = `${effect}/${key}`;
    if (seen.has(pair)) {
      const again = duplicate(at, {
        Key: key,
        Value: value,
        Effect: effect ?? '',
        TimeAdded: timeAdded ?? null,
      });
      errors.push({ ...again, message: `${again.message}: taints must be unique by key and effect pair` });
    }
    seen.add(pair);
    return errors;
  });
}

function validateNodeResources({ status }: Node): FieldError[] {
  return (['capacity', 'allocatable'] as const).flatMap((field) =>
    Object.entries(status?.[field] ?? {}).flatMap(([name, text]) =>
      validateResourceQuantity(name, text, `status.${field}.${name}`),
    ),
  );
}

function validateFrozen<T extends { readonly immutable?: boolean }>(
  now: T,
  old: T,
  fields: readonly (keyof T & string)[],
): FieldError[] {
  if (!old.immutable) return [];
  const errors = now.immutable ? [] : [forbidden('immutable', IMMUTABLE)];
  return [
    ...errors,
    ...fields.flatMap((field) => (deepEqual(now[field], old[field]) ? [] : [forbidden(field, IMMUTABLE)])),
  ];
}

function validateJsonData(data: Readonly<Record<string, string>>, name: string): FieldError[] {
  if (!Object.hasOwn(data, name)) return [required(`data[${name}]`)];
  const text = decodeText(data[name]!);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && !Array.isArray(value)) return [];
    const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    return [redacted(name, `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`)];
  } catch {
    if (text.trim() === '') return [redacted(name, 'unexpected end of JSON input')];
    const start = text.trimStart()[0]!;
    const opens = start === '{' || start === '[' || start === '"';
    return [
      redacted(
        name,
        opens
          ? 'unexpected end of JSON input'
          : `invalid character '${start}' looking for beginning of value`,
      ),
    ];
  }
}

function redacted(name: string, detail: string): FieldError {
  return invalid(`data[${name}]`, '<secret contents redacted>', detail);
}

function decodedLength(base64: string): number {
  const text = base64.replace(/[\r\n]/g, '');
  return (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
}

/** ASCII is enough: what is not does not change whether the text is JSON. */
export function decodeText(base64: string): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let text = '';
  let bits = 0;
  let held = 0;
  for (const character of base64.replace(/[\r\n=]/g, '')) {
    held = ((held << 6) | digits.indexOf(character)) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    text += String.fromCharCode((held >> bits) & 255);
  }
  return text;
}
