import { answerTls, httpPayload, httpRequestOf, httpResponse, inVersion } from '../libc/index.ts';
import type { PacketNetwork } from '../linux/index.ts';
import { plainRequest } from './images/servers/http-server.ts';

const API_PORT = 10250;
const HEALTH_PORT = 10248;

/** The kubelet's own sockets: its API, which wants a certificate, and its health on the loopback (pkg/kubelet/server). */
export function openNodeSockets(
  network: PacketNetwork,
  nodeName: string,
  /** In DER: what its API shows. */
  chain: () => readonly Uint8Array[],
): { close(): void } {
  const text = { name: 'Content-Type', value: 'text/plain; charset=utf-8' };
  const api = network.listen(nodeName, {
    protocol: 'tcp',
    address: '0.0.0.0',
    port: API_PORT,
    process: 'kubelet',
    handler({ payload }) {
      const greeted = answerTls(payload, { chain, cipher: 'TLS_AES_128_GCM_SHA256' });
      if (greeted) return greeted;
      const request = httpRequestOf(payload);
      if (!request) return {};
      if (!request.tls) return { payload: httpPayload(plainRequest()) };
      const answer = httpResponse(401, [text], 'Unauthorized');
      return { payload: httpPayload(inVersion(answer, request.version)) };
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
