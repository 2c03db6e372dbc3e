import { httpResponse, type Program, sleep } from '../../../libc/index.ts';
import { findFile } from './file-server.ts';
import { contentType, serveHttp } from './http-server.ts';
import { typeOf } from './nginx.ts';

/** `httpd -f -p 8080 -h /www` of busybox. It has no handler for SIGTERM. Without -f it would go to the background and end. */
export const busyboxHttpd: Program = function* (process) {
  const words = process.arguments;
  const value = (flag: string) => words[words.indexOf(flag) + 1];
  const port = words.includes('-p') ? Number(value('-p')!.split(':').at(-1)) : 80;
  const root = words.includes('-h') ? value('-h')! : process.workingDirectory;
  const error = serveHttp(process, {
    port,
    answer({ request }) {
      const file = findFile(process, root, request.path);
      if (file) return httpResponse(200, [contentType(typeOf(file.name))], file.text);
      return httpResponse(
        404,
        [contentType('text/html')],
        '<HTML><HEAD><TITLE>404 Not Found</TITLE></HEAD>\n<BODY><H1>404 Not Found</H1>\nThe requested URL was not found\n</BODY></HTML>\n',
      );
    },
  });
  if (error) {
    process.stderr('httpd: bind: Address already in use\n');
    return 1;
  }
  if (!words.some((word) => /^-\w*f/.test(word))) return 0;
  yield sleep(Number.POSITIVE_INFINITY);
  return 0;
};
