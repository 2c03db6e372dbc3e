import {
  httpRequestOf,
  type Program,
  sleep,
  startLine,
  textOf,
  textPayload,
  UNTIL_TERMINATED,
} from '../../../libc/index.ts';

/**
 * netcat as a server, `nc -l -p 8080` (`-k`: for ever, `-u`: UDP, `-e CMD` ignored), which prints what it is sent and
 * says nothing; or as a client, `nc -z HOST PORT` (connects only) and `nc HOST PORT`.
 */
export const nc: Program = function* (process) {
  const words = process.arguments.slice(1);
  const flags = new Set(
    words.filter((word) => /^-[a-z]+$/i.test(word)).flatMap((word) => [...word.slice(1)]),
  );
  const portFlag = words.findIndex((word) => /^-[a-z]*p$/i.test(word));
  const waitFlag = words.findIndex((word) => /^-[a-z]*w$/i.test(word));
  const rest = words.filter(
    (word, index) => !word.startsWith('-') && index !== portFlag + 1 && index !== waitFlag + 1,
  );
  const protocol = flags.has('u') ? 'udp' : 'tcp';

  if (flags.has('l')) {
    const port = Number(portFlag >= 0 ? words[portFlag + 1] : rest.at(-1));
    let served = false;
    const socket = process.listen({
      protocol,
      address: '0.0.0.0',
      port,
      handler({ payload }) {
        const request = httpRequestOf(payload);
        const text = request
          ? `${startLine(request)}\r\n${request.headers.map(({ name, value }) => `${name}: ${value}\r\n`).join('')}\r\n${request.body}`
          : textOf(payload);
        if (text) process.stdout(text);
        served = true;
        return undefined;
      },
    });
    if (!socket.ok) {
      process.stderr('nc: bind: Address already in use\n');
      return 1;
    }
    if (flags.has('k')) {
      yield UNTIL_TERMINATED;
      return 143;
    }
    while (!served) yield sleep(200);
    return 0;
  }

  const [host = '', port = ''] = rest;
  const resolution = process.resolve(host, 4);
  if (resolution.elapsedMs > 0) yield sleep(resolution.elapsedMs);
  if (!resolution.ok) {
    process.stderr(`nc: bad address '${host}'\n`);
    return 1;
  }
  const seconds = waitFlag >= 0 ? Number(words[waitFlag + 1]) : undefined;
  const exchange = process.request({
    protocol,
    destination: { address: resolution.addresses[0]!.address, port: Number(port) },
    ...(!flags.has('z') && { payload: textPayload('\n') }),
    ...(seconds !== undefined && { connectTimeoutMs: seconds * 1000, timeoutMs: seconds * 1000 }),
  });
  if (exchange.elapsedMs > 0) yield sleep(exchange.elapsedMs);
  const { outcome } = exchange;
  if (outcome.kind === 'replied') {
    process.stdout(textOf(outcome.payload) ?? '');
    if (flags.has('v')) process.stderr(`${host} (${resolution.addresses[0]!.address}:${port}) open\n`);
    return 0;
  }
  return 1;
};
