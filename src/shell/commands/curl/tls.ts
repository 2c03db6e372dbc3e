import {
  type Certificate,
  type Exchange,
  type HttpRequest,
  type RequestOptions,
  tlsAlertOf,
  VERIFY_ERRORS,
  withinTls,
} from '../../../engine/index.ts';
import type { ParsedFlags } from '../../flags.ts';
import type { Process } from '../../process.ts';
import { alertFor, type Handshake, serverNameOf, startTls } from '../tls/handshake.ts';
import { curlName, opensslDate } from '../tls/names.ts';
import { SYSTEM_AUTHORITIES } from '../tls/trust.ts';
import type { TransferOptions } from './transfer.ts';
import type { CurlUrl } from './url.ts';

type Notes = Pick<TransferOptions, 'note' | 'noteData'>;

export type TlsResult =
  | { readonly kind: 'established'; readonly request: HttpRequest; readonly verifyResult: number }
  | {
      readonly kind: 'failed';
      readonly status: number;
      readonly message: string;
      readonly verifyResult: number;
      readonly goodbye?: string;
    };

/** One connection over TLS while it is made. */
export interface CurlTls {
  /** For `network.request`. */
  readonly request: Pick<RequestOptions, 'payload' | 'next'>;
  /** Whether the server has greeted. */
  heard(): boolean;
  /** Writes what -v shows of the handshake, and says how it ended. */
  finish(exchange: Exchange, notes: Notes): TlsResult;
}

/** TLS as curl 7.88 with OpenSSL 3.0 does it, and as its -v shows it (lib/vtls/openssl.c). */
export function curlTls(
  process: Process,
  url: CurlUrl,
  flags: ParsedFlags,
  trusted: readonly Certificate[],
  makeRequest: (version: HttpRequest['version']) => HttpRequest,
): CurlTls {
  const insecure = flags.has('insecure');
  const serverName = serverNameOf(url.host);
  const protocols = flags.has('http1.0')
    ? ['http/1.0']
    : flags.has('http1.1')
      ? ['http/1.1']
      : ['h2', 'http/1.1'];
  let handshake: Handshake | undefined;
  let request: HttpRequest | undefined;
  const options = { host: url.host, serverName, protocols, trusted, partialChain: true };
  const started = startTls(process, options, (heard) => {
    handshake = heard;
    const [error] = heard.verification.errors;
    if (error && !insecure) return alertFor(error.code).alert;
    if (!insecure && !heard.isForHost) return { kind: 'tls-alert', description: 'close notify' };
    const version = flags.has('http1.0') ? '1.0' : '1.1';
    request = withinTls(makeRequest(version), serverName, heard.hello);
    return request;
  });

  return {
    request: started,
    heard: () => handshake !== undefined,
    finish(exchange, notes) {
      const say = sayer(notes);
      notes.note(`ALPN: offers ${protocols.join(',')}`);
      say('OUT', 'TLS handshake, Client hello (1)', 512);
      if (!insecure) {
        notes.note(` CAfile: ${flags.text('cacert') ?? SYSTEM_AUTHORITIES}`);
        notes.note(' CApath: /etc/ssl/certs');
      }
      if (!handshake) return withoutGreeting(exchange);
      const { hello, sent, verification, isForHost } = handshake;
      const [error] = verification.errors;
      const bytes = sent.reduce((sum, { der }) => sum + der.length + 5, 8);
      say('IN', 'TLS handshake, Server hello (2)', 122);
      say('IN', 'TLS handshake, Encrypted Extensions (8)', hello.protocol ? 19 : 6);
      say('IN', 'TLS handshake, Certificate (11)', bytes);
      if (error && !insecure) {
        const { alert, number } = alertFor(error.code);
        say('OUT', `TLS alert, ${alert.description} (${512 + number})`, 2);
        const message = `SSL certificate problem: ${VERIFY_ERRORS[error.code]}`;
        return { kind: 'failed', status: 60, message, verifyResult: error.code };
      }
      say('IN', 'TLS handshake, CERT verify (15)', sent[0]?.publicKey.kind === 'rsa' ? 264 : 79);
      say('IN', 'TLS handshake, Finished (20)', 52);
      say('OUT', 'TLS change cipher, Change cipher spec (1)', 1);
      say('OUT', 'TLS handshake, Finished (20)', 52);
      notes.note(`SSL connection using ${hello.version} / ${hello.cipher}`);
      notes.note(
        hello.protocol === undefined
          ? 'ALPN: server did not agree on a protocol. Uses default.'
          : `ALPN: server accepted ${hello.protocol}`,
      );
      const [own] = sent;
      if (own) describe(own, url.host, { insecure, isForHost }, notes);
      if (!isForHost && !insecure) {
        const message = `SSL: no alternative certificate subject name matches target host name '${url.host}'`;
        const goodbye = 'TLSv1.3 (OUT), TLS alert, close notify (256):';
        return { kind: 'failed', status: 60, message, verifyResult: 1, goodbye };
      }
      notes.note(
        error
          ? ` SSL certificate verify result: ${VERIFY_ERRORS[error.code]} (${error.code}), continuing anyway.`
          : ' SSL certificate verify ok.',
      );
      const made = request!;
      notes.note(`using HTTP/${made.version === '1.0' ? '1.x' : made.version}`);
      if (made.version === '2') describeStream(made, url, notes);
      return { kind: 'established', request: made, verifyResult: error?.code ?? 0 };
    },
  };
}

