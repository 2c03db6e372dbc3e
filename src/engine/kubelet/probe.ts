import type { Container, IntOrString, ProbeHandler } from '../api/index.ts';
import {
  type HttpHeader,
  httpPayload,
  httpRequest,
  httpResponseOf,
  overTlsUnchecked,
} from '../libc/index.ts';
import type { Exchange, Outcome, PacketNetwork } from '../linux/index.ts';

/** What one probe found. `unknown`: the probe itself could not be made. */
export interface ProbeResult {
  readonly result: 'success' | 'failure' | 'unknown';
  /** What the kubelet writes after `Readiness probe failed: `. */
  readonly output: string;
}

export interface ProbeTarget {
  readonly network: PacketNetwork;
  /** The kubelet's own network namespace: the node's. */
  readonly nodeNetns: string;
  readonly podIP: string;
  readonly container: Container;
  /** Runs a command in the container. */
  execute(
    command: readonly string[],
    done: (status: number, output: string) => void,
  ): { readonly cancel: () => void };
  after(milliseconds: number, work: () => void): () => void;
}

/** Longest part of an answer that is kept for the event (pkg/probe/http, maxRespBodyLength). */
const MAX_OUTPUT = 10 * 1024;

/**
 * Runs one probe or lifecycle handler, as pkg/kubelet/prober/prober.go does: HTTP and TCP travel from the node to the
 * pod through the network, commands run in the container. Calls back when the answer or the timeout has come.
 */
export function runProbe(
  handler: ProbeHandler,
  timeoutMs: number,
  target: ProbeTarget,
  done: (result: ProbeResult) => void,
): void {
  if (handler.exec) {
    execProbe(handler.exec.command, timeoutMs, target, done);
    return;
  }
  const { result, elapsedMs } = networkProbe(handler, timeoutMs, target);
  target.after(elapsedMs, () => done(result));
}

function execProbe(
  command: readonly string[],
  timeoutMs: number,
  target: ProbeTarget,
  done: (result: ProbeResult) => void,
): void {
  const running = target.execute(command, (status, output) => {
    cancel();
    done({ result: status === 0 ? 'success' : 'failure', output: output.slice(0, MAX_OUTPUT) });
  });
  const cancel = target.after(timeoutMs, () => {
    running.cancel();
    done({
      result: 'failure',
      output: `command timed out: ${JSON.stringify(command.join(' '))} timed out after ${timeoutMs / 1000}s`,
    });
  });
}

function networkProbe(
  handler: ProbeHandler,
  timeoutMs: number,
  target: ProbeTarget,
): { readonly result: ProbeResult; readonly elapsedMs: number } {
  const { httpGet, tcpSocket, grpc } = handler;
  const named = httpGet?.port ?? tcpSocket?.port ?? grpc?.port;
  const port = named === undefined ? undefined : portNumber(named, target.container);
  if (port === undefined)
    return { result: { result: 'unknown', output: `port ${named} not found` }, elapsedMs: 0 };
  if (httpGet) return httpProbe(httpGet, port, timeoutMs, target);
  if (grpc) return grpcProbe(grpc.service ?? '', port, timeoutMs, target);
  const host = tcpSocket?.host || target.podIP;
  const exchange = connect(host, port, timeoutMs, target);
  const failed = failureOf(exchange.outcome);
  if (failed === undefined)
    return { result: { result: 'success', output: '' }, elapsedMs: exchange.elapsedMs };
  return {
    result: { result: 'failure', output: `dial tcp ${host}:${port}: ${failed}` },
    elapsedMs: exchange.elapsedMs,
  };
}

function connect(address: string, port: number, timeoutMs: number, target: ProbeTarget): Exchange {
  return target.network.request({
    netns: target.nodeNetns,
    process: 'kubelet',
    protocol: 'tcp',
    destination: { address, port },
    connectTimeoutMs: timeoutMs,
    timeoutMs,
  });
}

const HTTP_TIMEOUT = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';

