/** A request's target, as nginx compares it with locations. */
export interface RequestPath {
  /** Decoded, without `//`, `.` and `..`: nginx's $uri. */
  readonly normalized: string;
  /** Without the question mark: nginx's $args. */
  readonly query: string;
}

/** Models ngx_http_parse_complex_uri: undefined for a target that nginx answers with 400. */
export function parseRequestPath(target: string): RequestPath | undefined {
  const path = /^[a-z]+:\/\/[^/?]*(.*)$/i.exec(target)?.[1] ?? target;
  const [before = '', ...rest] = (path.startsWith('/') ? path : `/${path}`).split('#', 1)[0]!.split('?');
  const decoded = percentDecode(before);
  if (decoded === undefined) return undefined;
  const parts: string[] = [];
  const segments = decoded.split('/').slice(1);
  for (const segment of segments) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') parts.push(segment);
    else if (parts.pop() === undefined) return undefined;
  }
  const last = segments.at(-1);
  const slash = parts.length > 0 && (last === '' || last === '.' || last === '..') ? '/' : '';
  return { normalized: `/${parts.join('/')}${slash}`, query: rest.join('?') };
}

/** A decoded path as it is written in a request again (ngx_escape_uri, NGX_ESCAPE_URI). */
export function escapePath(path: string): string {
  return encodeURI(path)
    .replace(/%5B/g, '[')
    .replace(/%5D/g, ']')
    .replace(/[?#]/g, (character) => (character === '?' ? '%3F' : '%23'));
}

function percentDecode(path: string): string | undefined {
  if (/%(?![0-9a-fA-F]{2})|%00/.test(path)) return undefined;
  try {
    return decodeURIComponent(path);
  } catch {
    // Bytes that are no UTF-8: each stays a character of its own.
    return path.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
}
