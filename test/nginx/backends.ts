import { createServer, type Server } from 'node:http';
import type { Backends } from './objects.ts';

/** Small servers that answer with the request that they got, as JSON: one for each address. */
export async function openBackends(backends: Backends, port: number): Promise<{ close(): Promise<void> }> {
  const servers: Server[] = [];
  for (const [address, service] of backends) {
    const server = createServer({ requireHostHeader: false }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const headers = Array.from({ length: request.rawHeaders.length / 2 }, (_, index) => [
          request.rawHeaders[index * 2],
          request.rawHeaders[index * 2 + 1],
        ]);
        const { method, url, httpVersion } = request;
        const body = Buffer.concat(chunks).toString('latin1');
        const arrived = JSON.stringify({ service, method, target: url, version: httpVersion, headers, body });
        // In a header, which the answer to HEAD has too.
        response.setHeader('X-Arrived', encodeURIComponent(arrived));
        response.end('echo');
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, address, resolve);
    });
    servers.push(server);
  }
  return {
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise<void>((resolve) => server.close(() => resolve()));
      }
    },
  };
}
