import {
  type HttpHeader,
  type HttpRequest,
  type HttpResponse,
  headerOf,
  httpResponse,
} from '../libc/index.ts';

/** nginx's own words for a status, which are not always HTTP's (ngx_http_special_response.c). */
const TITLES: Readonly<Record<number, string>> = {
  301: '301 Moved Permanently',
  302: '302 Found',
  303: '303 See Other',
  307: '307 Temporary Redirect',
  308: '308 Permanent Redirect',
  400: '400 Bad Request',
  403: '403 Forbidden',
  404: '404 Not Found',
  502: '502 Bad Gateway',
  503: '503 Service Temporarily Unavailable',
  504: '504 Gateway Time-out',
};

/** The controller's own default backend: 404 to all, but a request of HTTP/1.1 without a Host is none. */
export function defaultBackendPage(request: HttpRequest | undefined): HttpResponse {
  return nginxPage(request && headerOf(request, 'host') === undefined ? 400 : 404);
}

/** The page that nginx answers by itself, with `server_tokens off`; `why` is the second line of some 400s. */
export function nginxPage(status: number, headers: readonly HttpHeader[] = [], why?: string): HttpResponse {
  const title = TITLES[status] ?? String(status);
  const lines = [
    '<html>',
    `<head><title>${why ? `400 ${why}` : title}</title></head>`,
    '<body>',
    `<center><h1>${title}</h1></center>`,
    ...(why ? [`<center>${why}</center>`] : []),
    '<hr><center>nginx</center>',
    '</body>',
    '</html>',
    '',
  ];
  const page = httpResponse(
    status,
    [{ name: 'Content-Type', value: 'text/html' }, ...headers],
    lines.join('\r\n'),
  );
  return page.reason === '' || TITLES[status] === undefined
    ? page
    : { ...page, reason: TITLES[status].slice(4) };
}
