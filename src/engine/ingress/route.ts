import { parseCIDR, parseIP, prefixContains } from '../apimachinery/index.ts';
import { canaryReason, chooseCanary } from './canary-choice.ts';
import {
  type Configuration,
  DEFAULT_SERVER,
  DEFAULT_UPSTREAM,
  type Location,
  type Reason,
  type Server,
  type Upstream,
} from './configuration.ts';
import { findCertificate, findLocation, findServer, hostName, regularExpression } from './match.ts';
import { needsRewrite } from './nginx-locations.ts';
import { escapePath, parseRequestPath, type RequestPath } from './request-path.ts';

/** A request as far as routing looks at it. */
export interface RoutedRequest {
  readonly scheme: 'http' | 'https';
  /** The Host header; '' when there is none. */
  readonly host: string;
  /** The host of an absolute target (`GET http://host/ HTTP/1.1`), which counts more than the header. */
  readonly authority?: string;
  /** The target with its query, as it was sent. */
  readonly path: string;
  readonly clientAddress: string;
  /** Where it came in; default 80 or 443. */
  readonly port?: number;
  /** The first header of that name, in any case. */
  header(name: string): string | undefined;
}

/** What the controller does with a request, and the fields that made it so, from the rule to the last word. */
export type Routing = {
  readonly server: Server;
  readonly location?: Location;
  readonly reasons: readonly Reason[];
} & (
  | { readonly kind: 'redirect'; readonly status: number; readonly to: string }
  /** nginx answers by itself; 200 is its health check. */
  | { readonly kind: 'answer'; readonly status: 200 | 400 | 403 | 503 }
  | {
      readonly kind: 'proxy';
      readonly location: Location;
      /** Who gets it; the controller's own default backend when nothing matched. */
      readonly upstream: Upstream;
      /** The canary's name when it was chosen over the location's own upstream. */
      readonly canary?: string;
      /** The target for the upstream, rewritten if it was asked for. */
      readonly path: string;
    }
);

/**
 * Routes one request, in the order of nginx's phases: host, path, redirects and rewrites, https, endpoints, access.
 * Pure but for `draw`, a number in [0, 1) for canary weights.
 */
export function route(configuration: Configuration, request: RoutedRequest, draw: () => number): Routing {
  const host = hostName(request.authority ?? request.host);
  const server = findServer(configuration, host);
  const path = parseRequestPath(request.path);
  if (!path) return { kind: 'answer', status: 400, server, reasons: [] };

  if (server.redirect) {
    const { to, source } = server.redirect;
    const port = request.port ?? (request.scheme === 'https' ? 443 : 80);
    const uri = request.path.replace(/\/$/, '');
    const target = `${request.scheme}://${to}:${port}${uri}`;
    return { kind: 'redirect', server, status: 308, to: target, reasons: [source] };
  }
  const root = path.normalized === '/' && server.locations.find(({ annotations }) => annotations.appRoot);
  if (root) {
    const to = `${request.scheme}://${request.host}${root.annotations.appRoot}`;
    return redirect(server, root, 302, to, annotationReasons(root, 'app-root'));
  }
  const location = findLocation(server, path.normalized);
  // Every server has the location `/`, unless an Exact one took its place and nothing else fits.
  if (!location) return { kind: 'answer', status: 503, server, reasons: [] };
  if (isHealthCheck(server, location, path.normalized))
    return { kind: 'answer', status: 200, server, reasons: [] };
  const reasons = location.source ? [location.source] : [];
  const { annotations } = location;
  if (annotations.redirect) {
    const { code, url } = annotations.redirect;
    return redirect(server, location, code, url.replaceAll('$request_uri', request.path), [
      ...reasons,
      ...annotationReasons(location, code === 301 ? 'permanent-redirect' : 'temporal-redirect'),
    ]);
  }
  const target = rewrite(location, path, request);
  if (target.kind === 'redirect')
    return redirect(server, location, 302, target.to, [
      ...reasons,
      ...annotationReasons(location, 'rewrite-target'),
    ]);

  const https = request.scheme === 'http' ? httpsReasons(configuration, location, host) : undefined;
  if (https) {
    const uri = annotations.preserveTrailingSlash ? request.path : request.path.replace(/\/$/, '');
    return redirect(
      server,
      location,
      308,
      `https://${request.host.split(':', 1)[0] || host || server.hostname}${uri}`,
      [...reasons, ...https],
    );
  }

  const find = (name: string | undefined) =>
    configuration.upstreams.find((upstream) => upstream.name === name);
  const primary = find(location.upstream);
  if (!primary || primary.endpoints.length === 0)
    return {
      kind: 'answer',
      status: 503,
      server,
      location,
      reasons: [...reasons, ...missingReasons(primary)],
    };
  if (!isAllowed(location, request.clientAddress)) {
    const why = [...reasons, ...annotationReasons(location, 'whitelist-source-range')];
    return { kind: 'answer', status: 403, server, location, reasons: why };
  }
  const proxied = { kind: 'proxy', server, location, path: target.path } as const;
  const canary = find(primary.alternatives[0]);
  if (!canary || canary.endpoints.length === 0) return { ...proxied, upstream: primary, reasons };
  const choice = chooseCanary(primary, canary, request, draw);
  const because = [...reasons, ...canaryReason(canary, choice)];
  return choice.toCanary
    ? { ...proxied, upstream: canary, canary: canary.name, reasons: because }
    : { ...proxied, upstream: primary, reasons: because };
}

