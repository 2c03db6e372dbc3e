import {
  byteLength,
  type Exchange,
  getaddrinfo,
  type HttpHeader,
  type HttpRequest,
  type HttpResponse,
  httpPayload,
  httpRequest,
  httpResponseOf,
  serverHelloOf,
  textOf,
} from '../../../engine/index.ts';
import type { ParsedFlags } from '../../flags.ts';
import type { Process } from '../../process.ts';
import { trustedAuthorities } from '../tls/trust.ts';
import { curlTls } from './tls.ts';
import type { CurlUrl } from './url.ts';
import { type CurlWording, wordingOf } from './wording.ts';

/** One request and what came of it. `message` is what stands after `curl: (N) `. */
export type Transfer = {
  readonly timing: Timing;
  readonly place?: Place;
  /** What OpenSSL made of the certificate; 0: nothing wrong. */
  readonly verifyResult?: number;
  /** What curl says after it has closed the connection. */
  readonly goodbye?: string | undefined;
} & (
  | { readonly ok: true; readonly response: HttpResponse; readonly sent: readonly HttpHeader[] }
  | { readonly ok: false; readonly status: number; readonly message: string }
);

/** Virtual milliseconds since the transfer began. */
export interface Timing {
  readonly nameLookup: number;
  readonly connect: number;
  /** Absent: no TLS, or it was not reached. */
  readonly handshake?: number;
  readonly total: number;
}

export interface Place {
  readonly remote: string;
  readonly port: number;
  readonly local: string;
  readonly localPort: number;
}

export interface TransferOptions {
  readonly method: string;
  readonly headers: readonly HttpHeader[];
  readonly body: string;
  readonly version: '1.0' | '1.1';
  readonly note: (line: string) => void;
  readonly noteHeaders: (direction: '>' | '<', lines: readonly string[]) => void;
  readonly noteData: (direction: '{' | '}', bytes: number) => void;
}

/** Linux gives up on SYNs after about this long (tcp_syn_retries 6); curl itself after 300 s. */
const CURL_CONNECT_MS = 300_000;

