import {
  byteLength,
  getaddrinfo,
  type HttpResponse,
  headerOf,
  httpPayload,
  httpRequest,
  httpResponseOf,
} from '../../engine/index.ts';
import type { Command, Process } from '../process.ts';
import { isBusybox } from './busybox.ts';
import { errnoText, resolverHost } from './curl/transfer.ts';
import { parseCurlUrl } from './curl/url.ts';
import { wgetTls } from './tls/wget.ts';
import { readFlags } from './unix-flags.ts';

/** GNU `wget` (glibc machines) or busybox's (musl images): texts recorded from both. */
export const wgetCommand: Command = {
  name: 'wget',
  group: 'network',
  usage: 'wget [-q] [-O FILE] [-T SECONDS] URL',
  flags: [
    { name: 'quiet', short: 'q', help: 'Say nothing' },
    { name: 'output-document', short: 'O', value: 'FILE', help: 'Write to a file; - for standard output' },
    { name: 'timeout', short: 'T', value: 'SECONDS', help: 'How long to wait' },
    { name: 'tries', short: 't', value: 'N', type: 'int', help: 'How often to try' },
    { name: 'server-response', short: 'S', help: 'Show the headers' },
    { name: 'header', value: 'HEADER', help: 'Send this header' },
    { name: 'spider', help: 'Only see whether it is there' },
    { name: 'no-check-certificate', help: 'Take any certificate' },
    { name: 'ca-certificate', value: 'FILE', help: 'Trust this certificate' },
    { name: 'no-verbose', help: 'Say little' },
    { name: 'post-data', value: 'DATA', help: 'Send this, with POST' },
  ],
  examples: ['wget -qO- http://hello-service.hello-namespace', 'wget -T 2 -O- http://100.96.2.3:8080'],
  arguments: ['address'],
  async run(process) {
    const flags = readFlags(
      {
        ...process,
        args: process.args.flatMap((word) =>
          /^-[a-zA-Z]*O-$/.test(word) ? [word.slice(0, -1), '-'] : [word],
        ),
      },
      wgetCommand.flags,
      { status: 2 },
    );
    if (typeof flags === 'number') return flags;
    const busybox = isBusybox(process);
    const [text] = flags.rest;
    if (text === undefined) {
      process.stderr.write(
        busybox
          ? 'BusyBox v1.37.0 multi-call binary.\n\nUsage: wget [-cqS] [--spider] [-O FILE] [-T SEC] URL...\n'
          : "wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n",
      );
      return 1;
    }
    const parsed = parseCurlUrl(text);
    if (!parsed.ok || parsed.url.scheme === 'telnet') {
      process.stderr.write(
        busybox ? `wget: not an http or ftp url: ${text}\n` : `${text}: Unsupported scheme.\n`,
      );
      return 1;
    }
    const { url } = parsed;
    const quiet = flags.has('quiet');
    const say = (line: string) => {
      if (!quiet) process.stderr.write(line);
    };
    const complain = (line: string) => process.stderr.write(line);
    const { cluster } = process.session;
    const stamp = cluster.timestamp().replace('T', ' ').replace(/Z$/, '');
    if (!busybox)
      say(`--${stamp}--  ${url.scheme}://${url.host}${url.explicitPort ? `:${url.port}` : ''}${url.path}\n`);

    const named = !/^[\d.]+$/.test(url.host);
    const resolution = getaddrinfo({ ...resolverHost(process), request: cluster.network.request }, url.host, {
      family: 4,
    });
    process.session.record(resolution.exchanges);
    await process.sleep(resolution.elapsedMs);
    if (!resolution.ok || !resolution.addresses[0]) {
      if (busybox) complain(`wget: bad address '${url.host}'\n`);
      else {
        say(
          `Resolving ${url.host} (${url.host})... failed: ${!resolution.ok && resolution.error === 'EAI_AGAIN' ? 'Temporary failure in name resolution' : 'Name or service not known'}.\n`,
        );
        complain(`wget: unable to resolve host address ‘${url.host}’\n`);
      }
      return busybox ? 1 : 4;
    }
    const { address } = resolution.addresses[0];
    if (named && !busybox) say(`Resolving ${url.host} (${url.host})... ${address}\n`);
    const where = named
      ? busybox
        ? `${url.host} (${address}:${url.port})`
        : `${url.host} (${url.host})|${address}|:${url.port}`
      : busybox
        ? `${url.host}${url.explicitPort ? `:${url.port}` : ''} (${address}:${url.port})`
        : `${address}:${url.port}`;
    say(busybox ? `Connecting to ${where}\n` : `Connecting to ${where}... `);

    const waitMs =
      flags.text('timeout') === undefined
        ? busybox
          ? 900_000
          : undefined
        : Number(flags.text('timeout')) * 1000;
    const data = flags.text('post-data');
    const request = httpRequest({
      method: flags.has('spider') ? 'HEAD' : data === undefined ? 'GET' : 'POST',
      path: url.path,
      version: busybox ? '1.1' : '1.1',
      headers: [
        {
          name: 'Host',
          value: url.port === (url.scheme === 'https' ? 443 : 80) ? url.host : `${url.host}:${url.port}`,
        },
        { name: 'User-Agent', value: busybox ? 'Wget' : 'Wget/1.21.3' },
        ...(busybox
          ? []
          : [
              { name: 'Accept', value: '*/*' },
              { name: 'Accept-Encoding', value: 'identity' },
            ]),
        { name: 'Connection', value: busybox ? 'close' : 'Keep-Alive' },
        ...flags.list('header').map((line) => ({
          name: line.slice(0, line.indexOf(':')),
          value: line.slice(line.indexOf(':') + 1).trim(),
        })),
      ],
      body: data ?? '',
    });
    const secure =
      url.scheme === 'https' ? wgetTls(process, url, flags, request, { busybox, complain }) : undefined;
    if (url.scheme === 'https' && !secure) return 5;
    const exchange = cluster.network.request({
      netns: process.machine.context.netns,
      process: 'wget',
      protocol: 'tcp',
      destination: { address, port: url.port },
      ...(secure?.request ?? { payload: httpPayload(request) }),
      ...(waitMs !== undefined && { connectTimeoutMs: waitMs, timeoutMs: waitMs }),
    });
    process.session.record([exchange]);
    await process.sleep(exchange.elapsedMs);
    const problem = exchange.outcome.kind === 'replied' ? secure?.problem() : undefined;
    if (problem) {
      if (!busybox) say('connected.\n');
      complain(problem.text);
      return problem.status;
    }
    const response =
      exchange.outcome.kind === 'replied' ? httpResponseOf(exchange.outcome.payload) : undefined;
    if (!response) {
      const why =
        exchange.outcome.kind === 'failed' ? errnoText(exchange.outcome.errno) : 'Connection timed out';
      if (busybox)
        complain(
          exchange.outcome.kind === 'timeout'
            ? 'wget: download timed out\n'
            : exchange.outcome.kind === 'replied'
              ? 'wget: error getting response\n'
              : `wget: can't connect to remote host (${address}): ${why === 'Connection timed out' ? 'Operation timed out' : why === 'No route to host' ? 'Host is unreachable' : why}\n`,
        );
      else say(`failed: ${why}.\n${exchange.outcome.kind === 'timeout' ? 'Giving up.\n\n' : ''}`);
      return busybox ? 1 : 4;
    }
    return deliver(process, response, {
      busybox,
      quiet,
      output: flags.text('output-document'),
      path: url.path,
      stamp,
      showHeaders: flags.has('server-response'),
      spider: flags.has('spider'),
      warnings: secure?.warnings() ?? '',
    });
  },
};

