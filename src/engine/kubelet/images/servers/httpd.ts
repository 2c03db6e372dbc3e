import { headerOf, httpResponse, type Program } from '../../../libc/index.ts';
import { commonLogDate, httpDate } from './dates.ts';
import { findFile } from './file-server.ts';
import { contentType, serveHttp, untilTerminated } from './http-server.ts';
import { typeOf } from './nginx.ts';

const ROOT = '/usr/local/apache2/htdocs';
const SERVER = 'Apache/2.4.66 (Unix)';

export const APACHE_FILES: Readonly<Record<string, string>> = {
  [`${ROOT}/index.html`]: '<html><body><h1>It works!</h1></body></html>\n',
};

/** Apache httpd: files of htdocs on port 80, a log line a request in the common format. */
export const httpd: Program = function* (process) {
  const error = serveHttp(process, {
    port: 80,
    answer({ request }) {
      const common = [
        { name: 'Date', value: httpDate(process.date()) },
        { name: 'Server', value: SERVER },
      ];
      const file = findFile(process, ROOT, request.path);
      if (file) return httpResponse(200, [...common, contentType(typeOf(file.name))], file.text);
      const body =
        '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>404 Not Found</title>\n</head><body>\n<h1>Not Found</h1>\n<p>The requested URL was not found on this server.</p>\n</body></html>\n';
      return httpResponse(404, [...common, contentType('text/html; charset=iso-8859-1')], body);
    },
    log: ({ request, peer }, response) =>
      process.stdout(
        `${peer.address} - - [${commonLogDate(process.date())}] "${request.method} ${request.path} HTTP/${request.version}" ${response.status} ${headerOf(response, 'Content-Length')}\n`,
      ),
  });
  if (error) {
    process.stderr(
      '(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:80\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n',
    );
    return 1;
  }
  const [address = '127.0.0.1'] = process.addresses;
  process.stderr(
    `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${address}. Set the 'ServerName' directive globally to suppress this message\n`,
  );
  return yield* untilTerminated(0);
};
