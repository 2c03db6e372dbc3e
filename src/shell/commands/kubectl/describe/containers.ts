import type { Container, ContainerState, ContainerStatus, EnvVar, Probe } from '../../../../engine/index.ts';
import { longTime } from './shared.ts';
import type { DescribeWriter } from './writer.ts';

export interface ContainerBlock {
  readonly title: 'Containers' | 'Init Containers' | 'Ephemeral Containers';
  readonly containers: readonly Container[];
  /** Absent in a pod template. */
  readonly statuses?: readonly ContainerStatus[];
  /** A variable's value from a field of the pod. */
  readonly resolveField?: (fieldPath: string) => string;
  /** In a template every container stands one blank further left. */
  readonly indent: string;
}

/** Models describeContainers (kubectl pkg/describe/describe.go, v1.36). */
export function writeContainers(out: DescribeWriter, block: ContainerBlock): void {
  const { title, containers, statuses, indent } = block;
  if (containers.length === 0) {
    if (title === 'Containers') out.line(0, `${indent}${title}:`, '<none>');
    return;
  }
  out.line(0, `${indent}${title}:`);
  for (const container of containers) {
    const status = statuses?.find(({ name }) => name === container.name);
    const line = (label: string, value?: string) =>
      out.line(2, ...(value === undefined ? [label] : [label, value]));
    out.raw(`${indent}${statuses ? '  ' : ' '}${container.name}:`);
    if (statuses && status) line('Container ID:', status.containerID ?? '');
    line('Image:', container.image ?? '');
    if (statuses && status) line('Image ID:', status.imageID ?? '');
    writePorts(container, line);
    writeWords(out, 'Command', container.command);
    writeWords(out, 'Args', container.args);
    if (statuses && status) {
      writeState(out, 'State', status.state);
      if (status.lastState?.terminated) writeState(out, 'Last State', status.lastState);
      line('Ready:', status.ready ? 'True' : 'False');
      line('Restart Count:', String(status.restartCount));
    }
    for (const [name, amounts] of [
      ['Limits', container.resources?.limits],
      ['Requests', container.resources?.requests],
    ] as const) {
      const entries = Object.entries(amounts ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
      if (entries.length === 0) continue;
      line(`${name}:`);
      for (const [resource, amount] of entries) out.line(3, `${resource}:`, amount);
    }
    if (container.livenessProbe) line('Liveness:', probeText(container.livenessProbe));
    if (container.readinessProbe) line('Readiness:', probeText(container.readinessProbe));
    if (container.startupProbe) line('Startup:', probeText(container.startupProbe));
    writeEnvironment(out, container, block.resolveField);
    writeMounts(out, container);
  }
}

function writePorts({ ports = [] }: Container, line: (label: string, value: string) => void): void {
  const inside = ports
    .map(({ containerPort, protocol = 'TCP' }) => `${containerPort}/${protocol}`)
    .join(', ');
  const outside = ports.map(({ hostPort = 0, protocol = 'TCP' }) => `${hostPort}/${protocol}`).join(', ');
  line(inside.includes(',') ? 'Ports:' : 'Port:', inside || '<none>');
  line(outside.includes(',') ? 'Host Ports:' : 'Host Port:', outside || '<none>');
}

function writeWords(out: DescribeWriter, title: string, words: readonly string[] | undefined): void {
  if (!words || words.length === 0) return;
  out.line(2, `${title}:`);
  for (const word of words) for (const part of word.split('\n')) out.line(3, part);
}

function writeState(out: DescribeWriter, title: string, state: ContainerState | undefined): void {
  const { running, waiting, terminated } = state ?? {};
  if (running) {
    out.line(2, `${title}:`, 'Running');
    out.line(3, 'Started:', longTime(running.startedAt));
  } else if (terminated) {
    out.line(2, `${title}:`, 'Terminated');
    if (terminated.reason) out.line(3, 'Reason:', terminated.reason);
    if (terminated.message) out.line(3, 'Message:', terminated.message);
    out.line(3, 'Exit Code:', String(terminated.exitCode));
    if (terminated.signal) out.line(3, 'Signal:', String(terminated.signal));
    out.line(3, 'Started:', longTime(terminated.startedAt));
    out.line(3, 'Finished:', longTime(terminated.finishedAt));
  } else {
    out.line(2, `${title}:`, 'Waiting');
    if (waiting?.reason) out.line(3, 'Reason:', waiting.reason);
  }
}

/** `http-get http://:80/healthz delay=0s timeout=1s period=10s #success=1 #failure=3`. Models DescribeProbe. */
export function probeText(probe: Probe): string {
  const {
    initialDelaySeconds = 0,
    timeoutSeconds = 1,
    periodSeconds = 10,
    successThreshold = 1,
    failureThreshold = 3,
  } = probe;
  const attributes = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s #success=${successThreshold} #failure=${failureThreshold}`;
  if (probe.exec) return `exec [${probe.exec.command.join(' ')}] ${attributes}`;
  if (probe.httpGet) {
    const { scheme = 'HTTP', host = '', port, path = '' } = probe.httpGet;
    return `http-get ${scheme.toLowerCase()}://${host}:${port}${path.startsWith('/') || path === '' ? path : `/${path}`} ${attributes}`;
  }
  if (probe.tcpSocket)
    return `tcp-socket ${probe.tcpSocket.host ?? ''}:${probe.tcpSocket.port} ${attributes}`;
  if (probe.grpc) return `grpc <pod>:${probe.grpc.port} ${probe.grpc.service ?? ''} ${attributes}`;
  return `unknown ${attributes}`;
}

function writeEnvironment(
  out: DescribeWriter,
  container: Container,
  resolveField: ContainerBlock['resolveField'],
): void {
  if (container.envFrom && container.envFrom.length > 0) {
    out.line(2, 'Environment Variables from:');
    for (const { prefix, configMapRef, secretRef } of container.envFrom) {
      const [kind, reference] = configMapRef ? ['ConfigMap', configMapRef] : ['Secret', secretRef];
      const more = prefix ? ` with prefix '${prefix}'` : '';
      out.line(3, reference?.name ?? '', `${kind}${more}`, `Optional: ${reference?.optional ?? false}`);
    }
  }
  const variables = container.env ?? [];
  if (variables.length === 0) {
    out.line(2, 'Environment:', '<none>');
    return;
  }
  out.line(2, 'Environment:');
  for (const variable of variables) writeVariable(out, variable, resolveField);
}

function writeVariable(
  out: DescribeWriter,
  { name, value, valueFrom }: EnvVar,
  resolveField: ContainerBlock['resolveField'],
): void {
  if (!valueFrom) {
    const [first = '', ...rest] = (value ?? '').split('\n');
    out.line(3, `${name}:`, first);
    for (const line of rest) out.line(3, '', line);
    return;
  }
  const { fieldRef, configMapKeyRef, secretKeyRef, resourceFieldRef } = valueFrom;
  if (fieldRef)
    out.line(
      3,
      `${name}:`,
      `${resolveField?.(fieldRef.fieldPath) ?? ''} (${fieldRef.apiVersion ?? 'v1'}:${fieldRef.fieldPath})`,
    );
  else if (resourceFieldRef) out.line(3, `${name}:`, `(${resourceFieldRef.resource})`);
  else if (configMapKeyRef)
    out.line(
      3,
      `${name}:`,
      `<set to the key '${configMapKeyRef.key}' of config map '${configMapKeyRef.name}'>`,
      `Optional: ${configMapKeyRef.optional ?? false}`,
    );
  else if (secretKeyRef)
    out.line(
      3,
      `${name}:`,
      `<set to the key '${secretKeyRef.key}' in secret '${secretKeyRef.name}'>`,
      `Optional: ${secretKeyRef.optional ?? false}`,
    );
}

function writeMounts(out: DescribeWriter, { volumeMounts = [] }: Container): void {
  if (volumeMounts.length === 0) {
    out.line(2, 'Mounts:', '<none>');
    return;
  }
  out.line(2, 'Mounts:');
  for (const { mountPath, name, readOnly, subPath } of [...volumeMounts].sort((a, b) =>
    a.mountPath < b.mountPath ? -1 : 1,
  )) {
    out.line(
      3,
      `${mountPath} from ${name} (${readOnly ? 'ro' : 'rw'}${subPath ? `,path="${subPath}"` : ''})`,
    );
  }
}
