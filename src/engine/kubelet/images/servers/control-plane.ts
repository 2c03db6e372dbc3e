import { type HttpResponse, httpResponse, type Program } from '../../../libc/index.ts';
import { contentType, serveHttp, untilTerminated } from './http-server.ts';

interface Socket {
  readonly address: string;
  readonly port: number;
  readonly tls?: boolean;
}

/** A component's health sockets: /healthz, /livez and /readyz say ok. */
export function componentServer(
  sockets: readonly Socket[],
  other: (path: string) => HttpResponse = notFound,
): Program {
  return function* (process) {
    for (const socket of sockets) {
      const error = serveHttp(process, {
        ...socket,
        answer: ({ request }) => {
          const path = request.path.split('?', 1)[0]!;
          return /^\/(healthz|livez|readyz)$/.test(path)
            ? httpResponse(200, [contentType('text/plain; charset=utf-8')], 'ok')
            : other(path);
        },
      });
      if (error) {
        process.stderr(`listen tcp ${socket.address}:${socket.port}: bind: address already in use\n`);
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
export const kubeApiserver: Program = componentServer(
  [{ address: '0.0.0.0', port: 6443, tls: true }],
  (path) => {
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
  },
);

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
