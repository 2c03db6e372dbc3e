import { byteLength, type HttpHeader, type HttpResponse, headerOf, startLine } from '../../engine/index.ts';
import { type FlagError, type ParsedFlags, parseFlags } from '../flags.ts';
import type { Command, Process } from '../process.ts';
import { readAll } from '../streams.ts';
import { base64 } from '../text/base64.ts';
import { CURL_FLAGS } from './curl/flags.ts';
import { type Transfer, type TransferOptions, transfer } from './curl/transfer.ts';
import { type CurlUrl, parseCurlUrl } from './curl/url.ts';
import { wordingOf } from './curl/wording.ts';
import { writeOut } from './curl/write-out.ts';
import { commandHelp } from './help.ts';

/** Debian 12's, whose texts and layout were measured, and that of the Alpine images. */
const VERSIONS = { glibc: '7.88.1', musl: '8.19.0' } as const;
const TRY_HELP = "curl: try 'curl --help' or 'curl --manual' for more information\n";
const METER_HEAD =
  '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n';
const MAX_REDIRECTS = 50;
/** What curl's tool adds to an error of certificates (src/tool_operate.c). */
const CERTIFICATE_ADVICE = `More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the web page mentioned above.`;

export const curlCommand: Command = {
  name: 'curl',
  group: 'network',
  usage: 'curl [flags] URL…',
  flags: CURL_FLAGS,
  examples: [
    'curl -s http://hello-service.hello-namespace',
    'curl -v -m 2 http://100.96.1.2:8080',
    "curl -s -o /dev/null -w '%{http_code}\\n' http://hello",
    'curl -H "Host: hello.example.com" http://10.0.0.11:30080',
  ],
  arguments: ['address'],
  async run(process) {
    const parsed = parseFlags(process.args, CURL_FLAGS);
    if (!parsed.ok) {
      process.stderr.write(`curl: ${flagProblem(parsed.error)}\n${TRY_HELP}`);
      return 2;
    }
    const { flags } = parsed;
    if (flags.has('help')) {
      process.stdout.write(commandHelp(curlCommand, ''));
      return 0;
    }
    if (flags.has('version')) {
      const { libc } = process.machine.context;
      const version = VERSIONS[libc];
      process.stdout.write(
        `curl ${version} (${libc === 'musl' ? 'x86_64-alpine-linux-musl' : 'x86_64-pc-linux-gnu'}) libcurl/${version}\nProtocols: http https telnet\n`,
      );
      return 0;
    }
    for (const name of ['max-time', 'connect-timeout']) {
      const value = flags.text(name);
      if (value !== undefined && !/^\d*\.?\d+$/.test(value)) {
        process.stderr.write(
          `curl: option ${name === 'max-time' ? '-m' : '--connect-timeout'}: expected a proper numerical parameter\n${TRY_HELP}`,
        );
        return 2;
      }
    }
    if (flags.rest.length === 0) {
      process.stderr.write(
        `${flags.list('output').length + flags.list('header').length > 0 ? 'curl: no URL specified!\n' : ''}${TRY_HELP}`,
      );
      return 2;
    }
    let status = 0;
    for (const [index, text] of flags.rest.entries())
      status = await fetchOne(process, flags, text, flags.list('output')[index]);
    return status;
  },
};

function flagProblem(error: FlagError): string {
  const flag =
    error.kind === 'unknown-short' || (error.kind === 'missing-value' && !error.flag.startsWith('-'))
      ? `-${error.flag}`
      : error.flag;
  switch (error.kind) {
    case 'missing-value':
      return `option ${flag}: requires parameter`;
    case 'invalid-value':
      return `option ${flag}: expected a proper numerical parameter`;
    default:
      return `option ${flag}: is unknown`;
  }
}