/** Resolves, connects, asks: as libcurl's easy handle does, each in its own virtual time. */
export async function transfer(
  process: Process,
  url: CurlUrl,
  flags: ParsedFlags,
  options: TransferOptions,
): Promise<Transfer> {
  const { session, machine } = process;
  const { network, clock } = session.cluster;
  const begun = clock.now();
  const maxMs = milliseconds(flags.text('max-time'));
  const connectMs = milliseconds(flags.text('connect-timeout'));
  const target = redirected(flags, url);
  const request = (from: Parameters<typeof network.request>[0]) => network.request(from);

  const fixed = resolved(flags, target);
  const resolution = fixed
    ? {
        ok: true as const,
        addresses: fixed.map((address) => ({
          address,
          family: address.includes(':') ? (6 as const) : (4 as const),
        })),
        exchanges: [],
        elapsedMs: 0,
      }
    : getaddrinfo(
        { ...resolverHost(process), request },
        target.host,
        flags.has('ipv4') ? { family: 4 } : flags.has('ipv6') ? { family: 6 } : {},
      );
  session.record(resolution.exchanges);
  const limit = smaller(maxMs, connectMs ?? CURL_CONNECT_MS);
  if (resolution.elapsedMs > limit) {
    await process.sleep(limit);
    const message = `Resolving timed out after ${Math.round(limit)} milliseconds`;
    options.note(message);
    return fail(28, message, { nameLookup: 0, connect: 0, total: limit });
  }
  await process.sleep(resolution.elapsedMs);
  const nameLookup = resolution.elapsedMs;
  if (!resolution.ok || resolution.addresses.length === 0) {
    const message = `Could not resolve host: ${target.host}`;
    options.note(message);
    return fail(6, message, { nameLookup: 0, connect: 0, total: nameLookup });
  }

  const authorities = flags.has('insecure') ? [] : trustedAuthorities(process, flags.text('cacert'));
  if (url.scheme === 'https' && !authorities) {
    const file = flags.text('cacert')!;
    return fail(77, `error setting certificate file: ${file}`, { nameLookup, connect: 0, total: nameLookup });
  }
  const wording = wordingOf(machine.context.libc);
  const noteAll = (lines: readonly string[]) => {
    for (const line of lines) options.note(line);
  };
  noteAll(
    wording.resolved(
      target.host,
      target.port,
      resolution.addresses.map(({ address }) => address),
    ),
  );
  let last: Transfer | undefined;
  for (const { address } of resolution.addresses) {
    options.note(`  Trying ${address.includes(':') ? `[${address}]` : address}:${target.port}...`);
    const spent = clock.now() - begun;
    const source = flags.text('interface');
    const sourcePort = flags.number('local-port');
    const secure =
      url.scheme === 'https'
        ? curlTls(process, url, flags, authorities ?? [], (version) => makeRequest(url, options, version))
        : undefined;
    const plain = makeRequest(url, options, options.version);
    const exchange = network.request({
      netns: machine.context.netns,
      process: 'curl',
      protocol: 'tcp',
      destination: { address, port: target.port },
      ...(secure?.request ?? { payload: httpPayload(plain) }),
      ...(connectMs !== undefined || maxMs !== undefined
        ? { connectTimeoutMs: Math.max(1, smaller(maxMs, connectMs ?? CURL_CONNECT_MS) - spent) }
        : {}),
      ...(maxMs !== undefined && { timeoutMs: Math.max(1, maxMs - spent) }),
      ...(source && /^[\d.]+$/.test(source) && { source }),
      ...(sourcePort !== undefined && { sourcePort }),
    });
    session.record([exchange]);
    await process.sleep(exchange.elapsedMs);
    const timing: Timing = {
      nameLookup,
      connect: nameLookup + connectedAt(exchange),
      ...(secure?.heard() && { handshake: nameLookup + greetedAt(exchange) }),
      total: clock.now() - begun,
    };
    const place: Place = {
      remote: address,
      port: target.port,
      local: exchange.client.address,
      localPort: exchange.client.port,
    };
    const connected = isConnected(exchange);
    const connection = { ...place, host: target.host };
    if (connected) noteAll(wording.connected(connection));
    const handshake = connected ? secure?.finish(exchange, options) : undefined;
    if (handshake?.kind === 'failed') {
      if (!/^SSL_/.test(handshake.message)) options.note(handshake.message);
      const { status, message, goodbye, verifyResult } = handshake;
      return { ...fail(status, message, timing, place), goodbye, verifyResult };
    }
    const request = handshake?.request ?? plain;
    const http2 = request.version === '2';
    if (connected) {
      noteAll(wording.ready(connection, request.version));
      const name = (text: string) => (http2 && text !== 'Host' ? text.toLowerCase() : text);
      options.noteHeaders('>', [
        `${options.method} ${url.path} HTTP/${request.version}`,
        ...request.headers.map((header) => `${name(header.name)}: ${header.value}`),
      ]);
      if (options.body !== '') options.noteData('}', byteLength(options.body));
      noteAll(wording.sent(byteLength(options.body)));
    }
    const { outcome } = exchange;
    if (outcome.kind === 'replied') {
      const response = httpResponseOf(outcome.payload);
      const verifyResult = handshake?.verifyResult ?? 0;
      if (response) return { ok: true, response, sent: request.headers, timing, place, verifyResult };
      if (outcome.payload === undefined || serverHelloOf(outcome.payload)) {
        options.note('Empty reply from server');
        return fail(52, 'Empty reply from server', timing, place);
      }
      if (textOf(outcome.payload) !== undefined)
        return fail(1, 'Received HTTP/0.9 when not allowed', timing, place);
      return fail(56, 'Recv failure: Connection reset by peer', timing, place);
    }
    const problem = connected
      ? afterConnection(exchange, timing, maxMs)
      : duringConnection(exchange, connection, timing, { maxMs, connectMs }, wording);
    if (problem.why) options.note(problem.why);
    last = fail(problem.status, problem.message, timing, place);
    if (connected || problem.final) break;
  }
  if (last && !last.ok && !/^(?:Recv|Operation|Empty)/.test(last.message)) options.note(last.message);
  return last!;
}

function fail(status: number, message: string, timing: Timing, place?: Place): Transfer {
  return { ok: false, status, message, timing, ...(place && { place }) };
}

export function resolverHost(process: Process) {
  const { context } = process.machine;
  return {
    netns: context.netns,
    process: process.name,
    libc: context.libc,
    readFile: (path: string) => context.readFile(path),
  };
}

function milliseconds(seconds: string | undefined): number | undefined {
  const value = Number(seconds);
  return seconds === undefined || value === 0 ? undefined : value * 1000;
}

