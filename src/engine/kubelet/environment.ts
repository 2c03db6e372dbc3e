import type { Container, EnvVar, Pod, Service } from '../api/index.ts';
import { quantityOf } from '../apimachinery/index.ts';

/** Where a container's variables come from. */
export interface EnvironmentSources {
  readonly pod: Pod;
  readonly container: Container;
  readonly nodeName: string;
  readonly hostIP: string;
  readonly podIPs: readonly string[];
  /** What the node can give: the value of `resourceFieldRef` limits that are not set. */
  readonly allocatable: Readonly<Record<string, string>>;
  /** The variables of the Services that the pod gets to know (`serviceEnvironment`). */
  readonly serviceLinks: Readonly<Record<string, string>>;
  /** undefined: no such ConfigMap. */
  configMap(name: string): Readonly<Record<string, string>> | undefined;
  /** Decoded; undefined: no such Secret. */
  secret(name: string): Readonly<Record<string, string>> | undefined;
}

/**
 * `env` inherits the variables of Services from an object that all containers of a namespace share: there may be
 * thousands of them. `allVariables` lists them all.
 */
export type Environment =
  | { readonly ok: true; readonly env: Readonly<Record<string, string>> }
  /** The kubelet's own sentence: reason CreateContainerConfigError. */
  | { readonly ok: false; readonly message: string };

/** Models makeEnvironmentVariables (pkg/kubelet/kubelet_pods.go, v1.36): envFrom, then Services, then env, in that order. */
export function containerEnvironment(sources: EnvironmentSources): Environment {
  const { pod, container } = sources;
  const env: Record<string, string> = {};
  const namespace = pod.metadata.namespace ?? 'default';
  const links = sources.serviceLinks;

  for (const source of container.envFrom ?? []) {
    const from = source.configMapRef ?? source.secretRef;
    if (!from) continue;
    const kind = source.configMapRef ? 'configmap' : 'secret';
    const data = source.configMapRef ? sources.configMap(from.name ?? '') : sources.secret(from.name ?? '');
    if (!data && !from.optional) return { ok: false, message: `${kind} "${from.name}" not found` };
    for (const [key, value] of Object.entries(data ?? {})) env[`${source.prefix ?? ''}${key}`] = value;
  }

  const own: Record<string, string> = {};
  for (const variable of container.env ?? []) {
    const value = variableValue(
      variable,
      sources,
      (name) => own[name] ?? env[name] ?? links[name],
      namespace,
    );
    if (typeof value === 'string') own[variable.name] = value;
    else if (value) return { ok: false, message: value.error };
  }
  return { ok: true, env: Object.assign(Object.create(links), env, own) };
}

/** `$(NAME)` becomes that variable's value, `$$` a dollar; an unknown name stays as it stands (third_party/forked/golang/expansion). */
export function expandVariables(text: string, lookUp: (name: string) => string | undefined): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, kind: string, name: string) =>
    kind === '$' ? '$' : (lookUp(name) ?? whole),
  );
}

/** undefined: an optional source that is not there. */
function variableValue(
  variable: EnvVar,
  sources: EnvironmentSources,
  lookUp: (name: string) => string | undefined,
  namespace: string,
): string | undefined | { readonly error: string } {
  const { valueFrom } = variable;
  if (!valueFrom) return expandVariables(variable.value ?? '', lookUp);
  if (valueFrom.fieldRef) return podField(valueFrom.fieldRef.fieldPath, sources);
  if (valueFrom.resourceFieldRef) return resourceField(valueFrom.resourceFieldRef, sources);
  const reference = valueFrom.configMapKeyRef ?? valueFrom.secretKeyRef;
  if (!reference) return '';
  const isConfigMap = valueFrom.configMapKeyRef !== undefined;
  const name = reference.name ?? '';
  const data = isConfigMap ? sources.configMap(name) : sources.secret(name);
  if (!data)
    return reference.optional
      ? undefined
      : { error: `${isConfigMap ? 'configmap' : 'secret'} "${name}" not found` };
  const value = data[reference.key];
  if (value !== undefined) return value;
  return reference.optional
    ? undefined
    : {
        error: `couldn't find key ${reference.key} in ${isConfigMap ? 'ConfigMap' : 'Secret'} ${namespace}/${name}`,
      };
}

/** The downward API's fields (pkg/fieldpath, pkg/kubelet/kubelet_pods.go podFieldSelectorRuntimeValue). */
export function podField(
  path: string,
  sources: Pick<EnvironmentSources, 'pod' | 'nodeName' | 'hostIP' | 'podIPs'>,
): string {
  const { metadata, spec } = sources.pod;
  const subscript = path.match(/^metadata\.(labels|annotations)\['(.*)'\]$/);
  if (subscript) return metadata[subscript[1] as 'labels' | 'annotations']?.[subscript[2]!] ?? '';
  switch (path) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid ?? '';
    case 'metadata.labels':
      return mapLines(metadata.labels);
    case 'metadata.annotations':
      return mapLines(metadata.annotations);
    case 'spec.nodeName':
      return sources.nodeName;
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? 'default';
    case 'status.hostIP':
    case 'status.hostIPs':
      return sources.hostIP;
    case 'status.podIP':
      return sources.podIPs[0] ?? '';
    case 'status.podIPs':
      return sources.podIPs.join(',');
    default:
      return '';
  }
}

function mapLines(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}

/** Container limits and requests as whole numbers, rounded up: cores, bytes. A limit that is not set is the node's. */
function resourceField(
  reference: { readonly resource: string; readonly containerName?: string; readonly divisor?: string },
  { pod, container, allocatable }: EnvironmentSources,
): string {
  const named = pod.spec.containers.find(({ name }) => name === reference.containerName) ?? container;
  const [kind, resource] = reference.resource.split('.', 2) as ['limits' | 'requests', string];
  const quantity =
    named.resources?.[kind]?.[resource] ?? (kind === 'limits' ? allocatable[resource] : undefined) ?? '0';
  const divisor = Number(quantityOf(reference.divisor ?? '1').nanos) || 1e9;
  return String(Math.ceil(Number(quantityOf(quantity).nanos) / divisor));
}

/** Models envvars.FromServices (pkg/kubelet/envvars/envvars.go): the variables of the days before DNS. */
export function serviceEnvironment(services: readonly Service[]): Readonly<Record<string, string>> {
  const env: Record<string, string> = Object.create(null);
  for (const { metadata, spec } of services) {
    const address = spec.clusterIP;
    const ports = spec.ports ?? [];
    if (!address || address === 'None' || ports.length === 0) continue;
    const prefix = metadata.name.toUpperCase().replaceAll('-', '_');
    env[`${prefix}_SERVICE_HOST`] = address;
    env[`${prefix}_SERVICE_PORT`] = String(ports[0]!.port);
    for (const { name, port } of ports) {
      if (name) env[`${prefix}_SERVICE_PORT_${name.toUpperCase().replaceAll('-', '_')}`] = String(port);
    }
    const host = address.includes(':') ? `[${address}]` : address;
    for (const [index, port] of ports.entries()) {
      const protocol = (port.protocol ?? 'TCP').toLowerCase();
      const url = `${protocol}://${host}:${port.port}`;
      const portPrefix = `${prefix}_PORT_${port.port}_${protocol.toUpperCase()}`;
      if (index === 0) env[`${prefix}_PORT`] = url;
      env[portPrefix] = url;
      env[`${portPrefix}_PROTO`] = protocol;
      env[`${portPrefix}_PORT`] = String(port.port);
      env[`${portPrefix}_ADDR`] = address;
    }
  }
  return env;
}
