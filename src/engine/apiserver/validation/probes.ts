/** Rules of probes and lifecycle handlers (pkg/apis/core/validation/validation.go, v1.36). */
import type { Container, LifecycleHandler, PodSpec, Probe } from '../../api/index.ts';
import {
  type FieldError,
  forbidden,
  httpHeaderName,
  invalid,
  invalidEach,
  notSupported,
  required,
} from '../../apimachinery/index.ts';
import { validatePortNumberOrName } from './ports.ts';

const NOT_NEGATIVE = 'must be greater than or equal to 0';
const LINUX_SIGNALS = [
  ...'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT RTMAX'.split(' '),
  ...Array.from({ length: 14 }, (_, place) => `RTMAX-${place + 1}`),
  'RTMIN',
  ...Array.from({ length: 15 }, (_, place) => `RTMIN+${place + 1}`),
  ...'SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ'.split(' '),
]
  .map((name) => `SIG${name}`)
  .sort();

/** All three probes of a container, at the container's path. */
export function validateProbes(container: Container, path: string): FieldError[] {
  const { livenessProbe, readinessProbe, startupProbe } = container;
  return [
    ...(livenessProbe ? validateProbe(livenessProbe, `${path}.livenessProbe`, true) : []),
    ...(readinessProbe ? validateReadinessProbe(readinessProbe, `${path}.readinessProbe`) : []),
    ...(startupProbe ? validateProbe(startupProbe, `${path}.startupProbe`, true) : []),
  ];
}

/** `spec`: of the pod, for its grace period and its operating system. */
export function validateLifecycle(
  lifecycle: NonNullable<Container['lifecycle']>,
  spec: PodSpec,
  path: string,
): FieldError[] {
  const { postStart, preStop, stopSignal } = lifecycle;
  const errors: FieldError[] = [];
  if (postStart)
    errors.push(
      ...validateHandler(
        lifecycleHandler(postStart),
        `${path}.postStart`,
        spec.terminationGracePeriodSeconds,
      ),
    );
  if (preStop)
    errors.push(
      ...validateHandler(lifecycleHandler(preStop), `${path}.preStop`, spec.terminationGracePeriodSeconds),
    );
  if (stopSignal !== undefined) errors.push(...validateStopSignal(stopSignal, spec, `${path}.stopSignal`));
  return errors;
}

function validateReadinessProbe(probe: Probe, path: string): FieldError[] {
  const errors = validateProbe(probe, path, false);
  if (probe.terminationGracePeriodSeconds !== undefined) {
    const detail = 'must not be set for readinessProbes';
    errors.push(
      invalid(`${path}.terminationGracePeriodSeconds`, probe.terminationGracePeriodSeconds, detail),
    );
  }
  return errors;
}

function validateProbe(probe: Probe, path: string, succeedsOnce: boolean): FieldError[] {
  const errors = validateHandler(probe, path);
  for (const field of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const) {
    const value = probe[field] ?? 0;
    if (value < 0) errors.push(invalid(`${path}.${field}`, value, NOT_NEGATIVE));
  }
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0)
    errors.push(invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'));
  if (succeedsOnce && probe.successThreshold !== 1) {
    errors.push(invalid(`${path}.successThreshold`, probe.successThreshold ?? 0, 'must be 1'));
  }
  return errors;
}

/** Lifecycle handlers know nothing of gRPC. */
function lifecycleHandler({ grpc: _, ...handler }: LifecycleHandler): LifecycleHandler {
  return handler;
}

function validateHandler(handler: LifecycleHandler, path: string, graceSeconds?: number): FieldError[] {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  const kinds: [string, () => FieldError[]][] = [];
  if (exec) kinds.push(['exec', () => (exec.command?.length ? [] : [required(`${path}.exec.command`)])]);
  if (httpGet) kinds.push(['httpGet', () => validateHttpGet(httpGet, `${path}.httpGet`)]);
  if (tcpSocket)
    kinds.push(['tcpSocket', () => validatePortNumberOrName(tcpSocket.port ?? 0, `${path}.tcpSocket.port`)]);
  if (grpc) kinds.push(['grpc', () => validatePortNumberOrName(grpc.port ?? 0, `${path}.grpc.port`)]);
  if (sleep) kinds.push(['sleep', () => validateSleep(sleep.seconds ?? 0, `${path}.sleep`, graceSeconds)]);
  if (kinds.length === 0) return [required(path, 'must specify a handler type')];
  return kinds.flatMap(([name, validate], place) =>
    place === 0 ? validate() : [forbidden(`${path}.${name}`, 'may not specify more than 1 handler type')],
  );
}

function validateHttpGet(action: NonNullable<Probe['httpGet']>, path: string): FieldError[] {
  const errors = action.path ? [] : [required(`${path}.path`)];
  errors.push(...validatePortNumberOrName(action.port ?? 0, `${path}.port`));
  const schemes = ['HTTP', 'HTTPS'];
  if (!schemes.includes(action.scheme ?? ''))
    errors.push(notSupported(`${path}.scheme`, action.scheme ?? '', schemes));
  for (const { name = '' } of action.httpHeaders ?? [])
    errors.push(...invalidEach(`${path}.httpHeaders`, name, httpHeaderName(name)));
  return errors;
}

function validateSleep(seconds: number, path: string, grace: number | undefined): FieldError[] {
  if (grace === undefined || (seconds >= 0 && seconds <= grace)) return [];
  return [
    invalid(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`),
  ];
}

function validateStopSignal(signal: string, { os }: PodSpec, path: string): FieldError[] {
  if (!os) return [forbidden(path, 'may not be set for containers with empty `spec.os.name`')];
  const supported = os.name === 'windows' ? ['SIGKILL', 'SIGTERM'] : LINUX_SIGNALS;
  return supported.includes(signal) ? [] : [notSupported(path, signal, supported)];
}
