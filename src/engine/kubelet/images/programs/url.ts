export interface HttpUrl {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** With its query. */
  readonly path: string;
  /** The Host header: without the scheme's own port. */
  readonly authority: string;
}

/** `http://host:port/path`; the scheme may be left out. undefined: not a URL of these programs. */
export function parseHttpUrl(text: string): HttpUrl | undefined {
  const match = /^(?:(https?):\/\/)?(?:[^@/]*@)?(\[[^\]]+\]|[^:/?#]+)(?::(\d+))?([/?][^#]*)?(?:#.*)?$/i.exec(
    text,
  );
  if (!match) return undefined;
  const scheme = (match[1]?.toLowerCase() ?? 'http') as 'http' | 'https';
  const own = scheme === 'https' ? 443 : 80;
  const port = match[3] ? Number(match[3]) : own;
  const path = match[4] ?? '/';
  const host = match[2]!.replace(/^\[|\]$/g, '');
  return {
    scheme,
    host,
    port,
    path: path.startsWith('/') ? path : `/${path}`,
    authority: port === own ? match[2]! : `${match[2]}:${port}`,
  };
}
