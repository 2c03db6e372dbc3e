import { type Annotations, NO_ANNOTATIONS } from './annotations.ts';
import { DEFAULT_SERVER, DEFAULT_UPSTREAM, type Reason, type ServedCertificate } from './configuration.ts';
import type { SelectedIngress, SelectedPath } from './select-ingresses.ts';
import { type CertificateStore, serverCertificate } from './server-certificate.ts';
import { type UpstreamDraft, upstreamName } from './upstreams.ts';

/** A location while the configuration is being made. */
export interface LocationDraft {
  readonly path: string;
  readonly pathType: 'Exact' | 'Prefix';
  /** Nobody has asked for this path yet: it is only the server's default. */
  isDefault: boolean;
  upstream: string;
  servicePort: string;
  annotations: Annotations;
  source?: Reason;
}

export interface ServerDraft {
  readonly hostname: string;
  readonly locations: LocationDraft[];
  aliases: readonly string[];
  certificate?: ServedCertificate;
}

/**
 * One server for each host, with a default location; then the locations of every rule. The Ingress that comes first
 * keeps a path that two have. Models createServers and getBackendServers (controller.go, v1.15).
 */
export function createServers(
  ingresses: readonly SelectedIngress[],
  upstreams: ReadonlyMap<string, UpstreamDraft>,
  store: CertificateStore,
): Map<string, ServerDraft> {
  const mainline = ingresses.filter(({ annotations }) => !annotations.canary);
  const servers = new Map<string, ServerDraft>();
  servers.set(DEFAULT_SERVER, {
    hostname: DEFAULT_SERVER,
    locations: [defaultLocation(DEFAULT_UPSTREAM, '', NO_ANNOTATIONS)],
    aliases: [],
    certificate: {},
  });
  for (const ingress of mainline) addServers(ingress, servers);
  for (const ingress of mainline) {
    for (const { host } of ingress.rules) {
      const server = servers.get(host)!;
      if (server.aliases.length === 0) server.aliases = ingress.annotations.serverAliases;
      server.certificate ??= serverCertificate(host, ingress, store);
    }
  }
  for (const server of servers.values())
    server.aliases = [...new Set(server.aliases)].filter((alias) => !servers.has(alias)).toSorted();
  for (const ingress of ingresses) {
    for (const { host, paths } of ingress.rules) {
      const server = servers.get(host) ?? servers.get(DEFAULT_SERVER)!;
      for (const path of paths ?? []) addLocation(server, ingress, path, upstreams);
    }
  }
  return servers;
}

function addServers(ingress: SelectedIngress, servers: Map<string, ServerDraft>): void {
  const { annotations } = ingress;
  const service = ingress.ingress.spec?.defaultBackend?.service;
  const upstream = service && upstreamName(ingress.namespace, service);
  const port = service ? String(service.port?.number ?? service.port?.name ?? '') : '';
  const source = reasonOf(ingress, 'spec.defaultBackend');
  const catchAll = servers.get(DEFAULT_SERVER)!.locations[0]!;
  // An Ingress without rules answers for every host that has no other; its redirects and rewrites do not count there.
  if (upstream && catchAll.isDefault && ingress.rules.length === 0) {
    const { rewriteTarget, useRegex, appRoot, sslRedirect, forceSslRedirect } = catchAll.annotations;
    const { redirect: _, ...rest } = annotations;
    Object.assign(catchAll, {
      isDefault: false,
      upstream,
      servicePort: port,
      annotations: { ...rest, rewriteTarget, useRegex, appRoot, sslRedirect, forceSslRedirect },
      source,
    });
  }
  for (const { host } of ingress.rules) {
    if (servers.has(host)) continue;
    const location = defaultLocation(upstream ?? DEFAULT_UPSTREAM, port, annotations);
    if (upstream) location.source = source;
    servers.set(host, { hostname: host, locations: [location], aliases: [] });
  }
}

function defaultLocation(upstream: string, servicePort: string, annotations: Annotations): LocationDraft {
  return { path: '/', pathType: 'Prefix', isDefault: true, upstream, servicePort, annotations };
}

function addLocation(
  server: ServerDraft,
  ingress: SelectedIngress,
  { path, pathType, backend, field }: SelectedPath,
  upstreams: ReadonlyMap<string, UpstreamDraft>,
): void {
  if (!backend.service) return;
  const upstream = upstreams.get(upstreamName(ingress.namespace, backend.service));
  if (!upstream || upstream.noServer) return;
  const asked = {
    isDefault: false,
    upstream: upstream.name,
    servicePort: upstream.servicePort,
    annotations: ingress.annotations,
    source: reasonOf(ingress, field),
  };
  const present = server.locations.find((other) => other.path === path && other.pathType === pathType);
  if (!present) server.locations.push({ path, pathType, ...asked });
  else if (present.isDefault) Object.assign(present, asked);
}

function reasonOf({ namespace, name }: SelectedIngress, field: string): Reason {
  return { kind: 'Ingress', namespace, name, field };
}