/** `location /healthz` of the server for every other host, which only a longer or exact path or a pattern beats. */
function isHealthCheck({ hostname }: Server, { match }: Location, path: string): boolean {
  return (
    hostname === DEFAULT_SERVER &&
    path.startsWith('/healthz') &&
    match.kind === 'prefix' &&
    match.path === '/'
  );
}

function redirect(
  server: Server,
  location: Location,
  status: number,
  to: string,
  reasons: readonly Reason[],
): Routing {
  return { kind: 'redirect', server, location, status, to, reasons };
}

/** `rewrite "(?i)PATH" TARGET break;`: groups of the path are $1, $2 … of the target. A URL as target redirects. */
function rewrite(
  location: Location,
  { normalized, query }: RequestPath,
  { path, scheme }: RoutedRequest,
): { readonly kind: 'path'; readonly path: string } | { readonly kind: 'redirect'; readonly to: string } {
  const found = needsRewrite(location) ? regularExpression(location.path)?.exec(normalized) : undefined;
  if (!found) return { kind: 'path', path };
  const fill = (text: string) =>
    text.replace(/\$(\d)/g, (_, group: string) => found[Number(group)] ?? '').replaceAll('$scheme', scheme);
  const template = location.annotations.rewriteTarget;
  // A question mark at the end of the target drops the client's query.
  const [path0 = '', own] = template.endsWith('?') ? [template.slice(0, -1)] : template.split('?', 2);
  const before = fill(path0);
  const args = template.endsWith('?') ? '' : [fill(own ?? ''), query].filter(Boolean).join('&');
  const full = args ? `?${args}` : '';
  if (/^https?:\/\//.test(before)) return { kind: 'redirect', to: `${before}${full}` };
  return { kind: 'path', path: `${escapePath(before)}${full}` };
}

/** Why http is sent to https; undefined: it is not (rootfs/etc/nginx/lua/lua_ingress.lua). */
function httpsReasons(
  configuration: Configuration,
  location: Location,
  host: string,
): readonly Reason[] | undefined {
  if (location.annotations.forceSslRedirect) return annotationReasons(location, 'force-ssl-redirect');
  const certificate = location.annotations.sslRedirect && findCertificate(configuration, host);
  if (!certificate) return undefined;
  if (certificate.source) return [certificate.source];
  return location.source ? [{ ...location.source, field: 'spec.tls' }] : [];
}

function annotationReasons({ source }: Location, annotation: string): readonly Reason[] {
  return source
    ? [{ ...source, field: `metadata.annotations[nginx.ingress.kubernetes.io/${annotation}]` }]
    : [];
}

/** The Service that has no endpoints; one that does not exist is told by the Ingress's own backend. */
function missingReasons(upstream: Upstream | undefined): readonly Reason[] {
  return upstream?.service && upstream.name !== DEFAULT_UPSTREAM
    ? [{ kind: 'Service', ...upstream.service, field: 'spec.selector' }]
    : [];
}

function isAllowed({ annotations }: Location, client: string): boolean {
  const address = parseIP(client);
  const within = (list: readonly string[]) =>
    list.some((each) => {
      const prefix = parseCIDR(each.includes('/') ? each : `${each}/32`);
      return address !== undefined && prefix !== undefined && prefixContains(prefix, address);
    });
  if (within(annotations.deny)) return false;
  return annotations.allow.length === 0 || within(annotations.allow);
}