/** Lines of messages, and behind them, where -v shows them, how long these were. */
function sayer({ note, noteData }: Notes): (way: 'IN' | 'OUT', message: string, bytes: number) => void {
  return (way, message, bytes) => {
    note(`TLSv1.3 (${way}), ${message}:`);
    noteData(way === 'IN' ? '{' : '}', bytes);
  };
}

function describe(
  own: Certificate,
  host: string,
  { insecure, isForHost }: { readonly insecure: boolean; readonly isForHost: boolean },
  { note }: Notes,
): void {
  note('Server certificate:');
  note(` subject: ${curlName(own.subject)}`);
  note(` start date: ${opensslDate(own.notBefore)}`);
  note(` expire date: ${opensslDate(own.notAfter)}`);
  if (!insecure) {
    const alternative = own.dnsNames.length + own.addresses.length > 0;
    const matched = own.dnsNames.find((name) => name.toLowerCase() === host.toLowerCase());
    const wildcard = own.dnsNames.find((name) => name.startsWith('*.'));
    const isAddress = serverNameOf(host) === undefined;
    if (isForHost && alternative)
      note(
        isAddress
          ? ` subjectAltName: host "${host}" matched cert's IP address!`
          : ` subjectAltName: host "${host}" matched cert's "${matched ?? wildcard}"`,
      );
    else if (isForHost) note(` common name: ${host} (matched)`);
    else note(` subjectAltName does not match ${host}`);
    if (!isForHost) return;
  }
  note(` issuer: ${curlName(own.issuer)}`);
}

function describeStream({ method, path, headers }: HttpRequest, url: CurlUrl, { note }: Notes): void {
  const host = headers.find(({ name }) => name.toLowerCase() === 'host')?.value ?? url.host;
  const pseudo = [
    [':method', method],
    [':path', path],
    [':scheme', 'https'],
    [':authority', host],
  ];
  const own = headers.filter(({ name }) => name.toLowerCase() !== 'host');
  for (const [name, value] of [...pseudo, ...own.map(({ name, value }) => [name.toLowerCase(), value])])
    note(`h2h3 [${name}: ${value}]`);
  note('Using Stream ID: 1 (easy handle 0x55ad111682b0)');
}

/** The other side speaks no TLS, breaks off, or says nothing. */
function withoutGreeting({ outcome }: Exchange): TlsResult {
  const failed = (status: number, message: string): TlsResult => ({
    kind: 'failed',
    status,
    message,
    verifyResult: 0,
  });
  const openssl = (text: string) => failed(35, `OpenSSL/3.0.19: error:${text}`);
  if (outcome.kind === 'timeout') return failed(28, 'SSL connection timeout');
  if (outcome.kind === 'failed') return failed(35, 'Recv failure: Connection reset by peer');
  if (outcome.payload === undefined) return openssl('0A000126:SSL routines::unexpected eof while reading');
  const alert = tlsAlertOf(outcome.payload);
  if (alert?.description === 'internal error')
    return openssl('0A000438:SSL routines::tlsv1 alert internal error');
  if (alert) return openssl('0A000410:SSL routines::sslv3 alert handshake failure');
  return openssl('0A00010B:SSL routines::wrong version number');
}
