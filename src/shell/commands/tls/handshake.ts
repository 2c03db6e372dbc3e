import {
  type Certificate,
  DEFAULT_EPOCH_MS,
  type HttpRequest,
  isFor,
  overTls,
  type RequestOptions,
  readCertificate,
  type ServerHello,
  type TlsAlert,
  type Verification,
  type VerifyCode,
  verifyChain,
} from '../../../engine/index.ts';
import type { Process } from '../../process.ts';

/** What a client makes of a server's part of the handshake. */
export interface Handshake {
  readonly hello: ServerHello;
  /** What the server sent, read. */
  readonly sent: readonly Certificate[];
  readonly verification: Verification;
  /** The server's own certificate is for the host. */
  readonly isForHost: boolean;
}

export interface HandshakeOptions {
  readonly host: string;
  /** undefined: none is sent, as for an address. */
  readonly serverName: string | undefined;
  readonly protocols: readonly string[];
  readonly trusted: readonly Certificate[];
  readonly partialChain?: boolean;
}

/** What goes into `network.request` for a connection over TLS; `decide` says what follows the handshake. */
export function startTls(
  process: Process,
  { host, serverName, protocols, trusted, partialChain = false }: HandshakeOptions,
  decide: (handshake: Handshake) => HttpRequest | TlsAlert | undefined,
): Pick<RequestOptions, 'payload' | 'next'> {
  return overTls({ serverName, protocols }, (hello) => {
    const sent = hello.chain.flatMap((der) => readCertificate(der) ?? []);
    const now = instantOf(process);
    const verification = verifyChain({ sent, trusted, now, partialChain });
    const [own] = sent;
    return decide({ hello, sent, verification, isForHost: own !== undefined && isFor(own, host) });
  });
}

/** Milliseconds since 1970, on the machine's clock. */
export function instantOf(process: Process): number {
  return DEFAULT_EPOCH_MS + process.session.cluster.clock.now();
}

/** SNI names hosts, not addresses (RFC 6066 §3). */
export function serverNameOf(host: string): string | undefined {
  return /^[\d.]+$|:/.test(host) ? undefined : host.replace(/\.$/, '');
}

/** The alert with which OpenSSL breaks off, and its number (ssl_x509err2alert). */
export function alertFor(code: VerifyCode): { readonly alert: TlsAlert; readonly number: number } {
  const alert = (description: TlsAlert['description'], number: number) => ({
    alert: { kind: 'tls-alert', description } as const,
    number,
  });
  switch (code) {
    case 9:
      return alert('bad certificate', 42);
    case 7:
      return alert('decrypt error', 51);
    case 10:
      return alert('certificate expired', 45);
    case 26:
      return alert('unsupported certificate', 43);
    default:
      return alert('unknown CA', 48);
  }
}
