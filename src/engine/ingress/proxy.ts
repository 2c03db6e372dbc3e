import {
  type HttpRequest,
  type HttpResponse,
  headerOf,
  httpPayload,
  httpResponseOf,
  overTlsUnchecked,
  type Process,
} from '../libc/index.ts';
import type { Exchange, IncomingRequest } from '../linux/index.ts';
import { addressOf, type Balancer } from './balancer.ts';
import type { BackendEndpoint, Upstream } from './configuration.ts';
import { stickyCookie } from './cookies.ts';
import type { Attempt } from './log-lines.ts';
import { nginxPage } from './pages.ts';
import type { RoutedRequest, Routing } from './route.ts';
import { type ForwardedFrom, upstreamRequest } from './upstream-request.ts';

/** proxy_next_upstream_tries */
const TRIES = 3;

export interface Proxied {
  readonly response: HttpResponse;
  readonly attempts: readonly Attempt[];
  /** Lines for nginx's error log. */
  readonly errors: readonly string[];
}

/**
 * Passes a request on to an endpoint, and to another when one does not answer: at most three tries, each chosen anew,
 * so that the only endpoint of a Service is tried three times. 502 when the last one refused, 504 when it was silent.
 */
export function proxy(
  process: Process,
  balancer: Balancer,
  { request, incoming, routed, from }: ProxyRequest,
  routing: Extract<Routing, { kind: 'proxy' }>,
): Proxied {
  const { location, upstream } = routing;
  const { proxyConnectTimeoutSeconds, proxyReadTimeoutSeconds } = location.annotations;
  const endpoints = upstream.external ? resolve(process, upstream) : upstream.endpoints;
  if (endpoints.length === 0) return { response: nginxPage(503), attempts: [], errors: [] };
  const passed = upstreamRequest(request, routing.path, location, from);
  const attempts: Attempt[] = [];
  const errors: string[] = [];
  const tried: BackendEndpoint[] = [];
  for (;;) {
    const { endpoint, cookie } = balancer.pick(upstream, endpoints, routed, tried)!;
    tried.push(endpoint);
    // nginx sends no SNI to an upstream unless proxy-ssl-server-name asks for it, and takes any certificate.
    const tls = passed.tls && overTlsUnchecked(passed, undefined, []);
    const exchange = incoming.request({
      protocol: 'tcp',
      destination: endpoint,
      ...(tls?.options ?? { payload: httpPayload(passed) }),
      connectTimeoutMs: proxyConnectTimeoutSeconds * 1000,
      timeoutMs: (proxyConnectTimeoutSeconds + proxyReadTimeoutSeconds) * 1000,
    });
    const refused = tls !== undefined && exchange.outcome.kind === 'replied' && !tls.established();
    const response =
      exchange.outcome.kind === 'replied' && !refused ? httpResponseOf(exchange.outcome.payload) : undefined;
    const status = response?.status ?? (isTimeout(exchange) ? 504 : 502);
    attempts.push({
      address: addressOf(endpoint),
      status,
      bytes: response ? sizeOf(response) : 0,
      seconds: exchange.elapsedMs / 1000,
    });
    if (response) {
      const set = cookie && setsCookie(upstream, routing) ? cookie : undefined;
      return {
        response: returned(response, upstream, set, routing, routed, process.date()),
        attempts,
        errors,
      };
    }
    errors.push(
      refused
        ? 'SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number) while SSL handshaking to upstream'
        : `${reasonOf(exchange)} while ${connected(exchange) ? 'reading response header from' : 'connecting to'} upstream`,
    );
    // What may have been carried out already is not sent twice, unless it is safe to.
    const again = !connected(exchange) || /^(?:GET|HEAD|PUT|DELETE|OPTIONS|TRACE)$/.test(request.method);
    if (attempts.length === TRIES || !again) return { response: nginxPage(status), attempts, errors };
  }
}

export interface ProxyRequest {
  readonly request: HttpRequest;
  readonly incoming: IncomingRequest;
  readonly routed: RoutedRequest;
  readonly from: ForwardedFrom;
}

/** The answer as the client gets it: without the endpoint's Server, with the affinity cookie. */
function returned(
  response: HttpResponse,
  { affinity }: Upstream,
  cookie: string | undefined,
  { location }: Extract<Routing, { kind: 'proxy' }>,
  { scheme }: RoutedRequest,
  dateMs: number,
): HttpResponse {
  const kept = response.headers.filter(({ name }) => !/^(?:server|connection|keep-alive)$/i.test(name));
  const value =
    affinity && cookie && stickyCookie(affinity, cookie, location.path, scheme === 'https', dateMs);
  return {
    ...response,
    version: '1.1',
    headers: value ? [...kept, { name: 'Set-Cookie', value }] : kept,
  };
}

/** Only the locations whose Ingress asked for affinity set its cookie. */
function setsCookie(
  { affinity }: Upstream,
  { server, location }: Extract<Routing, { kind: 'proxy' }>,
): boolean {
  return (
    affinity?.locations.some(({ host, path }) => host === server.hostname && path === location.path) ?? false
  );
}

function resolve(process: Process, { endpoints }: Upstream): readonly BackendEndpoint[] {
  return endpoints.flatMap(({ address, port }) => {
    const found = process.resolve(address, 4);
    return found.ok ? found.addresses.map((each) => ({ address: each.address, port })) : [];
  });
}

function sizeOf(response: HttpResponse): number {
  return Number(headerOf(response, 'content-length') ?? response.body.length);
}

function isTimeout({ outcome }: Exchange): boolean {
  return outcome.kind === 'timeout' || (outcome.kind === 'failed' && outcome.errno === 'ETIMEDOUT');
}

function connected({ packets }: Exchange): boolean {
  return packets.some(({ direction, label }) => direction === 'back' && label.includes('SYN'));
}

const ERRNOS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect() failed (111: Connection refused)',
  EHOSTUNREACH: 'connect() failed (113: Host is unreachable)',
  ENETUNREACH: 'connect() failed (101: Network unreachable)',
  ECONNRESET: 'recv() failed (104: Connection reset by peer)',
};

function reasonOf({ outcome }: Exchange): string {
  if (outcome.kind === 'failed' && outcome.errno !== 'ETIMEDOUT')
    return ERRNOS[outcome.errno] ?? outcome.errno;
  if (outcome.kind === 'replied') return 'upstream sent no valid HTTP/1.0 header';
  return 'upstream timed out (110: Operation timed out)';
}
