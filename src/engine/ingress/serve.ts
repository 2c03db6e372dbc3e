import {
  answerTls,
  type HttpRequest,
  type HttpResponse,
  headerOf,
  httpPayload,
  httpRequestOf,
  httpResponse,
  inVersion,
  type Process,
} from '../libc/index.ts';
import type { IncomingRequest, IncomingResponse } from '../linux/index.ts';
import type { Certificate } from '../x509/index.ts';
import type { Balancer } from './balancer.ts';
import { type ClientRequest, readClientRequest } from './client-request.ts';
import { type Configuration, DEFAULT_SERVER } from './configuration.ts';
import { accessLine, errorLine } from './log-lines.ts';
import { findCertificate } from './match.ts';
import { nginxPage } from './pages.ts';
import { type Proxied, proxy } from './proxy.ts';
import { type RoutedRequest, type Routing, route } from './route.ts';

export interface ServeOptions {
  readonly process: Process;
  readonly balancer: Balancer;
  readonly secure: boolean;
  readonly random: () => number;
  /** Where it listens: what X-Forwarded-Port says. */
  readonly ports: { readonly http: number; readonly https: number };
  /** The controller's fake certificate. */
  fake(): Certificate;
  configuration(): Configuration;
}

/** What `return 200;` gives: a page without content. */
const HEALTHY = httpResponse(200, [{ name: 'Content-Type', value: 'text/html' }]);

const HSTS = { name: 'Strict-Transport-Security', value: 'max-age=31536000; includeSubDomains' };

/** Answers one request on port 80 or 443, and writes its line of the access log. */
export function serve(
  { process, balancer, secure, random, configuration, fake, ports }: ServeOptions,
  incoming: IncomingRequest,
): IncomingResponse | undefined {
  const greeted =
    secure &&
    answerTls(incoming.payload, {
      chain: (name) => chainFor(configuration(), name, fake).map(({ der }) => der),
    });
  if (greeted) return greeted;
  const request = httpRequestOf(incoming.payload);
  if (!request) return incoming.payload ? { payload: httpPayload(nginxPage(400)) } : {};
  const current = configuration();
  const requestId = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  const read = readClientRequest(request);
  const routed = routedRequest(request, incoming, secure, read);

  const misdirected = (request.tls !== undefined) !== secure;
  // What cannot be read at all is told first.
  const why = secure && misdirected && read.ok ? 'The plain HTTP request was sent to HTTPS port' : undefined;
  const routing = misdirected || !read.ok ? undefined : route(current, routed, random);
  const port = secure ? ports.https : ports.http;
  const from = { clientAddress: incoming.peer.address, scheme: routed.scheme, port, requestId };
  const done = routing
    ? answer(process, balancer, { request, incoming, routed, from }, routing)
    : { response: nginxPage(400, [], why), attempts: [], errors: [] };

  const hsts = secure && !misdirected ? [HSTS] : [];
  const kept = done.response.headers.filter(({ name }) => !/^(?:date|connection)$/i.test(name));
  const passedOn = done.attempts.length > 0;
  const connection =
    keepsAlive(request) && (passedOn || done.response.status !== 400) ? 'keep-alive' : 'close';
  const response: HttpResponse = {
    ...done.response,
    ...(request.method === 'HEAD' && { body: '' }),
    headers: inOrder([
      { name: 'Date', value: new Date(process.date()).toUTCString() },
      { name: 'Connection', value: connection },
      ...kept,
      ...hsts,
    ]),
  };
  const head = { clientAddress: incoming.peer.address, dateMs: process.date() };
  for (const error of done.errors)
    process.stderr(
      errorLine(
        head.dateMs,
        `${error}, client: ${head.clientAddress}, server: ${routing?.server.hostname ?? '_'}`,
      ),
    );
  process.stdout(
    accessLine({
      ...head,
      request,
      response: done.response,
      seconds: done.attempts.reduce((sum, { seconds }) => sum + seconds, 0),
      upstream: routing?.location?.upstream ?? '-',
      canary: routing?.kind === 'proxy' ? (routing.canary ?? '') : '',
      attempts: done.attempts,
      requestId: headerOf(request, 'x-request-id') ?? requestId,
    }),
  );
  return { payload: httpPayload(inVersion(response, request.version)) };
}

/** By SNI: the certificate of that server, of the server of all other hosts, or the fake one (certificate.lua). */
export function chainFor(
  configuration: Configuration,
  serverName: string | undefined,
  fake: () => Certificate,
): readonly Certificate[] {
  const served = findCertificate(configuration, serverName) ?? findCertificate(configuration, DEFAULT_SERVER);
  return served?.chain ?? [fake()];
}

function answer(
  process: Process,
  balancer: Balancer,
  request: Parameters<typeof proxy>[2],
  routing: Routing,
): Proxied {
  const own = (response: HttpResponse): Proxied => ({ response, attempts: [], errors: [] });
  switch (routing.kind) {
    case 'redirect':
      return own(nginxPage(routing.status, [{ name: 'Location', value: routing.to }]));
    case 'answer':
      return own(routing.status === 200 ? HEALTHY : nginxPage(routing.status));
    case 'proxy':
      return proxy(process, balancer, request, routing);
  }
}

function routedRequest(
  request: HttpRequest,
  { peer, local }: IncomingRequest,
  secure: boolean,
  read: ClientRequest,
): RoutedRequest {
  return {
    scheme: secure ? 'https' : 'http',
    host: headerOf(request, 'host') ?? '',
    path: read.ok ? read.target : request.path,
    clientAddress: peer.address,
    port: local.port,
    ...(read.ok && read.authority !== undefined && { authority: read.authority }),
    header: (name) => headerOf(request, name),
  };
}

/** The headers that nginx writes first, in its order; the rest follow as they came (ngx_http_header_filter). */
const FIRST = ['date', 'content-type', 'content-length', 'last-modified', 'transfer-encoding', 'connection'];

function inOrder(headers: HttpResponse['headers']): HttpResponse['headers'] {
  const first = FIRST.flatMap((wanted) => headers.find(({ name }) => name.toLowerCase() === wanted) ?? []);
  return [...first, ...headers.filter((header) => !FIRST.includes(header.name.toLowerCase()))];
}

function keepsAlive(request: HttpRequest): boolean {
  const wanted = headerOf(request, 'connection')?.toLowerCase();
  return request.version === '1.0' ? wanted === 'keep-alive' : wanted !== 'close';
}
