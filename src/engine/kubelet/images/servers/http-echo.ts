import { headerOf, httpResponse, type Program } from '../../../libc/index.ts';
import { httpDate, slashDate } from './dates.ts';
import { contentType, serveHttp, untilTerminated } from './http-server.ts';

/** hashicorp/http-echo 1.0.0 (main.go, handlers.go): `-text`, `-listen :5678`, `-status-code`; logs each request but `/health`. */
export const httpEcho: Program = function* (process) {
  const flag = (name: string, fallback: string): string => {
    const words = process.arguments;
    const at = words.findIndex((word) => word.replace(/^--?/, '').split('=', 1)[0] === name);
    if (at < 0) return fallback;
    const equals = words[at]!.indexOf('=');
    return equals >= 0 ? words[at]!.slice(equals + 1) : (words[at + 1] ?? fallback);
  };
  const stamp = () => slashDate(process.date());
  // The image itself sets ECHO_TEXT=hello-world.
  const text = flag('text', '') || (process.env.ECHO_TEXT ?? 'hello-world');
  if (text === '') {
    process.stderr('Missing -text option or ECHO_TEXT env var!\n');
    return 127;
  }
  const listen = flag('listen', ':5678');
  const colon = listen.lastIndexOf(':');
  const port = Number(listen.slice(colon + 1));
  const host = listen.slice(0, colon);
  const status = Number(flag('status-code', '200'));
  const isHealth = (path: string) => path.split('?', 1)[0] === '/health';
  // It says so before it has asked for the port.
  process.stderr(`${stamp()} [INFO] server is listening on ${listen}\n`);
  const error = serveHttp(process, {
    port,
    ...(host ? { address: host === 'localhost' ? '127.0.0.1' : host } : {}),
    answer: ({ request }) =>
      httpResponse(
        isHealth(request.path) ? 200 : status,
        [
          { name: 'X-App-Name', value: 'http-echo' },
          { name: 'X-App-Version', value: '1.0.0' },
          { name: 'Date', value: httpDate(process.date()) },
          contentType('text/plain; charset=utf-8'),
        ],
        isHealth(request.path) ? '{"status":"ok"}\n' : `${text}\n`,
      ),
    log: ({ request, peer }, response) =>
      isHealth(request.path) ||
      process.stdout(
        `${stamp()} ${headerOf(request, 'Host') ?? ''} ${peer.address}:${peer.port} "${request.method} ${request.path} HTTP/${request.version}" ${response.status} ${headerOf(response, 'Content-Length')} "${headerOf(request, 'User-Agent') ?? ''}" 24.156µs\n`,
      ),
  });
  if (error) {
    const why = error === 'EADDRINUSE' ? 'address already in use' : 'cannot assign requested address';
    process.stderr(`${stamp()} [ERR] server exited with: listen tcp ${listen}: bind: ${why}\n`);
    return 1;
  }
  const ended = yield* untilTerminated(2);
  process.stderr(`${stamp()} [INFO] received interrupt, shutting down...\n`);
  return ended;
};
