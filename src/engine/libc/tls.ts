import type { IncomingResponse, Payload, RequestOptions } from '../linux/index.ts';
import { type HttpRequest, httpPayload } from './http.ts';

/**
 * TLS 1.3 as far as it shows (RFC 8446): who asks for which name, which certificates come back, what the two agree on, and
 * who breaks off. Nothing is enciphered; the rest of a handshake is in the sizes of its messages.
 *
 *     client                              server
 *       │ ── Client Hello (SNI, ALPN) ────► │
 *       │ ◄── Server Hello, Certificate ─── │      (or bytes that are no TLS)
 *       │ ── Finished, the request ───────► │      (or an alert, and the end)
 *       │ ◄──────────────────── answer ──── │
 */
export interface ClientHello {
  readonly kind: 'tls-client-hello';
  /** SNI; absent for an address, or when the client sends none. */
  readonly serverName?: string;
  /** Protocols that it can speak inside, the dearest first: `h2`, `http/1.1`. */
  readonly protocols: readonly string[];
}

export interface ServerHello {
  readonly kind: 'tls-server-hello';
  readonly version: 'TLSv1.3';
  readonly cipher: 'TLS_AES_256_GCM_SHA384' | 'TLS_AES_128_GCM_SHA256';
  /** The protocol chosen by ALPN; absent: none was. */
  readonly protocol?: string;
  /** Certificates in DER, the server's own first. */
  readonly chain: readonly Uint8Array[];
}

export interface TlsAlert {
  readonly kind: 'tls-alert';
  readonly description:
    | 'close notify'
    | 'bad certificate'
    | 'unsupported certificate'
    | 'certificate expired'
    | 'decrypt error'
    | 'unknown CA'
    | 'handshake failure'
    | 'internal error';
}

/** What a server shows to those who greet it. */
export interface TlsServer {
  /** The chain for a name, in DER; undefined: it breaks off. */
  chain(serverName: string | undefined): readonly Uint8Array[] | undefined;
  /** Default: OpenSSL's first choice; Go's is the shorter key where the machine has AES. */
  readonly cipher?: ServerHello['cipher'];
  /** Default: h2, http/1.1. */
  readonly protocols?: readonly string[];
}

const CLIENT_HELLO_BYTES = 517;
/** Server Hello, Encrypted Extensions, CERT verify and Finished, with their records. */
const SERVER_FLIGHT_BYTES = 480;
const CLIENT_FINISHED_BYTES = 80;
const RECORD_BYTES = 22;

export function clientHello(serverName: string | undefined, protocols: readonly string[]): Payload {
  const hello: ClientHello = {
    kind: 'tls-client-hello',
    protocols,
    ...(serverName !== undefined && { serverName }),
  };
  const name = serverName === undefined ? '' : ` (SNI ${serverName})`;
  return { bytes: CLIENT_HELLO_BYTES, summary: `TLS Client Hello${name}`, data: hello };
}

export function clientHelloOf(payload: Payload | undefined): ClientHello | undefined {
  const data = payload?.data as ClientHello | undefined;
  return data?.kind === 'tls-client-hello' ? data : undefined;
}

export function serverHelloOf(payload: Payload | undefined): ServerHello | undefined {
  const data = payload?.data as ServerHello | undefined;
  return data?.kind === 'tls-server-hello' ? data : undefined;
}

export function tlsAlertOf(payload: Payload | undefined): TlsAlert | undefined {
  const data = payload?.data as TlsAlert | undefined;
  return data?.kind === 'tls-alert' ? data : undefined;
}

export function tlsAlert(description: TlsAlert['description']): Payload {
  const alert: TlsAlert = { kind: 'tls-alert', description };
  return { bytes: RECORD_BYTES + 2, summary: `TLS alert: ${description}`, data: alert };
}

/** A server's answer to a greeting or an alert; undefined: the payload is neither. */
export function answerTls(payload: Payload | undefined, server: TlsServer): IncomingResponse | undefined {
  if (tlsAlertOf(payload)) return {};
  const hello = clientHelloOf(payload);
  if (!hello) return undefined;
  const chain = server.chain(hello.serverName);
  if (!chain) return { payload: tlsAlert('internal error') };
  const known = server.protocols ?? ['h2', 'http/1.1'];
  const protocol = known.find((each) => hello.protocols.includes(each));
  const answer: ServerHello = {
    kind: 'tls-server-hello',
    version: 'TLSv1.3',
    cipher: server.cipher ?? 'TLS_AES_256_GCM_SHA384',
    chain,
    ...(protocol !== undefined && { protocol }),
  };
  const bytes = chain.reduce((sum, { length }) => sum + length + 5, SERVER_FLIGHT_BYTES);
  return { payload: { bytes, summary: 'TLS Server Hello, Certificate', data: answer } };
}

/** An HTTP message inside TLS: its records are a little longer, and its summary says so. */
function sealed(request: HttpRequest): Payload {
  const { bytes, summary, data } = httpPayload(request);
  return { bytes: bytes + CLIENT_FINISHED_BYTES + RECORD_BYTES, summary: `TLS: ${summary}`, data };
}

/** The request as it travels inside TLS, in the version that the two have agreed on. */
export function withinTls(
  request: HttpRequest,
  serverName: string | undefined,
  hello: ServerHello,
): HttpRequest {
  return {
    ...request,
    ...(hello.protocol === 'h2' && { version: '2' }),
    tls: serverName === undefined ? {} : { serverName },
  };
}

/**
 * What a client that takes any certificate hands to `request`, as a proxy or a probe does. `established` says afterwards
 * whether the other side spoke TLS: what came back is worth nothing when it did not.
 */
export function overTlsUnchecked(
  request: HttpRequest,
  serverName: string | undefined,
  protocols: readonly string[],
): { readonly options: Pick<RequestOptions, 'payload' | 'next'>; established(): boolean } {
  let established = false;
  const options = overTls({ serverName, protocols }, (hello) => {
    established = true;
    return withinTls(request, serverName, hello);
  });
  return { options, established: () => established };
}

/**
 * What a client hands to `request` for one HTTP request over TLS. `greeted` hears the server's part of the handshake, and
 * answers the request to send, or an alert to break off with; undefined: it ends without a word. When the other side speaks
 * no TLS nothing is sent after the greeting.
 */
export function overTls(
  {
    serverName,
    protocols,
  }: { readonly serverName: string | undefined; readonly protocols: readonly string[] },
  greeted: (hello: ServerHello) => HttpRequest | TlsAlert | undefined,
): Pick<RequestOptions, 'payload' | 'next'> {
  let greeting = true;
  return {
    payload: clientHello(serverName, protocols),
    next(reply) {
      const hello = greeting ? serverHelloOf(reply) : undefined;
      greeting = false;
      const sent = hello && greeted(hello);
      if (!sent) return undefined;
      return sent.kind === 'tls-alert' ? tlsAlert(sent.description) : sealed(sent);
    },
  };
}
