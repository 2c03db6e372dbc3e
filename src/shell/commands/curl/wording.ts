import type { HttpRequest } from '../../../engine/index.ts';

/** One connection, as `curl -v` tells of it. */
interface Connection {
  readonly host: string;
  readonly remote: string;
  readonly port: number;
  readonly local: string;
  readonly localPort: number;
}

/** What `curl -v` says of connections, which changed from 7 to 8: lines without their `* `. */
export interface CurlWording {
  resolved(host: string, port: number, addresses: readonly string[]): readonly string[];
  /** Said of the TCP connection before the TLS handshake. */
  connected(connection: Connection): readonly string[];
  /** Said before the request, when everything below HTTP is there. */
  ready(connection: Connection, http: HttpRequest['version']): readonly string[];
  /** Said behind the request: `bytes` of body. */
  sent(bytes: number): readonly string[];
  refused(connection: Connection, why: string): string;
  readonly notConnected: string;
  readonly closing: string;
  intact(host: string, port: number): string;
}

/** 7.88.1, measured. */
const CURL_7: CurlWording = {
  resolved: () => [],
  connected: ({ host, remote, port }) => [`Connected to ${host} (${remote}) port ${port} (#0)`],
  ready: () => [],
  sent: () => [],
  refused: ({ remote, port }, why) => `connect to ${remote} port ${port} failed: ${why}`,
  notConnected: "Couldn't connect to server",
  closing: 'Closing connection 0',
  intact: (host) => `Connection #0 to host ${host} left intact`,
};

/** 8.19.0: lib/hostip.c, cfilters.c, http.c, request.c, cf-socket.c, strerror.c, conncache.c, multi.c. */
const CURL_8: CurlWording = {
  resolved(host, port, addresses) {
    const family = (name: string, colon: boolean) =>
      `${name}: ${addresses.filter((address) => address.includes(':') === colon).join(', ') || '(none)'}`;
    if (/^[\d.]+$|:/.test(host)) return [];
    return [`Host ${host}:${port} was resolved.`, family('IPv6', true), family('IPv4', false)];
  },
  connected: () => [],
  ready: ({ host, remote, port, local, localPort }, http) => [
    `Established connection to ${host} (${remote} port ${port}) from ${local} port ${localPort} `,
    // Of HTTP/2 the handshake's own lines have told.
    ...(http === '2' ? [] : ['using HTTP/1.x']),
  ],
  sent: (bytes) => [bytes > 0 ? `upload completely sent off: ${bytes} bytes` : 'Request completely sent off'],
  refused: ({ remote, port, local, localPort }, why) =>
    `connect to ${remote} port ${port} from ${local} port ${localPort} failed: ${why}`,
  notConnected: 'Could not connect to server',
  closing: 'closing connection #0',
  intact: (host, port) => `Connection #0 to host ${host}:${port} left intact`,
};

/** Debian 12's images have curl 7, the Alpine ones curl 8. */
export function wordingOf(libc: 'glibc' | 'musl'): CurlWording {
  return libc === 'musl' ? CURL_8 : CURL_7;
}
