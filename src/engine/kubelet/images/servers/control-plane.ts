import { type HttpResponse, httpResponse, type Program } from '../../../libc/index.ts';
import { contentType, serveHttp, untilTerminated } from './http-server.ts';
import { selfSignedChain } from './self-signed.ts';

interface Socket {
  readonly address: string;
  readonly port: number;
  /** Speaks TLS, with certificates that it makes for itself. */
  readonly tls?: boolean;
  /** Speaks TLS, with these. */
  readonly chain?: () => readonly Uint8Array[];
}

/** A component's health sockets: /healthz, /livez and /readyz say ok. */
export function componentServer(
  sockets: readonly Socket[],
  other: (path: string) => HttpResponse = notFound,
): Program {
  return function* (process) {
    for (const socket of sockets) {
      const { address, port } = socket;
      const chain = socket.tls ? selfSignedChain('localhost', process.date(), process.random) : socket.chain;
      const error = serveHttp(process, {
        address,
        port,
        ...(chain && { tls: chain }),
        answer: ({ request }) => {
          const path = request.path.split('?', 1)[0]!;
          return /^\/(healthz|livez|readyz)$/.test(path)
            ? httpResponse(200, [contentType('text/plain; charset=utf-8')], 'ok')
            : other(path);
        },
      });
      if (error) {
        process.stderr(`listen tcp ${address}:${port}: bind: address already in use\n`);
        return 1;
      }
    }
    return yield* untilTerminated(0);
  };
}

function notFound(): HttpResponse {
  return httpResponse(404, [contentType('text/plain; charset=utf-8')], '404 page not found\n');
}

/** The API server as an anonymous client sees it: health and version, and 403 for the rest. */
export function kubeApiserver(chain: () => readonly Uint8Array[]): Program {
  return componentServer([{ address: '0.0.0.0', port: 6443, chain }], (path) => {
    if (path === '/version') {
      const body = { major: '1', minor: '36', gitVersion: 'v1.36.3', platform: 'linux/amd64' };
      return httpResponse(200, [contentType('application/json')], JSON.stringify(body, null, 2));
    }
    const status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `forbidden: User "system:anonymous" cannot get path "${path}"`,
      reason: 'Forbidden',
      details: {},
      code: 403,
    };
    return httpResponse(403, [contentType('application/json')], JSON.stringify(status, null, 2));
  });
}

export const etcd: Program = function* (process) {
  const flag = process.arguments
    .find((word) => word.startsWith('--listen-client-urls='))
    ?.slice('--listen-client-urls='.length);
  const urls = (flag ?? 'http://127.0.0.1:2379').split(',').flatMap((url) => {
    const match = /^(https?):\/\/([^:/]+):(\d+)$/.exec(url);
    return match ? [{ address: match[2]!, port: Number(match[3]), tls: match[1] === 'https' }] : [];
  });
  return yield* componentServer(urls)(process);
};
