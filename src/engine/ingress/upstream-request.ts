import { type HttpHeader, type HttpRequest, headerOf } from '../libc/index.ts';
import { isPassedOn } from './client-request.ts';
import type { Location } from './configuration.ts';

/** What nginx knows of the request that it passes on. */
export interface ForwardedFrom {
  readonly clientAddress: string;
  readonly scheme: 'http' | 'https';
  /** 80 or 443. */
  readonly port: number;
  /** 32 hexadecimal digits. */
  readonly requestId: string;
}

/** Headers that the controller sets itself, whatever the client sent. */
const OWN = [
  'host',
  'connection',
  'x-request-id',
  'x-real-ip',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-forwarded-scheme',
  'x-scheme',
  'proxy',
];

/**
 * The request as the endpoint gets it: HTTP/1.1, the client's Host, and who asked in X-Forwarded-… and X-Real-IP. What
 * the client claims there is not believed (use-forwarded-headers is off). Models the location block of
 * rootfs/etc/nginx/template/nginx.tmpl (v1.15).
 */
export function upstreamRequest(
  request: HttpRequest,
  path: string,
  { annotations }: Pick<Location, 'annotations'>,
  { clientAddress, scheme, port, requestId }: ForwardedFrom,
): HttpRequest {
  const host = headerOf(request, 'host') ?? '';
  const forwardedFor = headerOf(request, 'x-forwarded-for');
  const forwardedHost = headerOf(request, 'x-forwarded-host');
  const upgrade = headerOf(request, 'upgrade');
  const set: readonly (readonly [string, string | undefined])[] = [
    ['Host', annotations.upstreamVhost || host || undefined],
    ['Connection', upgrade ? 'upgrade' : undefined],
    ['X-Request-ID', headerOf(request, 'x-request-id') ?? requestId],
    ['X-Real-IP', clientAddress],
    ['X-Forwarded-For', clientAddress],
    ['X-Forwarded-Host', host || undefined],
    ['X-Forwarded-Port', String(port)],
    ['X-Forwarded-Proto', scheme],
    ['X-Forwarded-Scheme', scheme],
    ['X-Scheme', scheme],
    ['X-Original-Forwarded-For', forwardedFor],
    ['X-Original-Forwarded-Host', forwardedHost],
    ['X-Forwarded-Prefix', annotations.rewriteTarget ? annotations.xForwardedPrefix || undefined : undefined],
  ];
  const headers: HttpHeader[] = set.flatMap(([name, value]) => (value === undefined ? [] : { name, value }));
  const passed = request.headers.filter(({ name }) => isPassedOn(name) && !OWN.includes(name.toLowerCase()));
  const secure = annotations.backendProtocol === 'HTTPS' || annotations.backendProtocol === 'GRPCS';
  const { tls, ...rest } = request;
  const again = secure || (annotations.backendProtocol === 'AUTO_HTTP' && tls !== undefined);
  return { ...rest, version: '1.1', path, headers: [...headers, ...passed], ...(again && { tls: {} }) };
}
