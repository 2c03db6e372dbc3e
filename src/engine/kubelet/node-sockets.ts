import { httpPayload, httpRequestOf, httpResponse } from '../libc/index.ts';
import type { PacketNetwork } from '../linux/index.ts';

const API_PORT = 10250;
const HEALTH_PORT = 10248;

/** The kubelet's own sockets: its API, which wants a certificate, and its health on the loopback (pkg/kubelet/server). */
export function openNodeSockets(network: PacketNetwork, nodeName: string): { close(): void } {
  const text = { name: 'Content-Type', value: 'text/plain; charset=utf-8' };
  const api = network.listen(nodeName, {
    protocol: 'tcp',
    address: '0.0.0.0',
    port: API_PORT,
    process: 'kubelet',
    handler({ payload }) {
      const request = httpRequestOf(payload);
      if (!request) return {};
      if (!request.tls) {
        return {
          payload: httpPayload(
            httpResponse(400, [text], 'Client sent an HTTP request to an HTTPS server.\n', '1.0'),
          ),
        };
      }
      return { payload: httpPayload(httpResponse(401, [text], 'Unauthorized')) };
    },
  });
  const health = network.listen(nodeName, {
    protocol: 'tcp',
    address: '127.0.0.1',
    port: HEALTH_PORT,
    process: 'kubelet',
    handler: ({ payload }) => {
      const path = httpRequestOf(payload)?.path;
      if (path === undefined) return {};
      const response =
        path === '/healthz'
          ? httpResponse(200, [text], 'ok')
          : httpResponse(404, [text], '404 page not found\n');
      return { payload: httpPayload(response) };
    },
  });
  return {
    close() {
      if (api.ok) api.close();
      if (health.ok) health.close();
    },
  };
}
