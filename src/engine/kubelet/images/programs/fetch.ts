import {
  type HttpHeader,
  type HttpResponse,
  httpPayload,
  httpRequest,
  httpResponseOf,
  type Process,
  type Resolution,
  sleep,
  type Wait,
} from '../../../libc/index.ts';
import type { Outcome } from '../../../linux/index.ts';
import type { HttpUrl } from './url.ts';

export type FetchResult =
  | { readonly kind: 'response'; readonly response: HttpResponse }
  | { readonly kind: 'unresolved'; readonly error: Exclude<Resolution, { ok: true }>['error'] }
  | {
      readonly kind: 'failed';
      readonly address: string;
      readonly outcome: Exclude<Outcome, { kind: 'replied' }>;
    };

/** One HTTP request as curl and wget make it: resolve the name, connect, ask. Takes the virtual time that it takes. */
export function* fetch(
  process: Process,
  url: HttpUrl,
  options: {
    readonly method?: string;
    readonly headers: readonly HttpHeader[];
    readonly body?: string;
    readonly timeoutMs?: number;
  },
): Generator<Wait, FetchResult, void> {
  const resolution = process.resolve(url.host, 4);
  if (resolution.elapsedMs > 0) yield sleep(resolution.elapsedMs);
  if (!resolution.ok) return { kind: 'unresolved', error: resolution.error };
  const { address } = resolution.addresses[0]!;
  const exchange = process.request({
    protocol: 'tcp',
    destination: { address, port: url.port },
    payload: httpPayload(
      httpRequest({
        method: options.method ?? 'GET',
        path: url.path,
        headers: [{ name: 'Host', value: url.authority }, ...options.headers],
        body: options.body ?? '',
        ...(url.scheme === 'https' && { tls: { serverName: url.host } }),
      }),
    ),
    ...(options.timeoutMs !== undefined && {
      timeoutMs: options.timeoutMs,
      connectTimeoutMs: options.timeoutMs,
    }),
  });
  if (exchange.elapsedMs > 0) yield sleep(exchange.elapsedMs);
  const { outcome } = exchange;
  if (outcome.kind !== 'replied') return { kind: 'failed', address, outcome };
  const response = httpResponseOf(outcome.payload);
  return response
    ? { kind: 'response', response }
    : { kind: 'failed', address, outcome: { kind: 'failed', errno: 'ECONNRESET' } };
}
