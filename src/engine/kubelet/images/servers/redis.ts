import { type Process, type Program, textOf, textPayload } from '../../../libc/index.ts';
import { untilTerminated } from './http-server.ts';

/** redis-server: the commands that tutorials use, as inline text, in memory. */
export const redis: Program = function* (process) {
  const words = process.arguments;
  const at = words.indexOf('--port');
  const port = at >= 0 ? Number(words[at + 1]) : 6379;
  const data = new Map<string, string>();
  const stamp = (text: string) => {
    const [, weekday, month, day, , time] =
      /^(\w+), (\d+) (\w+) (\d+) (\S+)/.exec(new Date(process.date()).toUTCString()) ?? [];
    return process.stdout(
      `1:M ${month ?? ''} ${day ?? weekday} ${new Date(process.date()).getUTCFullYear()} ${time ?? ''}.000 * ${text}\n`,
    );
  };
  const socket = process.listen({
    protocol: 'tcp',
    address: '0.0.0.0',
    port,
    handler: ({ payload }) => (payload ? { payload: textPayload(reply(data, textOf(payload) ?? '')) } : {}),
  });
  if (!socket.ok) {
    process.stderr(
      `Warning: Could not create server TCP listening socket *:${port}: bind: Address already in use\nFailed listening on port ${port} (tcp), aborting.\n`,
    );
    return 1;
  }
  stamp(`Running mode=standalone, port=${port}.`);
  stamp('Server initialized');
  stamp('Ready to accept connections tcp');
  return yield* untilTerminated(0);
};

/** The server's answer in RESP, one reply a line. */
function reply(data: Map<string, string>, line: string): string {
  const [command = '', ...rest] = line.trim().split(/\s+/);
  const [key = '', value = ''] = rest;
  const bulk = (text: string | undefined) =>
    text === undefined ? '$-1\r\n' : `$${text.length}\r\n${text}\r\n`;
  switch (command.toUpperCase()) {
    case 'PING':
      return key ? bulk(key) : '+PONG\r\n';
    case 'SET':
      data.set(key, value);
      return '+OK\r\n';
    case 'GET':
      return bulk(data.get(key));
    case 'INCR': {
      const next = String(Number(data.get(key) ?? 0) + 1);
      data.set(key, next);
      return `:${next}\r\n`;
    }
    case 'DEL':
      return `:${rest.filter((each) => data.delete(each)).length}\r\n`;
    case 'KEYS':
      return `*${data.size}\r\n${[...data.keys()].map(bulk).join('')}`;
    case 'QUIT':
      return '+OK\r\n';
    default:
      return `-ERR unknown command '${command}', with args beginning with: ${rest.map((each) => `'${each}' `).join('')}\r\n`;
  }
}

/** `redis-cli [-h HOST] [-p PORT] COMMAND…`. */
export const redisCli: Program = function* (process) {
  yield* [];
  return askRedis(process);
};

function askRedis(process: Process): number {
  const words = process.arguments.slice(1);
  let host = '127.0.0.1';
  let port = 6379;
  while (words[0]?.startsWith('-')) {
    const option = words.shift();
    if (option === '-h') host = words.shift() ?? host;
    if (option === '-p') port = Number(words.shift());
  }
  const resolution = process.resolve(host, 4);
  if (!resolution.ok) {
    process.stderr(`Could not connect to Redis at ${host}:${port}: Name does not resolve\n`);
    return 1;
  }
  const { outcome } = process.request({
    protocol: 'tcp',
    destination: { address: resolution.addresses[0]!.address, port },
    payload: textPayload(`${words.join(' ')}\r\n`),
  });
  if (outcome.kind !== 'replied') {
    process.stderr(`Could not connect to Redis at ${host}:${port}: Connection refused\n`);
    return 1;
  }
  const text = (textOf(outcome.payload) ?? '')
    .replace(/\r\n/g, '\n')
    .replace(/^\$-1$/m, '(nil)')
    .replace(/^\$\d+\n/gm, '')
    .replace(/^[+:]/gm, '')
    .replace(/^\*\d+\n/, '');
  process.stdout(text.replace(/^-/, '(error) '));
  return 0;
}
