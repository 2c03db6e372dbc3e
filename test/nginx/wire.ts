import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Answer, comparableHeaders } from './answer.ts';
import { sentServerName, type WireRequest } from './scenario.ts';

const TIMEOUT_MS = 5000;

/** Sends the request's bytes to a real nginx, and reads what comes back. */
export async function nginxAnswer(
  asked: WireRequest,
  ports: { readonly http: number; readonly https: number },
): Promise<Answer> {
  const secure = asked.scheme === 'https';
  const port = secure ? ports.https : ports.http;
  const servername = sentServerName(asked);
  let certificate: string | undefined;
  const text = await new Promise<string>((resolve, reject) => {
    let socket: Socket;
    const begin = () => void socket.write(bytesOf(asked), 'latin1');
    if (secure && !asked.misdirected) {
      const tls = connectTls(
        {
          host: '127.0.0.1',
          port,
          rejectUnauthorized: false,
          ALPNProtocols: ['http/1.1'],
          ...(servername !== undefined && { servername }),
        },
        () => {
          certificate = String(tls.getPeerCertificate().subject?.CN);
          begin();
        },
      );
      socket = tls;
    } else socket = connectPlain(port, '127.0.0.1', begin);
    let received = '';
    socket.setEncoding('latin1');
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('nginx is silent')));
    socket.on('data', (chunk: string) => {
      received += chunk;
      if (isWhole(received, asked)) socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
  return read(text, certificate, asked);
}

function bytesOf({ method = 'GET', target, version = '1.1', host, headers = [], body }: WireRequest): string {
  return [
    `${method} ${target} HTTP/${version}`,
    ...(host === undefined ? [] : [`Host: ${host}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : [`Content-Length: ${body.length}`]),
    '',
    body ?? '',
  ].join('\r\n');
}

function split(text: string): { readonly head: readonly string[]; readonly body: string } | undefined {
  const end = text.indexOf('\r\n\r\n');
  return end < 0 ? undefined : { head: text.slice(0, end).split('\r\n'), body: text.slice(end + 4) };
}

function headerIn(head: readonly string[], name: string): string | undefined {
  const line = head.find((each) => each.toLowerCase().startsWith(`${name}:`));
  return line?.slice(line.indexOf(':') + 1).trim();
}

function isWhole(text: string, { method }: WireRequest): boolean {
  const parts = split(text);
  if (!parts) return false;
  if (method === 'HEAD') return true;
  const length = headerIn(parts.head, 'content-length');
  if (length !== undefined) return parts.body.length >= Number(length);
  return headerIn(parts.head, 'transfer-encoding') === 'chunked' && parts.body.endsWith('0\r\n\r\n');
}

function read(text: string, certificate: string | undefined, asked: WireRequest): Answer {
  const parts = split(text);
  if (!parts) throw new Error(`nginx sent no HTTP: ${JSON.stringify(text.slice(0, 200))}`);
  const { head } = parts;
  const body = headerIn(head, 'transfer-encoding') === 'chunked' ? unchunked(parts.body) : parts.body;
  const location = headerIn(head, 'location');
  const hsts = headerIn(head, 'strict-transport-security');
  const connection = headerIn(head, 'connection');
  const echo = headerIn(head, 'x-arrived');
  const known = new Set((asked.headers ?? []).map(([, value]) => value));
  const arrived = echo && JSON.parse(decodeURIComponent(echo));
  return {
    status: Number(head[0]!.split(' ')[1]),
    ...(certificate !== undefined && { certificate }),
    ...(location !== undefined && { location }),
    ...(hsts !== undefined && { hsts }),
    ...(connection !== undefined && { connection }),
    ...(arrived && { arrived: { ...arrived, headers: comparableHeaders(arrived.headers, known) } }),
    ...(!arrived && { page: body }),
  };
}

function unchunked(body: string): string {
  let whole = '';
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.slice(at, end), 16);
    if (!(size > 0)) break;
    whole += body.slice(end + 2, end + 2 + size);
    at = end + 2 + size + 2;
  }
  return whole;
}
