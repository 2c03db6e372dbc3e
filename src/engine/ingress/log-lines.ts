import { byteLength, type HttpRequest, type HttpResponse, headerOf, startLine } from '../libc/index.ts';
import type { ControllerMessage } from './configuration.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** One try of an endpoint, for the access log. */
export interface Attempt {
  /** `100.96.1.2:8080` */
  readonly address: string;
  readonly status: number;
  readonly bytes: number;
  readonly seconds: number;
}

export interface AccessEntry {
  readonly clientAddress: string;
  readonly dateMs: number;
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  readonly seconds: number;
  /** `-` before an upstream was chosen. */
  readonly upstream: string;
  readonly canary: string;
  readonly attempts: readonly Attempt[];
  readonly requestId: string;
}

/** A line of the access log in the controller's own format, `log-format-upstream` (controller/config/config.go, v1.15). */
export function accessLine(entry: AccessEntry): string {
  const { request, response, attempts } = entry;
  const list = (of: (attempt: Attempt) => string) =>
    attempts.length > 0 ? attempts.map(of).join(', ') : '-';
  const head = request.headers.map(({ name, value }) => `${name}: ${value}\r\n`).join('');
  const length = byteLength(`${startLine(request)}\r\n${head}\r\n${request.body}`);
  const quoted = (name: string) => `"${headerOf(request, name) ?? '-'}"`;
  return [
    `${entry.clientAddress} - - [${commonLogDate(entry.dateMs)}] "${requestLine(request)}"`,
    `${response.status} ${request.method === 'HEAD' ? 0 : byteLength(response.body)}`,
    `${quoted('referer')} ${quoted('user-agent')} ${length} ${entry.seconds.toFixed(3)}`,
    `[${entry.upstream}] [${entry.canary}] ${list(({ address }) => address)}`,
    `${list(({ bytes }) => String(bytes))} ${list(({ seconds }) => seconds.toFixed(3))}`,
    `${list(({ status }) => String(status))} ${entry.requestId}\n`,
  ].join(' ');
}

/** nginx writes `HTTP/2.0`. */
function requestLine(request: HttpRequest): string {
  return startLine(request).replace(/ HTTP\/2$/, ' HTTP/2.0');
}

/** A line of the controller's own log, as klog writes it: `I0101 00:00:05.000000       7 controller.go:196] …`. */
export function klogLine({ level, at, text }: ControllerMessage, dateMs: number): string {
  const iso = new Date(dateMs).toISOString();
  const micros = `${iso.slice(11, 23)}000`;
  return `${level}${iso.slice(5, 7)}${iso.slice(8, 10)} ${micros}       7 ${at}] ${text}\n`;
}

/** A line of nginx's error log. */
export function errorLine(dateMs: number, text: string): string {
  const iso = new Date(dateMs).toISOString();
  return `${iso.slice(0, 10).replaceAll('-', '/')} ${iso.slice(11, 19)} [error] 33#33: ${text}\n`;
}

function commonLogDate(dateMs: number): string {
  const iso = new Date(dateMs).toISOString();
  const month = MONTHS[Number(iso.slice(5, 7)) - 1];
  return `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}
