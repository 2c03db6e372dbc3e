import type { Payload } from '../linux/index.ts';
import { byteLength } from './text.ts';

export interface HttpHeader {
  readonly name: string;
  readonly value: string;
}

/** 2 only inside TLS, when ALPN chose h2. Its header names are in lower case, and it has no reason phrases. */
export type HttpVersion = '1.0' | '1.1' | '2';

export interface HttpRequest {
  readonly kind: 'http-request';
  readonly method: string;
  /** With its query: `/hostname?verbose=1`. */
  readonly path: string;
  readonly version: HttpVersion;
  readonly headers: readonly HttpHeader[];
  readonly body: string;
  /** Present when the connection is TLS; `serverName` is the SNI, absent for an address. */
  readonly tls?: { readonly serverName?: string };
}

export interface HttpResponse {
  readonly kind: 'http-response';
  readonly status: number;
  readonly reason: string;
  readonly version: HttpVersion;
  readonly headers: readonly HttpHeader[];
  readonly body: string;
}

/** Reason phrases (RFC 9110 §15). */
const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** A request with what most have in common filled in: GET, HTTP/1.1, no body. */
export function httpRequest(
  parts: Partial<Omit<HttpRequest, 'kind'>> & { readonly path: string },
): HttpRequest {
  return { kind: 'http-request', method: 'GET', version: '1.1', headers: [], body: '', ...parts };
}

/** A response; `Content-Length` is added unless the headers or the status say otherwise. */
export function httpResponse(
  status: number,
  headers: readonly HttpHeader[],
  body = '',
  version: HttpVersion = '1.1',
): HttpResponse {
  const told = headers.some(({ name }) => /^(content-length|transfer-encoding)$/i.test(name));
  const bodyless = status === 204 || status === 304;
  const length = { name: 'Content-Length', value: String(byteLength(body)) };
  return {
    kind: 'http-response',
    status,
    reason: REASONS[status] ?? '',
    version,
    headers: told || bodyless ? headers : [...headers, length],
    body,
  };
}

/** The first header of that name, in any case; undefined when there is none. */
export function headerOf(message: HttpRequest | HttpResponse, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return message.headers.find((header) => header.name.toLowerCase() === wanted)?.value;
}

/** `GET / HTTP/1.1` or `HTTP/1.1 200 OK`: the line that the message begins with. */
export function startLine(message: HttpRequest | HttpResponse): string {
  return message.kind === 'http-request'
    ? `${message.method} ${message.path} HTTP/${message.version}`
    : `HTTP/${message.version} ${message.status} ${message.reason}`.trimEnd();
}

/** The same answer in the words of the version that was asked with. */
export function inVersion(response: HttpResponse, version: HttpVersion): HttpResponse {
  if (version !== '2') return response;
  const headers = response.headers
    .filter(({ name }) => !/^(?:connection|keep-alive|transfer-encoding)$/i.test(name))
    .map(({ name, value }) => ({ name: name.toLowerCase(), value }));
  return { ...response, version, reason: '', headers };
}

/** The message as it goes over the wire, for its size. */
export function httpPayload(message: HttpRequest | HttpResponse): Payload {
  const head = message.headers.map(({ name, value }) => `${name}: ${value}\r\n`).join('');
  const short =
    message.kind === 'http-request'
      ? `${message.method} ${message.path}`
      : `${message.status} ${message.reason}`.trimEnd();
  return {
    bytes: byteLength(`${startLine(message)}\r\n${head}\r\n${message.body}`),
    summary: short.length > 80 ? `${short.slice(0, 79)}…` : short,
    data: message,
  };
}

export function httpRequestOf(payload: Payload | undefined): HttpRequest | undefined {
  const data = payload?.data as HttpRequest | undefined;
  return data?.kind === 'http-request' ? data : undefined;
}

export function httpResponseOf(payload: Payload | undefined): HttpResponse | undefined {
  const data = payload?.data as HttpResponse | undefined;
  return data?.kind === 'http-response' ? data : undefined;
}
