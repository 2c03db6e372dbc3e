import type { HttpHeader, Program } from '../../../libc/index.ts';
import { VERIFY_ERRORS } from '../../../x509/index.ts';
import { fetch } from './fetch.ts';
import { parseHttpUrl } from './url.ts';

interface Options {
  readonly urls: readonly string[];
  readonly headers: readonly HttpHeader[];
  readonly method: string | undefined;
  readonly body: string | undefined;
  readonly timeoutMs: number | undefined;
  readonly flags: ReadonlySet<string>;
  readonly writeOut: string | undefined;
  /** `any` after -k. */
  readonly authorities: string | undefined;
}

/** curl inside a container's command or probe: `-s -f -o -w -X -H -d -m --connect-timeout -k -L -i -I`. */
export const curl: Program = function* (process) {
  const options = parse(process.arguments.slice(1));
  if (options.urls.length === 0) {
    process.stderr(
      "curl: (2) no URL specified\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
    );
    return 2;
  }
  let status = 0;
  for (const text of options.urls) {
    const url = parseHttpUrl(text);
    const complain = (code: number, message: string) => {
      if (!options.flags.has('s') || options.flags.has('S')) process.stderr(`curl: (${code}) ${message}\n`);
      status = code;
    };
    if (!url) {
      complain(3, 'URL rejected: Malformed input to a URL function');
      continue;
    }
    const result = yield* fetch(process, url, {
      method:
        options.method ?? (options.flags.has('I') ? 'HEAD' : options.body === undefined ? 'GET' : 'POST'),
      headers: [
        { name: 'User-Agent', value: 'curl/8.19.0' },
        { name: 'Accept', value: '*/*' },
        ...options.headers,
      ],
      ...(options.body !== undefined && { body: options.body }),
      ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
      ...(options.authorities !== undefined && { authorities: options.authorities }),
    });
    if (result.kind === 'untrusted')
      complain(
        60,
        result.error === undefined
          ? `SSL: no alternative certificate subject name matches target host name '${url.host}'`
          : `SSL certificate problem: ${VERIFY_ERRORS[result.error]}`,
      );
    else if (result.kind === 'not-tls')
      complain(35, 'TLS connect error: error:0A0000C6:SSL routines::packet length too long');
    else if (result.kind === 'unresolved') complain(6, `Could not resolve host: ${url.host}`);
    else if (result.kind === 'failed' && result.outcome.kind === 'timeout')
      complain(28, 'Connection timed out');
    else if (result.kind === 'failed')
      complain(
        7,
        `Failed to connect to ${url.host} port ${url.port} after 0 ms: Could not connect to server`,
      );
    else if (options.flags.has('f') && result.response.status >= 400)
      complain(22, `The requested URL returned error: ${result.response.status}`);
    else {
      if (!options.flags.has('o')) process.stdout(result.response.body);
      if (options.writeOut)
        process.stdout(
          options.writeOut.replaceAll('%{http_code}', String(result.response.status)).replaceAll('\\n', '\n'),
        );
    }
  }
  return status;
};

const WITH_VALUE = new Set([
  '-o',
  '-w',
  '-X',
  '-H',
  '-d',
  '-m',
  '-A',
  '--output',
  '--write-out',
  '--request',
  '--header',
  '--data',
  '--max-time',
  '--connect-timeout',
  '--retry',
  '--user-agent',
  '--cacert',
]);

function parse(words: readonly string[]): Options {
  const urls: string[] = [];
  const headers: HttpHeader[] = [];
  const flags = new Set<string>();
  let method: string | undefined;
  let body: string | undefined;
  let timeoutMs: number | undefined;
  let writeOut: string | undefined;
  let authorities: string | undefined;
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (!word.startsWith('-')) {
      urls.push(word);
      continue;
    }
    // In a bundle of short flags the last may take a value: -so /dev/null.
    const last = word.startsWith('--') ? word : `-${word.at(-1)}`;
    if (!word.startsWith('--')) for (const flag of word.slice(1)) flags.add(flag);
    const long: Readonly<Record<string, string>> = {
      '--silent': 's',
      '--fail': 'f',
      '--show-error': 'S',
      '--head': 'I',
      '--insecure': 'k',
    };
    if (long[word]) flags.add(long[word]);
    if (!WITH_VALUE.has(last)) continue;
    const value = words[++index] ?? '';
    if (last === '-X' || last === '--request') method = value;
    if (last === '-d' || last === '--data') body = value;
    if (last === '-w' || last === '--write-out') writeOut = value;
    if (last === '--cacert') authorities = value;
    if (last === '--output') flags.add('o');
    if (last === '-m' || last === '--max-time' || last === '--connect-timeout')
      timeoutMs = Number(value) * 1000;
    if (last === '-H' || last === '--header') {
      const colon = value.indexOf(':');
      headers.push({ name: value.slice(0, colon), value: value.slice(colon + 1).trim() });
    }
  }
  if (flags.has('k')) authorities = 'any';
  return { urls, headers, method, body, timeoutMs, flags, writeOut, authorities };
}
