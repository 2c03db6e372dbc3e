import { type HttpRequest, headerOf } from '../libc/index.ts';
import { parseRequestPath } from './request-path.ts';

/** What nginx makes of a request's first line and Host before it looks for a server. */
export type ClientRequest =
  | {
      readonly ok: true;
      /** The host of an absolute target, which counts more than the Host header; absent: the header counts. */
      readonly authority?: string;
      /** The target without scheme and host: nginx's $request_uri. */
      readonly target: string;
    }
  | { readonly ok: false; readonly status: 400 };

const REFUSED: ClientRequest = { ok: false, status: 400 };

/** Models ngx_http_process_request_line, ngx_http_process_host and ngx_http_validate_host (nginx 1.27). */
export function readClientRequest(request: HttpRequest): ClientRequest {
  const hosts = request.headers.filter(({ name }) => name.toLowerCase() === 'host');
  if (hosts.length > 1 || (hosts.length === 0 && request.version !== '1.0')) return REFUSED;
  const host = headerOf(request, 'host');
  if (host !== undefined && !isValidHost(host)) return REFUSED;
  const [, authority, rest = ''] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(request.path) ?? [];
  if (authority !== undefined && !isValidHost(authority)) return REFUSED;
  const target = authority === undefined ? request.path : rest.startsWith('/') ? rest : `/${rest}`;
  if (!target.startsWith('/') || !parseRequestPath(target)) return REFUSED;
  return { ok: true, target, ...(authority !== undefined && { authority }) };
}

function isValidHost(host: string): boolean {
  const name = host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.split(':', 1)[0]!;
  if (name.replace(/\.$/, '') === '') return false;
  // A blank, a slash or a control character anywhere, or two dots one after another.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return !/[\x00-\x20\x7f/]|\.\./.test(host);
}

/** Header fields that nginx reads but never passes on: names that are not letters, digits and dashes (underscores_in_headers off). */
export function isPassedOn(name: string): boolean {
  return /^[A-Za-z0-9-]+$/.test(name) && !/^(?:keep-alive|te|expect|transfer-encoding)$/i.test(name);
}
