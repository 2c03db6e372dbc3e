import {
  answerTls,
  type HttpRequest,
  type HttpResponse,
  httpPayload,
  httpRequestOf,
  httpResponse,
  inVersion,
  type Process,
  UNTIL_TERMINATED,
  type Wait,
} from '../../../libc/index.ts';
import type { SocketAddress } from '../../../linux/index.ts';

/** A request as a server's handler gets it. */
export interface Arrived {
  readonly request: HttpRequest;
  readonly peer: SocketAddress;
  readonly local: SocketAddress;
}

export interface HttpServerOptions {
  readonly port: number;
  /** Default 0.0.0.0. */
  readonly address?: string;
  /** Speaks TLS, with this chain of certificates in DER: a plain request gets 400, as Go answers it. */
  readonly tls?: () => readonly Uint8Array[];
  answer(arrived: Arrived): HttpResponse;
  /** Writes the access log line, after the answer. */
  log?(arrived: Arrived, response: HttpResponse): void;
}

/** Opens an HTTP server's socket; undefined: opened, otherwise the errno. */
export function serveHttp(
  process: Process,
  options: HttpServerOptions,
): 'EADDRINUSE' | 'EADDRNOTAVAIL' | undefined {
  const socket = process.listen({
    protocol: 'tcp',
    address: options.address ?? '0.0.0.0',
    port: options.port,
    handler({ payload, peer, local }) {
      const { tls } = options;
      const greeted = tls && answerTls(payload, { chain: tls, cipher: 'TLS_AES_128_GCM_SHA256' });
      if (greeted) return greeted;
      const request = httpRequestOf(payload);
      // A bare connection, or bytes that are no HTTP request.
      if (!request) return payload ? { payload: httpPayload(badRequest()) } : {};
      if (tls && !request.tls) return { payload: httpPayload(plainRequest()) };
      const arrived = { request, peer, local };
      const response = options.answer(arrived);
      options.log?.(arrived, response);
      const sent = request.method === 'HEAD' ? { ...response, body: '' } : response;
      return { payload: httpPayload(inVersion(sent, request.version)) };
    },
  });
  return socket.ok ? undefined : socket.errno;
}

/** What a program does after it has opened its sockets: it serves until SIGTERM comes. */
export function* untilTerminated(status = 0): Generator<Wait, number, void> {
  yield UNTIL_TERMINATED;
  return status;
}

/** What Go's net/http tells a client that speaks plainly to its TLS port. */
export function plainRequest(): HttpResponse {
  return httpResponse(400, [], 'Client sent an HTTP request to an HTTPS server.\n', '1.0');
}

function badRequest(): HttpResponse {
  const headers = [
    { name: 'Content-Type', value: 'text/plain; charset=utf-8' },
    { name: 'Connection', value: 'close' },
  ];
  return httpResponse(400, headers, '400 Bad Request');
}

/** `Content-Type: text/plain` and the like. */
export function contentType(value: string): { readonly name: string; readonly value: string } {
  return { name: 'Content-Type', value };
}
