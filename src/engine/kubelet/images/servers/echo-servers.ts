import { allVariables, headerOf, httpResponse, type Program } from '../../../libc/index.ts';
import { commonLogDate } from './dates.ts';
import { contentType, serveHttp, untilTerminated } from './http-server.ts';

/** registry.k8s.io/echoserver (nginx and Lua): the request as text. */
export const echoServer: Program = function* (process) {
  const error = serveHttp(process, {
    port: 8080,
    answer({ request, peer, local }) {
      const own = [...request.headers]
        .map(({ name, value }) => [name.toLowerCase(), value] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1));
      const info = (label: string, name: string) =>
        process.env[name] && `\t${label}:\t${process.env[name]}\n`;
      const podInformation = [
        info('node name', 'NODE_NAME'),
        info('pod name', 'POD_NAME'),
        info('pod namespace', 'POD_NAMESPACE'),
        info('pod IP', 'POD_IP'),
      ].join('');
      const body = `

Hostname: ${process.hostname}

Pod Information:
${podInformation || '\t-no pod information available-\n'}
Server values:
	server_version=nginx: 1.14.2 - lua: 10015

Request Information:
	client_address=${peer.address}
	method=${request.method}
	real path=${request.path}
	query=${request.path.split('?')[1] ?? ''}
	request_version=${request.version}
	request_scheme=http
	request_uri=http://${headerOf(request, 'Host')?.split(':')[0] ?? local.address}:8080${request.path}

Request Headers:
${own.map(([name, value]) => `\t${name}=${value}\n`).join('')}
Request Body:
${request.body || '\t-no body in request-\n'}
`;
      return httpResponse(200, [{ name: 'Server', value: 'echoserver' }, contentType('text/plain')], body);
    },
    log: ({ request, peer }, response) =>
      process.stdout(
        `${peer.address} - - [${commonLogDate(process.date())}] "${request.method} ${request.path} HTTP/${request.version}" ${response.status} ${headerOf(response, 'Content-Length')} "-" "${headerOf(request, 'User-Agent') ?? '-'}"\n`,
      ),
  });
  if (error) {
    process.stderr('nginx: [emerg] bind() to 0.0.0.0:8080 failed (98: Address already in use)\n');
    return 1;
  }
  return yield* untilTerminated(0);
};

/** ealen/echo-server: host, http and request as JSON. */
export const ealenEchoServer: Program = function* (process) {
  const port = Number(process.env.PORT ?? 80);
  const error = serveHttp(process, {
    port,
    answer({ request, peer }) {
      const [path = '/', query = ''] = request.path.split('?');
      const body = {
        host: {
          hostname: headerOf(request, 'Host')?.split(':')[0] ?? '',
          ip: `::ffff:${peer.address}`,
          ips: [],
        },
        http: { method: request.method, baseUrl: '', originalUrl: request.path, protocol: 'http' },
        request: {
          params: { 0: path },
          query: Object.fromEntries(
            query
              .split('&')
              .filter(Boolean)
              .map((pair) => pair.split('=', 2) as [string, string]),
          ),
          cookies: {},
          body: request.body ? request.body : {},
          headers: Object.fromEntries(request.headers.map(({ name, value }) => [name.toLowerCase(), value])),
        },
        environment: allVariables(process.env),
      };
      return httpResponse(200, [contentType('application/json; charset=utf-8')], JSON.stringify(body));
    },
  });
  if (error) {
    process.stderr(`Error: listen EADDRINUSE: address already in use :::${port}\n`);
    return 1;
  }
  process.stdout(`Listening on port ${port}.\n`);
  return yield* untilTerminated(0);
};
