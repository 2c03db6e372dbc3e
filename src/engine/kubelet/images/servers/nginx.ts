import {
  type HttpHeader,
  type HttpResponse,
  headerOf,
  httpResponse,
  type Process,
  type Program,
} from '../../../libc/index.ts';
import { commonLogDate, httpDate, slashDate } from './dates.ts';
import { type Arrived, serveHttp, untilTerminated } from './http-server.ts';

export const NGINX_VERSION = '1.29.4';
const ROOT = '/usr/share/nginx/html';

/** What nginx's own packages serve until somebody puts something else there. */
export const NGINX_FILES: Readonly<Record<string, string>> = {
  [`${ROOT}/index.html`]: `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, nginx is successfully installed and working.
Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`,
  [`${ROOT}/50x.html`]:
    '<!DOCTYPE html>\n<html>\n<head>\n<title>Error</title>\n</head>\n<body>\n<h1>An error occurred.</h1>\n</body>\n</html>\n',
  '/etc/nginx/conf.d/default.conf': `server {
    listen       80;
    server_name  localhost;

    location / {
        root   ${ROOT};
        index  index.html index.htm;
    }
}
`,
};

/**
 * nginx as a web server of files: the `server` blocks of /etc/nginx/conf.d/*.conf with `listen`, `root`, `index` and
 * `return CODE "text"` of `location`s, a log line a request in the combined format.
 */
export const nginx: Program = function* (process) {
  const servers = readServers(process);
  const notice = (text: string) => process.stderr(`${slashDate(process.date())} [notice] 1#1: ${text}\n`);
  for (const server of servers) {
    const error = serveHttp(process, {
      port: server.port,
      answer: (arrived) => answer(process, server, arrived),
      log: (arrived, response) => process.stdout(accessLine(process, arrived, response)),
    });
    if (error) {
      const emergency = `bind() to 0.0.0.0:${server.port} failed (98: Address already in use)`;
      process.stderr(`${slashDate(process.date())} [emerg] 1#1: ${emergency}\nnginx: [emerg] ${emergency}\n`);
      return 1;
    }
  }
  notice('using the "epoll" event method');
  notice(`nginx/${NGINX_VERSION}`);
  notice('start worker processes');
  return yield* untilTerminated(0);
};

interface Location {
  readonly prefix: string;
  readonly exact: boolean;
  readonly root?: string;
  readonly status?: number;
  readonly text?: string;
}

interface Server {
  readonly port: number;
  readonly root: string;
  readonly index: readonly string[];
  readonly locations: readonly Location[];
}

function readServers(process: Process): readonly Server[] {
  const names = process.readDirectory('/etc/nginx/conf.d') ?? [];
  const text = names
    .filter((name) => name.endsWith('.conf'))
    .map((name) => process.readFile(`/etc/nginx/conf.d/${name}`) ?? '')
    .join('\n');
  const servers = blocks(text.replace(/#.*$/gm, ''), /\bserver\s*\{/g).map(({ body }): Server => {
    const locations = blocks(body, /\blocation\s+(=\s*|\^~\s*)?(\S+)\s*\{/g).map(
      ({ match, body: inner }): Location => {
        const returned = /\breturn\s+(\d{3})\s*(?:"([^"]*)"|'([^']*)'|([^\s;]+))?\s*;/.exec(inner);
        const root = /\broot\s+([^\s;]+)\s*;/.exec(inner)?.[1];
        return {
          prefix: match[2]!,
          exact: match[1]?.startsWith('=') ?? false,
          ...(root && { root }),
          ...(returned && {
            status: Number(returned[1]),
            text: returned[2] ?? returned[3] ?? returned[4] ?? '',
          }),
        };
      },
    );
    const top = body.replace(/\blocation\b[^{]*\{[^}]*\}/g, '');
    return {
      port: Number(/\blisten\s+(?:[^\s:;]+:)?(\d+)/.exec(top)?.[1] ?? 80),
      root: /\broot\s+([^\s;]+)\s*;/.exec(top)?.[1] ?? ROOT,
      index: (/\bindex\s+([^;]+);/.exec(body)?.[1] ?? 'index.html').trim().split(/\s+/),
      locations,
    };
  });
  return servers;
}

