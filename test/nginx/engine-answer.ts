import { createRandom } from '../../src/engine/apimachinery/index.ts';
import {
  type Configuration,
  chainFor,
  createBalancer,
  defaultBackendPage,
  fakeCertificate,
  serve,
} from '../../src/engine/ingress/index.ts';
import {
  type HttpRequest,
  headerOf,
  httpPayload,
  httpRequest,
  httpRequestOf,
  httpResponse,
  httpResponseOf,
  type Process,
} from '../../src/engine/libc/index.ts';
import type { Exchange, IncomingRequest } from '../../src/engine/linux/index.ts';
import { attributeOf } from '../../src/engine/x509/index.ts';
import { type Answer, type Arrived, comparableHeaders } from './answer.ts';
import { type Backends, NOW } from './objects.ts';
import { sentServerName, type WireRequest } from './scenario.ts';

/** The controller's own certificate. */
const fake = fakeCertificate(NOW, createRandom(1).next);
/** Its common name. */
export const FAKE = 'Kubernetes Ingress Controller Fake Certificate';

export interface EngineOptions {
  readonly configuration: Configuration;
  readonly backends: Backends;
  readonly ports: { readonly http: number; readonly https: number };
  /** Every draw of chance is this number. */
  readonly draw: number;
}

/** The engine's controller answers a request; its backends are an echo. */
export function engineAnswer(asked: WireRequest, options: EngineOptions): Answer {
  const { configuration, backends, ports, draw } = options;
  const secure = asked.scheme === 'https';
  const serverName = sentServerName(asked);
  const headers = [
    ...(asked.host === undefined ? [] : [{ name: 'Host', value: asked.host }]),
    ...(asked.headers ?? []).map(([name, value]) => ({ name, value })),
    ...(asked.body === undefined ? [] : [{ name: 'Content-Length', value: String(asked.body.length) }]),
  ];
  const request = httpRequest({
    method: asked.method ?? 'GET',
    path: asked.target,
    version: asked.version ?? '1.1',
    headers,
    body: asked.body ?? '',
    ...(secure && !asked.misdirected && { tls: serverName ? { serverName } : {} }),
  });
  let arrived: Arrived | undefined;
  const incoming: IncomingRequest = {
    payload: httpPayload(request),
    peer: { address: '127.0.0.1', port: 40_000 },
    local: { address: '127.0.0.1', port: secure ? ports.https : ports.http },
    request(sent) {
      const passed = httpRequestOf(sent.payload)!;
      const service = backends.get(sent.destination.address);
      if (service !== undefined) arrived = describe(passed, service, asked);
      // 127.0.0.1:8181 is the controller's own default backend.
      const response = service === undefined ? defaultBackendPage(passed) : httpResponse(200, [], 'echo');
      return replied(response);
    },
  };
  const process = {
    date: () => NOW,
    stdout: () => undefined,
    stderr: () => undefined,
    resolve: () => ({ ok: false, error: 'EAI_NONAME', exchanges: [], elapsedMs: 0 }),
  } as unknown as Process;
  const answered = serve(
    {
      process,
      balancer: createBalancer({ random: createRandom(1).next, date: () => NOW }),
      secure,
      random: () => draw,
      configuration: () => configuration,
      fake,
      ports,
    },
    incoming,
  );
  const response = httpResponseOf(answered?.payload);
  if (!response) throw new Error('the engine gives no answer');
  const value = (name: string) => headerOf(response, name);
  const location = value('location');
  const hsts = value('strict-transport-security');
  const connection = value('connection');
  return {
    status: response.status,
    ...(secure &&
      !asked.misdirected && {
        certificate: attributeOf(chainFor(configuration, serverName, fake)[0]!.subject, 'CN'),
      }),
    ...(location !== undefined && { location }),
    ...(hsts !== undefined && { hsts }),
    ...(connection !== undefined && { connection }),
    ...(arrived ? { arrived } : { page: response.body }),
  };
}

function describe(passed: HttpRequest, service: string, asked: WireRequest): Arrived {
  const known = new Set((asked.headers ?? []).map(([, value]) => value));
  return {
    service,
    method: passed.method,
    target: passed.path,
    version: passed.version,
    headers: comparableHeaders(
      passed.headers.map(({ name, value }) => [name, value]),
      known,
    ),
    body: passed.body,
  };
}

function replied(response: ReturnType<typeof httpResponse>): Exchange {
  return {
    outcome: { kind: 'replied', payload: httpPayload(response) },
    packets: [],
    elapsedMs: 1,
  } as unknown as Exchange;
}
