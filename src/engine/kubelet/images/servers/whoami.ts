import { httpResponse, type Program } from '../../../libc/index.ts';
import { httpDate } from './dates.ts';
import { contentType, serveHttp, untilTerminated } from './http-server.ts';

/** traefik/whoami: hostname, addresses and the request as it arrived; `/api` as JSON, `/health`. */
export const whoami: Program = function* (process) {
  const words = process.arguments;
  const at = words.findIndex((word) => /^--?port(=|$)/.test(word));
  const flag = at < 0 ? undefined : (words[at]!.split('=')[1] ?? words[at + 1]);
  const port = Number((flag ?? process.env.WHOAMI_PORT_NUMBER ?? '80').replace(':', ''));
  const name = process.env.WHOAMI_NAME;
  const error = serveHttp(process, {
    port,
    answer({ request, peer }) {
      const headers = [...request.headers]
        .filter(({ name: header }) => header.toLowerCase() !== 'host')
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const host = request.headers.find(({ name: header }) => header.toLowerCase() === 'host')?.value ?? '';
      const common = [{ name: 'Date', value: httpDate(process.date()) }];
      const path = request.path.split('?', 1)[0];
      if (path === '/health') return httpResponse(200, common);
      if (path === '/api') {
        const body = {
          hostname: process.hostname,
          ip: ['127.0.0.1', '::1', ...process.addresses],
          headers: Object.fromEntries(headers.map((header) => [header.name, [header.value]])),
          url: request.path,
          host,
          method: request.method,
          ...(name && { name }),
          remoteAddr: `${peer.address}:${peer.port}`,
        };
        return httpResponse(200, [contentType('application/json'), ...common], `${JSON.stringify(body)}\n`);
      }
      const lines = [
        ...(name ? [`Name: ${name}`] : []),
        `Hostname: ${process.hostname}`,
        ...['127.0.0.1', '::1', ...process.addresses].map((address) => `IP: ${address}`),
        `RemoteAddr: ${peer.address}:${peer.port}`,
        `${request.method} ${request.path} HTTP/1.1`,
        `Host: ${host}`,
        ...headers.map((header) => `${header.name}: ${header.value}`),
      ];
      return httpResponse(
        200,
        [...common, contentType('text/plain; charset=utf-8')],
        `${lines.join('\n')}\n\n`,
      );
    },
  });
  const stamp = new Date(process.date()).toISOString().slice(0, 19).replace('T', ' ').replaceAll('-', '/');
  if (error) {
    process.stderr(`${stamp} listen tcp :${port}: bind: address already in use\n`);
    return 1;
  }
  process.stdout(`${stamp} Starting up on port ${port}\n`);
  return yield* untilTerminated(143);
};
