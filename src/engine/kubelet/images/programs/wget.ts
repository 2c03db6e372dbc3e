import type { HttpHeader, Program } from '../../../libc/index.ts';
import type { Outcome } from '../../../linux/index.ts';
import { fetch } from './fetch.ts';
import { parseHttpUrl } from './url.ts';

/** busybox wget inside a container's command or probe: `-q -O FILE -T SECONDS --spider --header`. */
export const wget: Program = function* (process) {
  const words = process.arguments.slice(1);
  const headers: HttpHeader[] = [];
  let quiet = false;
  let output: string | undefined;
  let spider = false;
  let timeoutMs: number | undefined;
  let target: string | undefined;
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const bundle = /^-(q?)O(.*)$/.exec(word);
    if (bundle) {
      quiet ||= bundle[1] === 'q';
      output = bundle[2] || words[++index];
    } else if (word === '-q' || word === '--quiet') quiet = true;
    else if (word === '--spider') spider = true;
    else if (word === '-T') timeoutMs = Number(words[++index]) * 1000;
    else if (/^(--timeout=|-T)/.test(word)) timeoutMs = Number(word.replace(/^(--timeout=|-T)/, '')) * 1000;
    else if (word.startsWith('--header')) {
      const value = word.includes('=') ? word.slice(word.indexOf('=') + 1) : (words[++index] ?? '');
      headers.push({
        name: value.slice(0, value.indexOf(':')),
        value: value.slice(value.indexOf(':') + 1).trim(),
      });
    } else if (!word.startsWith('-')) target = word;
  }
  const url = target === undefined ? undefined : parseHttpUrl(target);
  if (!url) {
    process.stderr('BusyBox v1.37.0 multi-call binary.\n\nUsage: wget [OPTIONS] URL...\n');
    return 1;
  }
  const result = yield* fetch(process, url, {
    headers: [{ name: 'User-Agent', value: 'Wget' }, { name: 'Connection', value: 'close' }, ...headers],
    authorities: 'any',
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  const address = result.kind === 'failed' ? result.address : url.host;
  if (!quiet && result.kind !== 'unresolved')
    process.stderr(`Connecting to ${url.host}:${url.port} (${address}:${url.port})\n`);
  if (result.kind === 'unresolved') {
    process.stderr(`wget: bad address '${url.host}'\n`);
    return 1;
  }
  if (url.scheme === 'https') process.stderr('wget: note: TLS certificate validation not implemented\n');
  if (result.kind === 'untrusted' || result.kind === 'not-tls') {
    process.stderr('wget: error getting response: Connection reset by peer\n');
    return 1;
  }
  if (result.kind === 'failed') {
    process.stderr(`wget: ${problem(result.outcome, address)}\n`);
    return 1;
  }
  if (result.response.status >= 400) {
    process.stderr(
      `wget: server returned error: HTTP/1.1 ${result.response.status} ${result.response.reason}\n`,
    );
    return 1;
  }
  if (spider) return 0;
  if (output === '-') process.stdout(result.response.body);
  else
    process.writeFile(
      output ?? url.path.split('?')[0]!.split('/').at(-1) ?? 'index.html',
      result.response.body,
    );
  return 0;
};

function problem(outcome: Exclude<Outcome, { kind: 'replied' }>, address: string): string {
  if (outcome.kind === 'timeout') return 'download timed out';
  const reasons: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'Connection refused',
    ECONNRESET: 'Connection reset by peer',
    EHOSTUNREACH: 'Host is unreachable',
    ENETUNREACH: 'Network unreachable',
    ETIMEDOUT: 'Operation timed out',
  };
  return `can't connect to remote host (${address}): ${reasons[outcome.errno] ?? outcome.errno}`;
}
