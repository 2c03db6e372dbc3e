import type { Ingress } from '../api/index.ts';

/** What an Ingress's annotations ask for; those that only tune nginx are left out. */
export interface Annotations {
  readonly rewriteTarget: string;
  readonly useRegex: boolean;
  readonly appRoot: string;
  readonly sslRedirect: boolean;
  readonly forceSslRedirect: boolean;
  readonly preserveTrailingSlash: boolean;
  readonly backendProtocol: 'HTTP' | 'HTTPS' | 'GRPC' | 'GRPCS' | 'AUTO_HTTP' | 'FCGI';
  readonly serviceUpstream: boolean;
  readonly upstreamVhost: string;
  readonly xForwardedPrefix: string;
  readonly serverAliases: readonly string[];
  readonly fromToWwwRedirect: boolean;
  readonly redirect?: { readonly code: number; readonly url: string };
  /** CIDRs; empty: everybody. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly proxyConnectTimeoutSeconds: number;
  readonly proxyReadTimeoutSeconds: number;
  readonly canary?: CanaryAnnotations;
  readonly affinity?: AffinityAnnotations;
}

export interface CanaryAnnotations {
  readonly weight: number;
  readonly weightTotal: number;
  readonly header: string;
  readonly headerValue: string;
  readonly headerPattern: string;
  readonly cookie: string;
}

export interface AffinityAnnotations {
  readonly name: string;
  readonly persistent: boolean;
  /** `legacy`: a canary does not share its mainline's affinity. */
  readonly legacyCanary: boolean;
  readonly path?: string;
  readonly domain?: string;
  readonly sameSite?: string;
  readonly secure?: boolean;
  readonly maxAge?: number;
  readonly expires?: number;
  readonly changeOnFailure: boolean;
}

const PREFIX = 'nginx.ingress.kubernetes.io/';
const PROTOCOLS = ['HTTP', 'HTTPS', 'GRPC', 'GRPCS', 'AUTO_HTTP', 'FCGI'] as const;

export const NO_ANNOTATIONS: Annotations = parseAnnotations(undefined);

/**
 * Reads `nginx.ingress.kubernetes.io/…` of an Ingress (internal/ingress/annotations, v1.15). A value that does not
 * parse counts as absent, so that the default holds.
 */
export function parseAnnotations(annotations: Ingress['metadata']['annotations']): Annotations {
  const text = (name: string) => annotations?.[PREFIX + name]?.trim() ?? '';
  const flag = (name: string) => goBoolean(text(name));
  const number = (name: string) => (/^[+-]?\d+$/.test(text(name)) ? Number(text(name)) : undefined);
  const list = (name: string) =>
    text(name)
      .split(',')
      .map((each) => each.trim())
      .filter(Boolean);
  const protocol = text('backend-protocol').toUpperCase();
  const canary = flag('canary') && {
    weight: number('canary-weight') ?? 0,
    weightTotal: number('canary-weight-total') ?? 100,
    header: text('canary-by-header'),
    headerValue: text('canary-by-header-value'),
    headerPattern: text('canary-by-header-pattern'),
    cookie: text('canary-by-cookie'),
  };
  const affinity = text('affinity') === 'cookie' && affinityOf(text, flag, number);
  const redirect = redirectOf(text, number);
  return {
    rewriteTarget: text('rewrite-target'),
    useRegex: flag('use-regex') ?? false,
    appRoot: text('app-root').startsWith('/') ? text('app-root') : '',
    sslRedirect: flag('ssl-redirect') ?? true,
    forceSslRedirect: flag('force-ssl-redirect') ?? false,
    preserveTrailingSlash: flag('preserve-trailing-slash') ?? false,
    backendProtocol: PROTOCOLS.find((known) => known === protocol) ?? 'HTTP',
    serviceUpstream: flag('service-upstream') ?? false,
    upstreamVhost: text('upstream-vhost'),
    xForwardedPrefix: text('x-forwarded-prefix'),
    serverAliases: list('server-alias'),
    fromToWwwRedirect: flag('from-to-www-redirect') ?? false,
    ...(redirect && { redirect }),
    allow: [...list('whitelist-source-range'), ...list('allowlist-source-range')],
    deny: list('denylist-source-range'),
    proxyConnectTimeoutSeconds: number('proxy-connect-timeout') ?? 5,
    proxyReadTimeoutSeconds: number('proxy-read-timeout') ?? 60,
    ...(canary && { canary }),
    ...(affinity && { affinity }),
  };
}

function affinityOf(
  text: (name: string) => string,
  flag: (name: string) => boolean | undefined,
  number: (name: string) => number | undefined,
): AffinityAnnotations {
  const path = text('session-cookie-path');
  const domain = text('session-cookie-domain');
  const sameSite = text('session-cookie-samesite');
  const secure = flag('session-cookie-secure');
  const maxAge = number('session-cookie-max-age');
  const expires = number('session-cookie-expires');
  return {
    name: text('session-cookie-name') || 'INGRESSCOOKIE',
    persistent: text('affinity-mode') === 'persistent',
    legacyCanary: text('affinity-canary-behavior') === 'legacy',
    changeOnFailure: flag('session-cookie-change-on-failure') ?? false,
    ...(path && { path }),
    ...(domain && { domain }),
    ...(sameSite && { sameSite }),
    ...(secure !== undefined && { secure }),
    ...(maxAge !== undefined && { maxAge }),
    ...(expires !== undefined && { expires }),
  };
}

/** temporal-redirect beats permanent-redirect (annotations/redirect). */
function redirectOf(
  text: (name: string) => string,
  number: (name: string) => number | undefined,
): Annotations['redirect'] {
  const temporal = text('temporal-redirect');
  if (temporal) return { code: number('temporal-redirect-code') ?? 302, url: temporal };
  const permanent = text('permanent-redirect');
  if (permanent) return { code: number('permanent-redirect-code') ?? 301, url: permanent };
  return undefined;
}

/** Go's strconv.ParseBool. */
function goBoolean(text: string): boolean | undefined {
  if (/^(?:1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(?:0|f|F|FALSE|false|False)$/.test(text)) return false;
  return undefined;
}