function httpProbe(
  get: NonNullable<ProbeHandler['httpGet']>,
  port: number,
  timeoutMs: number,
  target: ProbeTarget,
): { readonly result: ProbeResult; readonly elapsedMs: number } {
  const host = get.host || target.podIP;
  const path = (get.path ?? '/').startsWith('/') ? (get.path ?? '/') : `/${get.path}`;
  const scheme = (get.scheme ?? 'HTTP').toLowerCase();
  const url = `${scheme}://${host}:${port}${path}`;
  const headers = probeHeaders(`${host}:${port}`, get.httpHeaders ?? []);
  const request = httpRequest({ path, headers });
  const tls = scheme === 'https' ? overTlsUnchecked(request, undefined, ['h2', 'http/1.1']) : undefined;
  const exchange = target.network.request({
    netns: target.nodeNetns,
    process: 'kubelet',
    protocol: 'tcp',
    destination: { address: host, port },
    ...(tls?.options ?? { payload: httpPayload(request) }),
    connectTimeoutMs: timeoutMs,
    timeoutMs,
  });
  const { elapsedMs, outcome } = exchange;
  if (outcome.kind === 'timeout') return failure(`Get "${url}": ${HTTP_TIMEOUT}`, elapsedMs);
  const failed = failureOf(outcome);
  if (failed !== undefined) {
    const reason = failed === 'i/o timeout' ? HTTP_TIMEOUT : `dial tcp ${host}:${port}: ${failed}`;
    return failure(`Get "${url}": ${reason}`, elapsedMs);
  }
  const response = outcome.kind === 'replied' ? httpResponseOf(outcome.payload) : undefined;
  if (response && tls && !tls.established())
    return failure(`Get "${url}": http: server gave HTTP response to HTTPS client`, elapsedMs);
  if (!response) return failure(`Get "${url}": EOF`, elapsedMs);
  if (response.status >= 200 && response.status < 400)
    return { result: { result: 'success', output: response.body }, elapsedMs };
  return failure(`HTTP probe failed with statuscode: ${response.status}`, elapsedMs);
}

function failure(
  output: string,
  elapsedMs: number,
): { readonly result: ProbeResult; readonly elapsedMs: number } {
  return { result: { result: 'failure', output }, elapsedMs };
}

/** The kubelet's own headers, unless the probe sets them (pkg/probe/http/request.go). */
function probeHeaders(host: string, own: readonly HttpHeader[]): readonly HttpHeader[] {
  const has = (name: string) => own.find((header) => header.name.toLowerCase() === name.toLowerCase());
  const defaults = [
    { name: 'Host', value: has('Host')?.value ?? host },
    { name: 'User-Agent', value: 'kube-probe/1.36' },
    { name: 'Accept', value: '*/*' },
    { name: 'Connection', value: 'close' },
  ];
  return [
    ...defaults.filter(({ name }) => name === 'Host' || !has(name)),
    ...own.filter(({ name }) => name.toLowerCase() !== 'host'),
  ];
}

/** The health service of gRPC (grpc.health.v1.Health/Check), as an HTTP/2 request. */
function grpcProbe(
  service: string,
  port: number,
  timeoutMs: number,
  target: ProbeTarget,
): { readonly result: ProbeResult; readonly elapsedMs: number } {
  const address = `${target.podIP}:${port}`;
  const exchange = target.network.request({
    netns: target.nodeNetns,
    process: 'kubelet',
    protocol: 'tcp',
    destination: { address: target.podIP, port },
    payload: httpPayload(
      httpRequest({
        method: 'POST',
        path: '/grpc.health.v1.Health/Check',
        headers: [
          { name: 'Host', value: address },
          { name: 'Content-Type', value: 'application/grpc' },
        ],
        body: service,
      }),
    ),
    connectTimeoutMs: timeoutMs,
    timeoutMs,
  });
  const response = exchange.outcome.kind === 'replied' ? httpResponseOf(exchange.outcome.payload) : undefined;
  const status = response?.headers.find(({ name }) => name.toLowerCase() === 'grpc-status')?.value;
  if (status === '0' && response?.body === 'SERVING')
    return { result: { result: 'success', output: '' }, elapsedMs: exchange.elapsedMs };
  if (status === '0')
    return failure(`service unhealthy (responded with "${response?.body}")`, exchange.elapsedMs);
  return failure(
    `timeout: failed to connect service "${address}" within ${timeoutMs / 1000}s: context deadline exceeded`,
    status === undefined ? timeoutMs : exchange.elapsedMs,
  );
}

/** Go's words for a connection that was not made; undefined: it was. */
function failureOf(outcome: Outcome): string | undefined {
  if (outcome.kind === 'replied') return undefined;
  if (outcome.kind === 'timeout') return 'i/o timeout';
  switch (outcome.errno) {
    case 'ECONNREFUSED':
      return 'connect: connection refused';
    case 'ECONNRESET':
      return 'connect: connection reset by peer';
    case 'EHOSTUNREACH':
      return 'connect: no route to host';
    case 'ENETUNREACH':
      return 'connect: network is unreachable';
    case 'EPERM':
      return 'connect: operation not permitted';
    default:
      return 'i/o timeout';
  }
}

/** A port's number, or that of the container's port of that name. */
export function portNumber(port: IntOrString, container: Container): number | undefined {
  if (typeof port === 'number') return port;
  return (
    container.ports?.find(({ name }) => name === port)?.containerPort ??
    (/^\d+$/.test(port) ? Number(port) : undefined)
  );
}