async function fetchOne(
  process: Process,
  flags: ParsedFlags,
  text: string,
  output: string | undefined,
): Promise<number> {
  const silent = flags.has('silent');
  const complain = (status: number, message: string) => {
    if (!silent || flags.has('show-error')) process.stderr.write(`curl: (${status}) ${message}\n`);
    return status;
  };
  const toFile =
    output !== undefined && output !== '-'
      ? output
      : flags.has('remote-name')
        ? text.split('/').at(-1)
        : undefined;
  const meter =
    !silent && !flags.has('no-progress-meter') && (toFile !== undefined || !process.stdout.terminal);

  let target = text;
  let result: Transfer | undefined;
  let url: CurlUrl | undefined;
  let redirects = 0;
  let method =
    flags.text('request') ??
    (flags.has('head') ? 'HEAD' : hasData(flags) && !flags.has('get') ? 'POST' : 'GET');
  let body = flags.has('get') ? '' : await dataOf(process, flags);
  if (flags.has('get') && hasData(flags))
    target += `${target.includes('?') ? '&' : '?'}${await dataOf(process, flags)}`;
  for (;;) {
    const parsed = parseCurlUrl(target);
    if (!parsed.ok) return complain(parsed.status, parsed.message);
    url = parsed.url;
    if (meter && redirects === 0) process.stderr.write(METER_HEAD);
    result = await attempt(process, flags, url, {
      ...notes(process, flags, meter),
      method,
      body,
      headers: headersFor(url, flags, body, VERSIONS[process.machine.context.libc]),
      version: flags.has('http1.0') ? '1.0' : '1.1',
    });
    if (!result.ok) break;
    const { response } = result;
    if (flags.has('verbose'))
      notes(process, flags, meter).noteHeaders('<', [
        statusLine(response),
        ...response.headers.map(({ name, value }) => `${name}: ${value}`),
      ]);
    const location = headerOf(response, 'Location');
    if (!flags.has('location') || response.status < 300 || response.status >= 400 || location === undefined)
      break;
    const most = flags.number('max-redirs') ?? MAX_REDIRECTS;
    if (redirects >= most) return complain(47, `Maximum (${most}) redirects followed`);
    redirects++;
    if (flags.has('verbose'))
      process.stderr.write(`* Issue another request to this URL: '${absoluteUrl(location, url)}'\n`);
    target = absoluteUrl(location, url);
    if (response.status === 303 || (method === 'POST' && response.status <= 302 && !flags.text('request'))) {
      method = 'GET';
      body = '';
    }
  }
  return finish(process, flags, { result, url, text: target, redirects, meter, toFile, complain });
}

interface Finished {
  readonly result: Transfer;
  readonly url: CurlUrl;
  readonly text: string;
  readonly redirects: number;
  readonly meter: boolean;
  readonly toFile: string | undefined;
  readonly complain: (status: number, message: string) => number;
}

function finish(
  process: Process,
  flags: ParsedFlags,
  { result, url, text, redirects, meter, toFile, complain }: Finished,
): number {
  const verbose = flags.has('verbose');
  const wording = wordingOf(process.machine.context.libc);
  const report = (status: number) => {
    const format = flags.text('write-out');
    if (format !== undefined) process.stdout.write(writeOut(format, result, url, text, redirects));
    return status;
  };
  if (!result.ok) {
    if (meter) process.stderr.write(meterLine(0, 0, result.timing.total));
    if (verbose) {
      process.stderr.write(`* ${wording.closing}\n`);
      if (result.goodbye) process.stderr.write(`* ${result.goodbye}\n`);
    }
    const status = complain(
      result.status,
      result.status === 60 ? `${result.message}\n${CERTIFICATE_ADVICE}` : result.message,
    );
    return report(status);
  }
  const { response } = result;
  const failed = flags.has('fail') && response.status >= 400;
  const head = `${statusLine(response)}\n${response.headers.map(({ name, value }) => `${name}: ${value}\n`).join('')}\n`;
  const withHead = flags.has('include') || flags.has('head');
  const content = flags.has('head') ? '' : response.body;
  if (verbose && content !== '' && !failed && (!process.stdout.terminal || toFile !== undefined))
    process.stderr.write(`{ [${byteLength(content)} bytes data]\n`);
  if (meter)
    process.stderr.write(
      meterLine(
        Number(headerOf(response, 'Content-Length') ?? byteLength(content)),
        byteLength(content),
        result.timing.total,
      ),
    );
  const written = failed ? (withHead ? head : '') : (withHead ? head : '') + content;
  if (toFile === undefined) process.stdout.write(written);
  else {
    const problem = toFile === '/dev/null' ? undefined : process.files.write(toFile, written);
    if (problem) return complain(23, `Failure writing output to destination`);
  }
  if (verbose) process.stderr.write(`* ${wording.intact(url.host, url.port)}\n`);
  return failed ? report(complain(22, `The requested URL returned error: ${response.status}`)) : report(0);
}

/** HTTP/2 has no reason phrase, and curl leaves the blank before it. */
function statusLine(response: HttpResponse): string {
  return response.version === '2' ? `HTTP/2 ${response.status} ` : startLine(response);
}

/** One request, and others when --retry says so. */
async function attempt(
  process: Process,
  flags: ParsedFlags,
  url: CurlUrl,
  options: TransferOptions,
): Promise<Transfer> {
  let left = flags.number('retry') ?? 0;
  let delay = 1000;
  for (;;) {
    const result = await transfer(process, url, flags, options);
    const transient = result.ok
      ? [408, 429, 500, 502, 503, 504].includes(result.response.status)
      : result.status === 28 ||
        result.status === 6 ||
        (result.status === 7 && flags.has('retry-connrefused')) ||
        flags.has('retry-all-errors');
    if (!transient || left <= 0) return result;
    const wait = flags.text('retry-delay') !== undefined ? Number(flags.text('retry-delay')) * 1000 : delay;
    if (!flags.has('silent'))
      process.stderr.write(
        `Warning: Problem: ${result.ok ? 'HTTP error' : result.status === 28 ? 'timeout' : 'transient'}. Will retry in ${Math.round(wait / 1000)} seconds. ${left} ${left === 1 ? 'retry' : 'retries'} left.\n`,
      );
    await process.sleep(wait);
    left--;
    delay = Math.min(delay * 2, 600_000);
  }
}