/** The `{…}` blocks that follow each match of `opening`, with the braces inside them balanced. */
function blocks(
  text: string,
  opening: RegExp,
): readonly { readonly match: RegExpExecArray; readonly body: string }[] {
  const found: { match: RegExpExecArray; body: string }[] = [];
  for (let match = opening.exec(text); match; match = opening.exec(text)) {
    let depth = 1;
    let end = opening.lastIndex;
    while (end < text.length && depth > 0) {
      if (text[end] === '{') depth++;
      if (text[end] === '}') depth--;
      end++;
    }
    found.push({ match, body: text.slice(opening.lastIndex, end - 1) });
    opening.lastIndex = end;
  }
  return found;
}

function answer(process: Process, server: Server, { request }: Arrived): HttpResponse {
  const path = request.path.split('?', 1)[0]!;
  const location = server.locations
    .filter(({ prefix, exact }) => (exact ? path === prefix : path.startsWith(prefix)))
    .sort((a, b) => Number(b.exact) - Number(a.exact) || b.prefix.length - a.prefix.length)[0];
  const headers = nginxHeaders(process);
  if (location?.status !== undefined) {
    const isRedirect = location.status >= 300 && location.status < 400;
    const extra = isRedirect
      ? [{ name: 'Location', value: location.text ?? '' }]
      : [{ name: 'Content-Type', value: 'application/octet-stream' }];
    const body = isRedirect
      ? errorPage(location.status)
      : (location.text ?? '').replaceAll('\\n', '\n').replaceAll('$hostname', process.hostname);
    return httpResponse(location.status, [...headers, ...extra], body);
  }
  const root = location?.root ?? server.root;
  // ngx_http_static_module reads files only: POST to one that is there, and any other method, is not allowed.
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (!reads && request.method !== 'POST') return errorResponse(process, 405);
  const names = path.endsWith('/') ? server.index.map((name) => path + name) : [path];
  for (const name of names) {
    const text = process.readFile(root + name);
    if (text !== undefined)
      return reads
        ? httpResponse(200, [...headers, { name: 'Content-Type', value: typeOf(name) }], text)
        : errorResponse(process, 405);
  }
  if (path.endsWith('/') && process.readDirectory(root + path)?.length) return errorResponse(process, 403);
  process.stderr(
    `${slashDate(process.date())} [error] 29#29: *1 open() "${root}${path}" failed (2: No such file or directory)\n`,
  );
  return errorResponse(process, 404);
}

function errorResponse(process: Process, status: number): HttpResponse {
  return {
    ...httpResponse(
      status,
      [...nginxHeaders(process), { name: 'Content-Type', value: 'text/html' }],
      errorPage(status),
    ),
    reason: nginxReason(status),
  };
}

function nginxHeaders(process: Process): readonly HttpHeader[] {
  return [
    { name: 'Server', value: `nginx/${NGINX_VERSION}` },
    { name: 'Date', value: httpDate(process.date()) },
    { name: 'Connection', value: 'keep-alive' },
  ];
}

/** nginx has its own words for this one (ngx_http_header_filter_module.c). */
function nginxReason(status: number): string {
  return status === 405 ? 'Not Allowed' : httpResponse(status, []).reason;
}

/** nginx's own little pages for errors and redirects. */
export function errorPage(status: number): string {
  const title = `${status} ${nginxReason(status)}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/${NGINX_VERSION}</center>\r\n</body>\r\n</html>\r\n`;
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  js: 'application/javascript',
  json: 'application/json',
  txt: 'text/plain',
  xml: 'text/xml',
};

export function typeOf(path: string): string {
  return TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}

function accessLine(process: Process, { request, peer }: Arrived, response: HttpResponse): string {
  const agent = headerOf(request, 'User-Agent') ?? '-';
  const forwarded = headerOf(request, 'X-Forwarded-For') ?? '-';
  const bytes = headerOf(response, 'Content-Length') ?? '0';
  return `${peer.address} - - [${commonLogDate(process.date())}] "${request.method} ${request.path} HTTP/${request.version}" ${response.status} ${bytes} "${headerOf(request, 'Referer') ?? '-'}" "${agent}" "${forwarded}"\n`;
}
