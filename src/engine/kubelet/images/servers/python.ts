import { httpResponse, instant, type Program, sleep } from '../../../libc/index.ts';
import { commonLogDate, httpDate } from './dates.ts';
import { findFile } from './file-server.ts';
import { contentType, serveHttp } from './http-server.ts';
import { typeOf } from './nginx.ts';

/** `python -m http.server [PORT] [--bind A] [--directory D]`; any other program is not simulated and says so. */
export const python: Program = function* (process) {
  const words = process.arguments.slice(1);
  const at = words.indexOf('-m');
  if (at < 0 || words[at + 1] !== 'http.server') return yield* otherProgram(process);
  const rest = words.slice(at + 2);
  const option = (...names: readonly string[]) =>
    rest.find((_, index) => names.includes(rest[index - 1] ?? ''));
  const port = Number(
    rest.find((word, index) => /^\d+$/.test(word) && !(rest[index - 1] ?? '').startsWith('-')) ?? 8000,
  );
  const root = option('--directory', '-d') ?? process.workingDirectory;
  const address = option('--bind', '-b') ?? '0.0.0.0';
  const stamp = () => commonLogDate(process.date()).replace(/:(\d\d:\d\d:\d\d) .*/, ' $1');
  const error = serveHttp(process, {
    port,
    address,
    answer({ request }) {
      const common = [
        { name: 'Server', value: 'SimpleHTTP/0.6 Python/3.14.2' },
        { name: 'Date', value: httpDate(process.date()) },
      ];
      const file = findFile(process, root, request.path);
      if (file) return httpResponse(200, [...common, contentType(typeOf(file.name))], file.text, '1.0');
      const names = process.readDirectory(root);
      if (request.path === '/' && names)
        return httpResponse(200, [...common, contentType('text/html; charset=utf-8')], listing(names), '1.0');
      return httpResponse(404, [...common, contentType('text/html;charset=utf-8')], NOT_FOUND, '1.0');
    },
    log: ({ request, peer }, response) => {
      if (response.status === 404)
        process.stderr(`${peer.address} - - [${stamp()}] code 404, message File not found\n`);
      process.stderr(
        `${peer.address} - - [${stamp()}] "${request.method} ${request.path} HTTP/${request.version}" ${response.status} -\n`,
      );
    },
  });
  if (error) {
    process.stderr('OSError: [Errno 98] Address already in use\n');
    return 1;
  }
  process.stdout(`Serving HTTP on ${address} port ${port} (http://${address}:${port}/) ...\n`);
  yield sleep(Number.POSITIVE_INFINITY);
  return 0;
};

const otherProgram = instant((process) => {
  if (process.arguments.length > 1) process.stderr('python: this program is not simulated\n');
  return process.arguments.length > 1 ? 1 : 0;
});

const NOT_FOUND = `<!DOCTYPE HTML>
<html lang="en">
    <head>
        <meta charset="utf-8">
        <title>Error response</title>
    </head>
    <body>
        <h1>Error response</h1>
        <p>Error code: 404</p>
        <p>Message: File not found.</p>
        <p>Error code explanation: 404 - Nothing matches the given URI.</p>
    </body>
</html>
`;

function listing(names: readonly string[]): string {
  const items = names.map((name) => `<li><a href="${name}">${name}</a></li>`).join('\n');
  return `<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Directory listing for /</title>\n</head>\n<body>\n<h1>Directory listing for /</h1>\n<hr>\n<ul>\n${items}\n</ul>\n<hr>\n</body>\n</html>\n`;
}
