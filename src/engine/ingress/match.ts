import { isFor } from '../x509/index.ts';
import type { Configuration, Location, ServedCertificate, Server } from './configuration.ts';
import { DEFAULT_SERVER } from './configuration.ts';

/** The host of a Host header: without port and trailing dot, in lower case. */
export function hostName(header: string): string {
  return header.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
}

/** `*.foo.com` for `bar.foo.com`: the one wildcard that can stand for a host. */
export function wildcardOf(host: string): string | undefined {
  return /^[\w-]+\.(.+)$/.test(host) ? host.replace(/^[\w-]+/, '*') : undefined;
}

/** Whether a rule's host is for that request's: itself, or a wildcard that stands for exactly one label. */
export function hostMatches(host: string, requested: string): boolean {
  return host === requested || (host.startsWith('*.') && wildcardOf(requested) === host);
}

/** The server for a host: its own, the wildcard's, or the one for all others. */
export function findServer({ servers }: Configuration, host: string): Server {
  const own = servers.find(({ hostname, aliases }) => hostname === host || aliases.includes(host));
  const wild = () =>
    servers.find(({ hostname, aliases }) => [hostname, ...aliases].some((name) => hostMatches(name, host)));
  const found = host === '' || host.startsWith('*') ? undefined : (own ?? wild());
  return found ?? servers.find(({ hostname }) => hostname === DEFAULT_SERVER)!;
}

/** nginx's choice: an exact path, then the first pattern that fits, then the longest prefix. */
export function findLocation({ locations }: Server, path: string): Location | undefined {
  const exact = locations.find(({ match }) => match.kind === 'exact' && match.path === path);
  if (exact) return exact;
  const pattern = locations.find(
    ({ match }) => match.kind === 'regex' && regularExpression(`^${match.path}`)?.test(path),
  );
  if (pattern) return pattern;
  let longest: Location | undefined;
  for (const location of locations) {
    const { kind, path: prefix } = location.match;
    if (kind === 'prefix' && path.startsWith(prefix) && prefix.length > (longest?.match.path.length ?? 0))
      longest = location;
  }
  return longest;
}

/** A pattern that takes any case; undefined: it is none, so nothing fits it. */
export function regularExpression(source: string): RegExp | undefined {
  try {
    return new RegExp(source.replace(/^\(\?i\)/, ''), 'i');
  } catch {
    return undefined;
  }
}

/**
 * The certificate that the controller has for a name, or for the wildcard above it; undefined: none, the fake one is
 * served and http is not redirected (rootfs/etc/nginx/lua/certificate.lua).
 */
export function findCertificate(
  { servers }: Configuration,
  serverName: string | undefined,
): ServedCertificate | undefined {
  if (!serverName) return undefined;
  const host = serverName.toLowerCase().replace(/\.$/, '');
  const of = (name: string | undefined) => {
    const own = servers.find(({ hostname }) => hostname === name);
    if (own) return own.certificate;
    const aliased = servers.find(({ aliases }) => name !== undefined && aliases.includes(name))?.certificate;
    return aliased?.chain && isFor(aliased.chain[0]!, host) ? aliased : undefined;
  };
  return of(host) ?? of(wildcardOf(host));
}
