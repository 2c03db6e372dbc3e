import { addressOf } from './balancer.ts';
import type { Configuration, Location, ServedCertificate, Server, Upstream } from './configuration.ts';
import { DEFAULT_BACKEND_PORT, DEFAULT_SERVER } from './configuration.ts';
import { findCertificate } from './match.ts';
import { canaryMaps, canaryVariable } from './nginx-conf-canary.ts';
import { needsRewrite } from './nginx-locations.ts';

export interface NginxConfOptions {
  readonly httpPort: number;
  readonly httpsPort: number;
  /** Where the certificates lie: `default-fake-certificate.pem` and `NAMESPACE-SECRET.pem`. */
  readonly certificates: string;
}

const DEFAULTS: NginxConfOptions = {
  httpPort: 80,
  httpsPort: 443,
  certificates: '/etc/ingress-controller/ssl',
};

const HEALTH_CHECK = ['location /healthz {', '    return 200;', '}'];

/**
 * The configuration as an nginx.conf that a plain nginx can load: who listens for which host, which path goes to which
 * endpoints. The real controller keeps endpoints, canaries and certificates out of the file, in Lua tables; here they
 * are written out, so that the whole of it can be read. Session affinity stays a comment: plain nginx has none.
 */
export function renderNginxConf(
  configuration: Configuration,
  options: Partial<NginxConfOptions> = {},
): string {
  const settings = { ...DEFAULTS, ...options };
  const alive = configuration.upstreams.filter(({ endpoints }) => endpoints.length > 0);
  const upstreams = new Map(alive.map((upstream) => [upstream.name, upstream]));
  const redirects = securedHosts(configuration).length > 0;
  const lines = [
    '# Configuration of the Ingress controller, written from the Ingresses of its class.',
    '# Change the Ingress, not this file: it is written anew with every change.',
    '',
    'pid /tmp/nginx/nginx.pid;',
    '',
    'events {',
    '}',
    '',
    'http {',
    ...indent([
      'server_tokens off;',
      'add_header Strict-Transport-Security $strict_transport_security always;',
      'port_in_redirect off;',
      'proxy_http_version 1.1;',
      'proxy_redirect off;',
      'proxy_next_upstream error timeout;',
      'proxy_next_upstream_tries 3;',
      '',
      'map $http_x_request_id $req_id {',
      '    default $http_x_request_id;',
      '    ""      $request_id;',
      '}',
      '# Redirects to https keep the path, without its last slash, and the host, without its port.',
      'map $request_uri $uri_without_slash {',
      '    default          $request_uri;',
      '    "~^(?<bare>.*)/$" $bare;',
      '}',
      'map $http_host $redirect_host {',
      '    default              $host;',
      '    "~^(?<name>[^:]+)"    $name;',
      '}',
      ...certificateMap(configuration),
      'map $scheme $strict_transport_security {',
      '    default "";',
      '    https   "max-age=31536000; includeSubDomains";',
      '}',
      'map $http_upgrade $connection_upgrade {',
      '    default upgrade;',
      '    ""      "";',
      '}',
      '',
      ...alive.flatMap((upstream) => [...upstreamBlock(upstream), '']),
      ...alive.flatMap((upstream) => canaryMaps(upstream, upstreams)),
      ...configuration.servers.flatMap((server) => [
        ...serverBlock(
          server,
          { certificate: findCertificate(configuration, server.hostname), redirects },
          upstreams,
          settings,
        ),
        '',
      ]),
      '# The default backend: no rule is for the request.',
      'server {',
      `    listen 127.0.0.1:${DEFAULT_BACKEND_PORT};`,
      '    return 404;',
      '}',
    ]),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

/** Which hosts have a certificate: as in the real controller, it is the request's host that counts. */
function certificateMap(configuration: Configuration): readonly string[] {
  const hosts = securedHosts(configuration);
  if (hosts.length === 0) return [];
  return [
    '# Requests over http for a host with a certificate are sent to https, unless ssl-redirect is false.',
    'map $scheme:$host $redirect_to_https {',
    '    default 0;',
    ...hosts.map((host) =>
      host.startsWith('*.')
        ? `    "~^http:[^.]+\\.${host.slice(2).replaceAll('.', '\\.')}$" 1;`
        : `    "http:${host}" 1;`,
    ),
    '}',
  ];
}

function securedHosts(configuration: Configuration): readonly string[] {
  const hosts = configuration.servers.flatMap(({ hostname, aliases }) =>
    hostname === DEFAULT_SERVER ? [] : [hostname, ...aliases],
  );
  return [...new Set(hosts)].filter((host) => findCertificate(configuration, host) !== undefined);
}

function upstreamBlock({ name, service, endpoints, affinity }: Upstream): readonly string[] {
  return [
    ...(service ? [`# Service ${service.namespace}/${service.name}: its ready endpoints`] : []),
    `upstream ${name} {`,
    ...(affinity ? [`    # Clients stay with one endpoint by the cookie ${affinity.name}.`] : []),
    ...endpoints.map((endpoint) => `    server ${addressOf(endpoint)} max_fails=0;`),
    '}',
  ];
}

function serverBlock(
  server: Server,
  {
    certificate,
    redirects,
  }: { readonly certificate: ServedCertificate | undefined; readonly redirects: boolean },
  upstreams: ReadonlyMap<string, Upstream>,
  { httpPort, httpsPort, certificates }: NginxConfOptions,
): readonly string[] {
  const { hostname, aliases, locations, redirect } = server;
  const mark = hostname === DEFAULT_SERVER ? ' default_server' : '';
  const root = locations.find(({ annotations }) => annotations.appRoot)?.annotations.appRoot;
  const source = certificate?.source;
  const secret = certificate?.secret ?? 'default-fake-certificate';
  return [
    hostname === DEFAULT_SERVER ? '# Every other host' : `# Host ${hostname}`,
    'server {',
    ...indent([
      `listen ${httpPort}${mark};`,
      `listen ${httpsPort}${mark} ssl http2;`,
      `server_name ${[hostname, ...aliases].map(serverName).join(' ')};`,
      ...(source ? [`# ${source.kind} ${source.namespace}/${source.name} ${source.field}`] : []),
      `ssl_certificate     ${certificates}/${secret}.pem;`,
      `ssl_certificate_key ${certificates}/${secret}.pem;`,
      ...(redirect
        ? [
            '',
            `# ${redirect.source.kind} ${redirect.source.namespace}/${redirect.source.name} ${redirect.source.field}`,
            `return 308 $scheme://${redirect.to}:$server_port$uri_without_slash;`,
          ]
        : []),
      ...(root ? ['', 'if ($uri = /) {', `    return 302 $scheme://$http_host${root};`, '}'] : []),
      ...(hostname === DEFAULT_SERVER ? ['', ...HEALTH_CHECK] : []),
      ...locations.flatMap((location) => ['', ...locationBlock(location, redirects, upstreams)]),
    ]),
    '}',
  ];
}

/** A wildcard stands for one label only, which nginx's own wildcards do not. */
function serverName(hostname: string): string {
  if (!hostname.startsWith('*.')) return hostname === DEFAULT_SERVER ? '_' : `"${hostname}"`;
  return `"~^[\\w-]+\\.${hostname.slice(2).replaceAll('.', '\\.')}$"`;
}

function locationBlock(
  location: Location,
  redirects: boolean,
  upstreams: ReadonlyMap<string, Upstream>,
): readonly string[] {
  const { source } = location;
  return [
    source
      ? `# ${source.kind} ${source.namespace}/${source.name} ${source.field}: ${location.pathType} ${location.path}`
      : '# No rule: the default backend',
    `location ${locationMatch(location)} {`,
    ...indent(locationBody(location, redirects, upstreams)),
    '}',
  ];
}

function locationMatch({ match: { kind, path } }: Location): string {
  const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  if (kind === 'regex') return `~* "^${path.replaceAll('"', '\\"')}"`;
  if (kind === 'prefix') return quoted(path);
  // `= /foo/` would make nginx answer 301 to /foo; a pattern does not.
  if (path.endsWith('/') && path !== '/') return `~ "^${path.replace(/[.*+?^${}()|[\]\\"]/g, '\\$&')}$"`;
  return `= ${quoted(path)}`;
}

function locationBody(
  location: Location,
  redirects: boolean,
  upstreams: ReadonlyMap<string, Upstream>,
): readonly string[] {
  const { annotations } = location;
  if (annotations.redirect) return [`return ${annotations.redirect.code} ${annotations.redirect.url};`];
  const uri = annotations.preserveTrailingSlash ? '$request_uri' : '$uri_without_slash';
  const when = annotations.forceSslRedirect ? '($scheme = http)' : '($redirect_to_https)';
  const toHttps =
    annotations.forceSslRedirect || (annotations.sslRedirect && redirects)
      ? [`if ${when} {`, `    return 308 https://$redirect_host${uri};`, '}']
      : [];
  const target = annotations.rewriteTarget;
  const rewrite = needsRewrite(location) ? [`rewrite "(?i)${location.path}" ${target} break;`] : [];
  const first = /^(?:https?:|\$scheme)/.test(target) ? [...rewrite, ...toHttps] : [...toHttps, ...rewrite];
  const upstream = upstreams.get(location.upstream);
  if (!upstream) return [...toHttps, `# ${location.upstream} has no endpoints.`, 'return 503;'];
  return [
    ...first,
    ...annotations.deny.map((cidr) => `deny ${cidr};`),
    ...annotations.allow.map((cidr) => `allow ${cidr};`),
    ...(annotations.allow.length > 0 ? ['deny all;'] : []),
    ...proxyHeaders(location),
    `proxy_connect_timeout ${annotations.proxyConnectTimeoutSeconds}s;`,
    `proxy_read_timeout ${annotations.proxyReadTimeoutSeconds}s;`,
    passTo(location, canaryVariable(upstream, upstreams) ?? upstream.name),
  ];
}

function proxyHeaders({ annotations }: Location): readonly string[] {
  const prefix = annotations.rewriteTarget && annotations.xForwardedPrefix;
  const headers: readonly (readonly [string, string])[] = [
    ['Host', annotations.upstreamVhost || '$http_host'],
    ['Upgrade', '$http_upgrade'],
    ['Connection', '$connection_upgrade'],
    ['X-Request-ID', '$req_id'],
    ['X-Real-IP', '$remote_addr'],
    ['X-Forwarded-For', '$remote_addr'],
    ['X-Forwarded-Host', '$http_host'],
    ['X-Forwarded-Port', '$server_port'],
    ['X-Forwarded-Proto', '$scheme'],
    ['X-Forwarded-Scheme', '$scheme'],
    ['X-Scheme', '$scheme'],
    ['X-Original-Forwarded-For', '$http_x_forwarded_for'],
    ['X-Original-Forwarded-Host', '$http_x_forwarded_host'],
    ['Proxy', '""'],
    ...(prefix ? [['X-Forwarded-Prefix', `"${prefix}"`] as const] : []),
  ];
  return headers.map(([name, value]) => `proxy_set_header ${name.padEnd(25)} ${value};`);
}

function passTo({ annotations: { backendProtocol }, source }: Location, upstream: string): string {
  // The default backend speaks plain HTTP, whatever the annotation says.
  if (!source) return `proxy_pass http://${upstream};`;
  switch (backendProtocol) {
    case 'HTTP':
      return `proxy_pass http://${upstream};`;
    case 'HTTPS':
      return `proxy_pass https://${upstream};`;
    case 'AUTO_HTTP':
      return `proxy_pass $scheme://${upstream};`;
    case 'GRPC':
      return `grpc_pass grpc://${upstream};`;
    case 'GRPCS':
      return `grpc_pass grpcs://${upstream};`;
    case 'FCGI':
      return `fastcgi_pass ${upstream};`;
  }
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line === '' ? line : `    ${line}`));
}
