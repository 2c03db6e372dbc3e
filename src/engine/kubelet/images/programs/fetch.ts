import {
  type HttpHeader,
  type HttpRequest,
  type HttpResponse,
  httpPayload,
  httpRequest,
  httpResponseOf,
  overTls,
  type Process,
  type Resolution,
  sleep,
  type Wait,
  withinTls,
} from '../../../libc/index.ts';
import type { Outcome, RequestOptions } from '../../../linux/index.ts';
import {
  isFor,
  readCertificate,
  readCertificates,
  type VerifyCode,
  verifyChain,
} from '../../../x509/index.ts';
import type { HttpUrl } from './url.ts';

export type FetchResult =
  | { readonly kind: 'response'; readonly response: HttpResponse }
  | { readonly kind: 'unresolved'; readonly error: Exclude<Resolution, { ok: true }>['error'] }
  /** The server's certificate is not to be trusted, or not for that host; `error` is absent for the latter. */
  | { readonly kind: 'untrusted'; readonly error?: VerifyCode }
  /** The other side speaks no TLS. */
  | { readonly kind: 'not-tls' }
  | {
      readonly kind: 'failed';
      readonly address: string;
      readonly outcome: Exclude<Outcome, { kind: 'replied' }>;
    };

const SYSTEM_AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

function checkedTls(
  process: Process,
  host: string,
  request: HttpRequest,
  authorities: string | undefined,
): {
  readonly options: Pick<RequestOptions, 'payload' | 'next'>;
  /** Afterwards: why there is no answer; undefined: there is one. */
  refusal(): Extract<FetchResult, { kind: 'untrusted' | 'not-tls' }> | undefined;
} {
  const serverName = /^[\d.]+$/.test(host) ? undefined : host;
  let refusal: ReturnType<ReturnType<typeof checkedTls>['refusal']> = { kind: 'not-tls' };
  const options = overTls({ serverName, protocols: ['http/1.1'] }, (hello) => {
    refusal = undefined;
    if (authorities !== 'any') {
      const sent = hello.chain.flatMap((der) => readCertificate(der) ?? []);
      const trusted = readCertificates(process.readFile(authorities ?? SYSTEM_AUTHORITIES) ?? '');
      const { errors } = verifyChain({ sent, trusted, now: process.date(), partialChain: true });
      if (errors[0]) refusal = { kind: 'untrusted', error: errors[0].code };
      else if (!sent[0] || !isFor(sent[0], host)) refusal = { kind: 'untrusted' };
    }
    if (!refusal) return withinTls(request, serverName, hello);
    return { kind: 'tls-alert', description: refusal.error === undefined ? 'close notify' : 'unknown CA' };
  });
  return { options, refusal: () => refusal };
}

/** One HTTP request as curl and wget make it: resolve the name, connect, ask. Takes the virtual time that it takes. */
export function* fetch(
  process: Process,
  url: HttpUrl,
  options: {
    readonly method?: string;
    readonly headers: readonly HttpHeader[];
    readonly body?: string;
    readonly timeoutMs?: number;
    /** For https: a file of authorities, `any` to take every certificate. Default: the image's own authorities. */
    readonly authorities?: string;
  },
): Generator<Wait, FetchResult, void> {
  const resolution = process.resolve(url.host, 4);
  if (resolution.elapsedMs > 0) yield sleep(resolution.elapsedMs);
  if (!resolution.ok) return { kind: 'unresolved', error: resolution.error };
  const { address } = resolution.addresses[0]!;
  const request = httpRequest({
    method: options.method ?? 'GET',
    path: url.path,
    headers: [{ name: 'Host', value: url.authority }, ...options.headers],
    body: options.body ?? '',
  });
  const checked =
    url.scheme === 'https' ? checkedTls(process, url.host, request, options.authorities) : undefined;
  const exchange = process.request({
    protocol: 'tcp',
    destination: { address, port: url.port },
    ...(checked?.options ?? { payload: httpPayload(request) }),
    ...(options.timeoutMs !== undefined && {
      timeoutMs: options.timeoutMs,
      connectTimeoutMs: options.timeoutMs,
    }),
  });
  if (exchange.elapsedMs > 0) yield sleep(exchange.elapsedMs);
  const { outcome } = exchange;
  if (outcome.kind !== 'replied') return { kind: 'failed', address, outcome };
  const refusal = checked?.refusal();
  if (refusal) return refusal;
  const response = httpResponseOf(outcome.payload);
  return response
    ? { kind: 'response', response }
    : { kind: 'failed', address, outcome: { kind: 'failed', errno: 'ECONNRESET' } };
}
