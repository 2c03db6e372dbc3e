import { httpPayload, httpRequestOf, httpResponse, type Program, textPayload } from '../../../libc/index.ts';
import { contentType, untilTerminated } from './http-server.ts';

/**
 * An image that the table does not know: it listens on the ports that its pod declares, answers HTTP with its own
 * hostname, and repeats anything else. The page says that it is this, and not the real program.
 */
export const generic: Program = function* (process) {
  for (const { port, protocol } of process.declaredPorts) {
    const socket = process.listen({
      protocol,
      address: '0.0.0.0',
      port,
      handler({ payload }) {
        if (httpRequestOf(payload)) {
          return {
            payload: httpPayload(
              httpResponse(200, [contentType('text/plain; charset=utf-8')], `${process.hostname}\n`),
            ),
          };
        }
        return payload ? { payload: textPayload(payload.summary) } : {};
      },
    });
    if (!socket.ok) {
      process.stderr(`listen ${protocol} 0.0.0.0:${port}: bind: address already in use\n`);
      return 1;
    }
  }
  return yield* untilTerminated(143);
};