function deliver(
  process: Process,
  response: HttpResponse,
  {
    busybox,
    quiet,
    output,
    path,
    stamp,
    showHeaders,
    warnings,
    spider,
  }: {
    readonly busybox: boolean;
    readonly quiet: boolean;
    readonly output: string | undefined;
    readonly path: string;
    readonly stamp: string;
    readonly showHeaders: boolean;
    readonly spider: boolean;
    readonly warnings: string;
  },
): number {
  const say = (line: string) => {
    if (!quiet) process.stderr.write(line);
  };
  if (!busybox)
    say(
      `connected.\n${warnings}HTTP request sent, awaiting response... ${response.status} ${response.reason}\n`,
    );
  if (showHeaders)
    process.stderr.write(
      `  HTTP/${response.version} ${response.status} ${response.reason}\n${response.headers.map(({ name, value }) => `  ${name}: ${value}\n`).join('')}${busybox ? '  \n' : ''}`,
    );
  if (response.status >= 400) {
    if (busybox)
      process.stderr.write(
        `wget: server returned error: HTTP/${response.version} ${response.status} ${response.reason}\n`,
      );
    else say(`${stamp} ERROR ${response.status}: ${response.reason}.\n\n`);
    return busybox ? 1 : 8;
  }
  if (spider) {
    if (busybox) say('remote file exists\n');
    else
      say(
        `Length: ${headerOf(response, 'Content-Length') ?? 'unspecified'} [${headerOf(response, 'Content-Type')?.split(';')[0] ?? 'text/plain'}]\nRemote file exists and could contain further links,\nbut recursion is disabled -- not retrieving.\n\n`,
      );
    return 0;
  }
  const bytes = byteLength(response.body);
  const type = headerOf(response, 'Content-Type')?.split(';')[0] ?? 'text/plain';
  const name = output ?? (path.split('/').at(-1)?.split('?')[0] || 'index.html');
  const toStdout = name === '-';
  if (!busybox) say(`Length: ${bytes} [${type}]\nSaving to: ‘${toStdout ? 'STDOUT' : name}’\n\n`);
  else say(toStdout ? 'writing to stdout\n' : `saving to '${name}'\n`);
  if (toStdout) process.stdout.write(response.body);
  else {
    const problem = name === '/dev/null' ? undefined : process.files.write(name, response.body);
    if (problem) {
      process.stderr.write(busybox ? `wget: can't open '${name}': ${problem}\n` : `${name}: ${problem}\n`);
      return busybox ? 1 : 3;
    }
  }
  if (busybox)
    say(
      `${(toStdout ? '-' : name).slice(0, 20).padEnd(20)} 100% |${'*'.repeat(process.columns > 80 || !process.stderr.terminal ? 72 : 32)}| ${String(bytes).padStart(5)}  0:00:00 ETA\n${toStdout ? 'written to stdout' : `'${name}' saved`}\n`,
    );
  else
    say(
      `${progress(process, toStdout ? '-' : name, bytes)}\n${stamp} (${rate(bytes)}) - ${toStdout ? 'written to stdout' : `‘${name}’ saved`} [${bytes}/${bytes}]\n\n`,
    );
  return 0;
}

/** On a terminal a bar, elsewhere a dot for each kibibyte. */
function progress({ stderr }: Process, name: string, bytes: number): string {
  if (stderr.terminal)
    return `${name.slice(0, 19).padEnd(20)}100%[===================>]${String(bytes).padStart(8)}  --.-KB/s    in 0s      \n`;
  const dots = '.'.repeat(Math.min(50, Math.floor(bytes / 1024)));
  return `     0K ${dots.padEnd(54)}100% ${rate(bytes).replace(' MB/s', 'M')}=0s\n`;
}

/** Nothing here takes long enough to be measured: as if it had taken three microseconds. */
function rate(bytes: number): string {
  return `${(bytes / 3 / 1.048576).toFixed(1)} MB/s`;
}
