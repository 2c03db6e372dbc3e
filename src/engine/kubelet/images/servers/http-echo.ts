import { headerOf, httpResponse, type Program } from '../../../libc/index.ts';
import { httpDate, slashDate } from './dates.ts';
import { contentType, serveHttp, untilTerminated } from './http-server.ts';

/** hashicorp/http-echo: `-text`, `-listen :5678`, `-status-code`; logs each request. */
export const httpEcho: Program = function* (process) {
  const flag = (name: string, fallback: string): string => {
    const words = process.arguments;
    const at = words.findIndex((word) => word.replace(/^--?/, '').split('=', 1)[0] === name);
    if (at < 0) return fallback;
    const equals = words[at]!.indexOf('=');
    return equals >= 0 ? words[at]!.slice(equals + 1) : (words[at + 1] ?? fallback);
  };
  const stamp = () => slashDate(process.date());
  const text = flag('text', process.env.ECHO_TEXT ?? 'hello-world');
  const listen = flag('listen', ':5678');
  const colon = listen.lastIndexOf(':');
  const port = Number(listen.slice(colon + 1));
  const host = listen.slice(0, colon);
  const status = Number(flag('status-code', '200'));
  const error = serveHttp(process, {
    port,
    ...(host ? { address: host === 'localhost' ? '127.0.0.1' : host } : {}),
    answer: () =>
      httpResponse(
        status,
        [
          { name: 'X-App-Name', value: 'http-echo' },
          { name: 'X-App-Version', value: '1.0.0' },
          { name: 'Date', value: httpDate(process.date()) },
          contentType('text/plain; charset=utf-8'),
        ],
        `${text}\n`,
      ),
    log: ({ request, peer }, response) =>
      process.stdout(
        `${stamp()} ${headerOf(request, 'Host') ?? ''} ${peer.address}:${peer.port} "${request.method} ${request.path} HTTP/${request.version}" ${response.status} ${headerOf(response, 'Content-Length')} "${headerOf(request, 'User-Agent') ?? ''}" 24.156µs\n`,
      ),
  });
  if (error) {
    const why = error === 'EADDRINUSE' ? 'address already in use' : 'cannot assign requested address';
    process.stderr(`${stamp()} [ERR] server exited with error: listen tcp ${listen}: bind: ${why}\n`);
    return 127;
  }
  process.stdout(`${stamp()} [INFO] server is listening on ${listen}\n`);
  return yield* untilTerminated(0);
};