function notes(
  process: Process,
  flags: ParsedFlags,
  meter: boolean,
): Pick<TransferOptions, 'note' | 'noteHeaders' | 'noteData'> {
  const verbose = flags.has('verbose');
  let first = meter;
  const write = (text: string) => {
    if (first)
      process.stderr.write('  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0');
    first = false;
    process.stderr.write(text);
  };
  return {
    note: (line) => verbose && write(`* ${line}\n`),
    noteHeaders: (direction, lines) =>
      verbose && write([...lines, ''].map((line) => `${direction} ${line}\n`).join('')),
    noteData: (direction, bytes) => verbose && write(`${direction} [${bytes} bytes data]\n`),
  };
}

function headersFor(url: CurlUrl, flags: ParsedFlags, body: string, version: string): readonly HttpHeader[] {
  const custom = flags.list('header').map((line) => ({
    name: line.split(/[:;]/, 1)[0]!.trim(),
    value: line.slice(line.search(/[:;]|$/) + 1).trim(),
    empty: line.trim().endsWith(';'),
  }));
  const user = flags.text('user') ?? url.user;
  const host = url.host.includes(':') ? `[${url.host}]` : url.host;
  const standard: HttpHeader[] = [
    { name: 'Host', value: url.port === (url.scheme === 'https' ? 443 : 80) ? host : `${host}:${url.port}` },
    ...(user !== undefined
      ? [{ name: 'Authorization', value: `Basic ${base64(user.includes(':') ? user : `${user}:`)}` }]
      : []),
    { name: 'User-Agent', value: flags.text('user-agent') ?? `curl/${version}` },
    { name: 'Accept', value: '*/*' },
  ];
  const named = (name: string) => custom.find((one) => one.name.toLowerCase() === name.toLowerCase());
  const data: HttpHeader[] =
    body === ''
      ? []
      : [
          { name: 'Content-Length', value: String(byteLength(body)) },
          ...(named('Content-Type')
            ? []
            : [{ name: 'Content-Type', value: 'application/x-www-form-urlencoded' }]),
        ];
  const host0 = named('Host');
  return [
    ...(host0 ? [{ name: 'Host', value: host0.value }] : [standard[0]!]),
    ...standard.slice(1).filter(({ name }) => !named(name)),
    ...custom
      .filter(({ name, value, empty }) => name.toLowerCase() !== 'host' && (value !== '' || empty))
      .map(({ name, value }) => ({ name, value })),
    ...data,
  ];
}

function hasData(flags: ParsedFlags): boolean {
  return ['data', 'data-raw', 'data-binary'].some((name) => flags.text(name) !== undefined);
}

async function dataOf(process: Process, flags: ParsedFlags): Promise<string> {
  const parts: string[] = [];
  for (const name of ['data', 'data-raw', 'data-binary']) {
    for (const text of flags.list(name)) {
      if (!text.startsWith('@') || name === 'data-raw') parts.push(text);
      else {
        const content =
          text === '@-' ? await readAll(process.stdin) : (process.files.read(text.slice(1)) ?? '');
        parts.push(name === 'data' ? content.replace(/[\r\n]/g, '') : content);
      }
    }
  }
  return parts.join('&');
}

function absoluteUrl(location: string, base: CurlUrl): string {
  if (/^https?:\/\//i.test(location)) return location;
  const origin = `${base.scheme}://${base.host}${base.explicitPort ? `:${base.port}` : ''}`;
  return location.startsWith('/')
    ? origin + location
    : `${origin}${base.path.replace(/[^/]*$/, '')}${location}`;
}

/** The last state of the progress meter. */
function meterLine(total: number, received: number, elapsedMs: number): string {
  const five = (value: number) => String(value).padStart(5);
  const speed = elapsedMs > 0 ? Math.round((received * 1000) / elapsedMs) : received;
  const spent =
    elapsedMs >= 1000
      ? ` 0:${String(Math.floor(elapsedMs / 60_000)).padStart(2, '0')}:${String(Math.floor(elapsedMs / 1000) % 60).padStart(2, '0')}`
      : '--:--:--';
  const percent = total > 0 && received > 0 ? '100' : '  0';
  return `${percent} ${five(total)}  ${percent} ${five(received)}    0     0  ${String(speed).padStart(5)}      0 --:--:-- ${spent} --:--:-- ${five(speed)}\n`;
}
