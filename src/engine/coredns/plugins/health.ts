import { httpPayload, httpRequestOf, httpResponse, type Process } from '../../libc/index.ts';
import type { Plugin } from '../plugin.ts';

const DEFAULT_PORT = 8080;

/** `health [ADDRESS] { lameduck 5s }`: HTTP /health says OK while the process lives; SIGTERM is followed after the lameduck time. */
export const health: Plugin = {
  name: 'health',
  setup({ directive, process }) {
    const lameduck = directive.block.find(([name]) => name === 'lameduck')?.[1];
    const stop = serveStatus(process, portOf(directive.arguments[0], DEFAULT_PORT), '/health', () => ({
      status: 200,
      body: 'OK',
    }));
    return { lameduckMs: seconds(lameduck) * 1000, ...(stop && { stop }) };
  },
};

/** A small HTTP server of one path; answers how to close it, undefined when the port is taken. */
export function serveStatus(
  process: Process,
  port: number,
  path: string,
  answer: () => { readonly status: number; readonly body: string },
): (() => void) | undefined {
  const text = { name: 'Content-Type', value: 'text/plain; charset=utf-8' };
  const socket = process.listen({
    protocol: 'tcp',
    address: '0.0.0.0',
    port,
    handler({ payload }) {
      const request = httpRequestOf(payload);
      if (!request) return {};
      if (request.path.split('?', 1)[0] !== path)
        return { payload: httpPayload(httpResponse(404, [text], '404 page not found\n')) };
      const { status, body } = answer();
      return { payload: httpPayload(httpResponse(status, [text], body)) };
    },
  });
  return socket.ok ? socket.close : undefined;
}

/** The port of `:8080` or `localhost:8080`. */
export function portOf(address: string | undefined, fallback: number): number {
  const port = Number(address?.slice(address.lastIndexOf(':') + 1));
  return Number.isInteger(port) && port > 0 ? port : fallback;
}

/** A Go duration in seconds: `5s`, `1m`, `500ms`. */
export function seconds(duration: string | undefined): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(duration ?? '');
  if (!match) return 0;
  return Number(match[1]) * { ms: 0.001, s: 1, m: 60, h: 3600 }[(match[2] ?? 's') as 'ms' | 's' | 'm' | 'h'];
}
