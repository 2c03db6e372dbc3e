import { md5 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { CookieAffinity } from './configuration.ts';
import type { RoutedRequest } from './route.ts';

/** A cookie of the request; names in any case, as nginx's $cookie_NAME reads them. */
export function cookieOf(request: RoutedRequest, name: string): string | undefined {
  for (const part of (request.header('cookie') ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at >= 0 && part.slice(0, at).trim().toLowerCase() === name.toLowerCase())
      return part.slice(at + 1).trim();
  }
  return undefined;
}

/** What the affinity cookie says: `key|backend`. The key leads to an endpoint, the backend is the upstream's digest. */
export function stickyKey(
  request: RoutedRequest,
  { name }: CookieAffinity,
): { readonly key: string; readonly backend?: string } | undefined {
  const [key, backend] = cookieOf(request, name)?.split('|') ?? [];
  return key ? { key, ...(backend !== undefined && { backend }) } : undefined;
}

/** The upstream's name, digested, as the affinity cookie carries it. */
export function backendKey(upstream: string): string {
  return bytesToHex(md5(utf8ToBytes(upstream)));
}

/** The Set-Cookie header that keeps a client with its endpoint (rootfs/etc/nginx/lua/balancer/sticky.lua, v1.15). */
export function stickyCookie(
  affinity: CookieAffinity,
  value: string,
  locationPath: string,
  https: boolean,
  dateMs: number,
): string {
  const { name, path, domain, sameSite, secure, maxAge, expires } = affinity;
  return [
    `${name}=${value}`,
    ...(expires === undefined ? [] : [`Expires=${new Date(dateMs + expires * 1000).toUTCString()}`]),
    ...(maxAge === undefined ? [] : [`Max-Age=${maxAge}`]),
    ...(domain ? [`Domain=${domain}`] : []),
    `Path=${path ?? locationPath}`,
    ...((secure ?? https) ? ['Secure'] : []),
    'HttpOnly',
    ...(sameSite ? [`SameSite=${sameSite}`] : []),
  ].join('; ');
}
