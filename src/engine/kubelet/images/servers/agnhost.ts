import {
  allVariables,
  httpResponse,
  type Process,
  type Program,
  textOf,
  textPayload,
} from '../../../libc/index.ts';
import { contentType, serveHttp, untilTerminated } from './http-server.ts';

/** registry.k8s.io/e2e-test-images/agnhost: one program, many servers, by its first argument (test/images/agnhost). */
export const agnhost: Program = function* (process) {
  const [, command = 'pause'] = process.arguments;
  switch (command) {
    case 'netexec':
      return yield* netexec(process);
    case 'serve-hostname':
      return yield* serveHostname(process);
    case 'test-webserver':
      return yield* simple(process, Number(flag(process, 'port') ?? 80), () => 'test-webserver\n');
    case 'porter':
      return yield* porter(process);
    case 'grpc-health-checking':
      return yield* grpcHealth(process);
    case 'connect':
      return connect(process);
    case 'pause':
      process.stdout('Paused\n');
      return yield* untilTerminated(2);
    case '--version':
    case 'help':
      process.stdout('agnhost version 2.59\n');
      return 0;
    default:
      process.stderr(`Error: unknown command "${command}" for "app"\nRun 'app --help' for usage.\n`);
      return 1;
  }
};

/** `--name value` or `--name=value`. */
function flag(process: Process, name: string): string | undefined {
  const words = process.arguments;
  for (const [index, word] of words.entries()) {
    if (word === `--${name}`) return words[index + 1];
    if (word.startsWith(`--${name}=`)) return word.slice(name.length + 3);
  }
  return undefined;
}

function inUse(process: Process, port: number): number {
  process.stderr(`listen tcp :${port}: bind: address already in use\n`);
  return 1;
}

/** HTTP: /, /hostname, /clientip, /echo?msg=, /healthz, /header?key=, /shutdown, /exit. UDP: hostname, clientip, echo MSG. */
function* netexec(process: Process) {
  const port = Number(flag(process, 'http-port') ?? 8080);
  const udpPort = Number(flag(process, 'udp-port') ?? 8081);
  const text = contentType('text/plain; charset=utf-8');
  const error = serveHttp(process, {
    port,
    answer({ request, peer }) {
      const [path = '/', query = ''] = request.path.split('?');
      const parameter = (name: string) => {
        const pair = query.split('&').find((each) => each.startsWith(`${name}=`));
        return pair === undefined ? '' : decodeURIComponent(pair.slice(name.length + 1).replaceAll('+', ' '));
      };
      const source = `${peer.address}:${peer.port}`;
      switch (path) {
        case '/hostname':
        case '/hostName':
          return httpResponse(200, [text], process.hostname);
        case '/clientip':
          return httpResponse(200, [text], source);
        case '/echo': {
          const code = Number(parameter('code') || 200);
          return httpResponse(code, [text], parameter('msg'));
        }
        case '/header':
          return httpResponse(
            200,
            [text],
            request.headers.find(({ name }) => name.toLowerCase() === parameter('key').toLowerCase())
              ?.value ?? '',
          );
        case '/healthz':
          return httpResponse(200, []);
        case '/redirect':
          return httpResponse(Number(parameter('code') || 302), [
            { name: 'Location', value: parameter('location') },
          ]);
        default:
          return httpResponse(
            200,
            [text],
            `NOW: ${new Date(process.date()).toISOString().replace('T', ' ').replace('Z', ' +0000 UTC')}`,
          );
      }
    },
    log: ({ request }) => process.stderr(`GET ${request.path.split('?', 1)[0]}\n`),
  });
  if (error) return inUse(process, port);
  const socket = process.listen({
    protocol: 'udp',
    address: '0.0.0.0',
    port: udpPort,
    handler({ payload, peer }) {
      const words = (textOf(payload) ?? '').trim();
      if (/^hostname$/i.test(words)) return { payload: textPayload(process.hostname) };
      if (words === 'clientip') return { payload: textPayload(`${peer.address}:${peer.port}`) };
      return words.startsWith('echo ') ? { payload: textPayload(words.slice(5)) } : undefined;
    },
  });
  if (!socket.ok && udpPort !== -1) return inUse(process, udpPort);
  process.stderr(`Started HTTP server on port ${port}\nStarted UDP server on port  ${udpPort}\n`);
  return yield* untilTerminated(2);
}

function* simple(process: Process, port: number, body: () => string) {
  const error = serveHttp(process, {
    port,
    answer: () => httpResponse(200, [contentType('text/plain; charset=utf-8')], body()),
  });
  if (error) return inUse(process, port);
  return yield* untilTerminated(2);
}

function* serveHostname(process: Process) {
  const port = Number(flag(process, 'port') ?? 9376);
  process.stderr(`Serving on port ${port}.\n`);
  return yield* simple(process, port, () => process.hostname);
}

/** Serves the value of $SERVE_PORT_N on port N. */
function* porter(process: Process) {
  for (const [name, value] of Object.entries(allVariables(process.env))) {
    const port = /^SERVE_(?:SCTP_|TLS_)?PORT_(\d+)$/.exec(name)?.[1];
    if (port === undefined) continue;
    const error = serveHttp(process, { port: Number(port), answer: () => httpResponse(200, [], value) });
    if (error) return inUse(process, Number(port));
  }
  return yield* untilTerminated(2);
}

function* grpcHealth(process: Process) {
  const port = Number(flag(process, 'port') ?? 5000);
  const error = serveHttp(process, {
    port,
    answer: () =>
      httpResponse(200, [contentType('application/grpc'), { name: 'grpc-status', value: '0' }], 'SERVING'),
  });
  if (error) return inUse(process, port);
  return yield* untilTerminated(2);
}

/** `connect HOST:PORT --timeout=2s`: REFUSED, TIMEOUT, DNS, or nothing when it works. */
function connect(process: Process): number {
  const target = process.arguments.slice(2).find((word) => !word.startsWith('-')) ?? '';
  const colon = target.lastIndexOf(':');
  const resolution = process.resolve(target.slice(0, colon), 4);
  if (!resolution.ok) {
    process.stderr('DNS\n');
    return 1;
  }
  const timeout = Number.parseFloat(flag(process, 'timeout') ?? '') * 1000 || undefined;
  const { outcome } = process.request({
    protocol: 'tcp',
    destination: { address: resolution.addresses[0]!.address, port: Number(target.slice(colon + 1)) },
    ...(timeout !== undefined && { connectTimeoutMs: timeout, timeoutMs: timeout }),
  });
  if (outcome.kind === 'replied') return 0;
  process.stderr(
    outcome.kind === 'timeout' ? 'TIMEOUT\n' : outcome.errno === 'ECONNREFUSED' ? 'REFUSED\n' : 'OTHER\n',
  );
  return 1;
}
