import { byteLength, httpResponse, type Program } from '../../../libc/index.ts';
import { httpDate, slashDate } from './dates.ts';
import { contentType, serveHttp, untilTerminated } from './http-server.ts';

/** hello-app of GoogleCloudPlatform/kubernetes-engine-samples: three lines of text on $PORT (8080), a line of log a request. */
export function helloApp(version: string): Program {
  return function* (process) {
    const port = Number(process.env.PORT ?? 8080);
    const log = (text: string) => process.stderr(`${slashDate(process.date())} ${text}\n`);
    log(`Server listening on port ${port}`);
    const error = serveHttp(process, {
      port,
      answer() {
        const body = `Hello, world!\nVersion: ${version}\nHostname: ${process.hostname}\n`;
        // In the order in which Go's net/http writes them.
        const headers = [
          { name: 'Date', value: httpDate(process.date()) },
          { name: 'Content-Length', value: String(byteLength(body)) },
          contentType('text/plain; charset=utf-8'),
        ];
        return httpResponse(200, headers, body);
      },
      log: ({ request }) => log(`Serving request: ${request.path.split('?')[0]}`),
    });
    if (error) {
      log(`listen tcp :${port}: bind: address already in use`);
      return 1;
    }
    return yield* untilTerminated(143);
  };
}