function smaller(a: number | undefined, b: number): number {
  return a === undefined ? b : Math.min(a, b);
}

/** --connect-to HOST1:PORT1:HOST2:PORT2 */
function redirected(flags: ParsedFlags, url: CurlUrl): { readonly host: string; readonly port: number } {
  for (const rule of flags.list('connect-to')) {
    const [host, port, host2, port2] = rule.split(':');
    if ((host === '' || host === url.host) && (port === '' || Number(port) === url.port))
      return { host: host2 || url.host, port: Number(port2) || url.port };
  }
  return { host: url.host, port: url.port };
}

/** --resolve HOST:PORT:ADDRESS[,ADDRESS…] */
function resolved(
  flags: ParsedFlags,
  target: { readonly host: string; readonly port: number },
): readonly string[] | undefined {
  for (const rule of flags.list('resolve')) {
    const match = /^\+?([^:]+):(\d+):(.+)$/.exec(rule);
    if (match && (match[1] === '*' || match[1] === target.host) && Number(match[2]) === target.port)
      return match[3]!.split(',').map((one) => one.replace(/^\[|\]$/g, ''));
  }
  return undefined;
}

function makeRequest(
  url: CurlUrl,
  { method, headers, body }: TransferOptions,
  version: HttpRequest['version'],
): HttpRequest {
  return httpRequest({ method, path: url.path, version, headers, body });
}

function isConnected({ packets }: Exchange): boolean {
  return packets.some(({ direction, label }) => direction === 'back' && /SYN/.test(label));
}

/** When the server's part of the TLS handshake was there. */
function greetedAt({ packets, elapsedMs }: Exchange): number {
  return packets.filter(({ direction }) => direction === 'back')[1]?.at ?? elapsedMs;
}

function connectedAt({ packets, elapsedMs }: Exchange): number {
  return packets.find(({ direction }) => direction === 'back')?.at ?? elapsedMs;
}

const ERRNO_TEXT: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
  ETIMEDOUT: 'Connection timed out',
  ECONNRESET: 'Connection reset by peer',
  EPERM: 'Operation not permitted',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EMSGSIZE: 'Message too long',
  ENOPROTOOPT: 'Protocol not available',
};

export function errnoText(errno: string): string {
  return ERRNO_TEXT[errno] ?? errno;
}

interface Problem {
  readonly status: number;
  readonly message: string;
  readonly why?: string;
  /** Other addresses are not tried. */
  readonly final?: boolean;
}

function duringConnection(
  { outcome }: Exchange,
  connection: Place & { readonly host: string },
  timing: Timing,
  limits: { readonly maxMs: number | undefined; readonly connectMs: number | undefined },
  wording: CurlWording,
): Problem {
  const after = Math.round(timing.total);
  const failed = (why: string) =>
    `Failed to connect to ${connection.host} port ${connection.port} after ${after} ms: ${why}`;
  if (outcome.kind === 'failed') {
    return {
      status: outcome.errno === 'ETIMEDOUT' ? 28 : 7,
      message: failed(wording.notConnected),
      why: wording.refused(connection, errnoText(outcome.errno)),
    };
  }
  const byTotal =
    limits.maxMs !== undefined && (limits.connectMs === undefined || limits.maxMs <= limits.connectMs);
  if (byTotal)
    return { status: 28, message: `Connection timed out after ${after} milliseconds`, final: true };
  return {
    status: 28,
    message: failed('Timeout was reached'),
    why: `ipv4 connect timeout after ${Math.round(limits.connectMs ?? CURL_CONNECT_MS)}ms, move on!`,
    final: true,
  };
}

function afterConnection({ outcome }: Exchange, timing: Timing, maxMs: number | undefined): Problem {
  if (outcome.kind === 'failed') {
    return outcome.errno === 'ETIMEDOUT'
      ? {
          status: 28,
          message: 'Recv failure: Connection timed out',
          why: 'Recv failure: Connection timed out',
        }
      : {
          status: 56,
          message: `Recv failure: ${errnoText(outcome.errno)}`,
          why: `Recv failure: ${errnoText(outcome.errno)}`,
        };
  }
  const message = `Operation timed out after ${Math.round(maxMs ?? timing.total)} milliseconds with 0 bytes received`;
  return { status: 28, message, why: message };
}
