import type { ApiClient, EndpointSlice, Event, KubernetesObject, Labels } from '../../../../engine/index.ts';
import { eventAge } from '../printers/cluster.ts';
import { join } from '../printers/endpoints.ts';
import type { DescribeWriter } from './writer.ts';

export interface DescribeContext {
  readonly api: ApiClient;
  readonly now: number;
  readonly showEvents: boolean;
}

/** `Labels:` with one pair a line, sorted. */
export function writeMap(
  out: DescribeWriter,
  depth: number,
  title: string,
  map: Labels | undefined,
  separator = '=',
): void {
  const entries = Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) {
    out.line(depth, `${title}:`, '<none>');
    return;
  }
  for (const [index, [key, value]] of entries.entries()) {
    const text = separator === '=' ? `${key}=${value}` : annotation(key, value);
    if (text.includes('\n')) {
      out.line(depth, index === 0 ? `${title}:` : '', text.split('\n')[0]!);
      for (const line of text.split('\n').slice(1)) out.line(depth, '', line);
    } else out.line(depth, index === 0 ? `${title}:` : '', text);
  }
}

const MAX_ANNOTATION = 140;
const HIDDEN = ['kubectl.kubernetes.io/last-applied-configuration'];

function annotation(key: string, value: string): string {
  const clean = value.replace(/\n$/, '');
  if (key.length + clean.length + 1 <= MAX_ANNOTATION && !clean.includes('\n')) return `${key}: ${clean}`;
  const lines = clean
    .split('\n')
    .map((line) => `  ${line.length > MAX_ANNOTATION ? `${line.slice(0, MAX_ANNOTATION - 2)}...` : line}`);
  return `${key}:\n${lines.join('\n')}`;
}

/** Annotations without those that describe never shows; long ones go on the next line (printAnnotationsMultiline). */
export function writeAnnotations(
  out: DescribeWriter,
  depth: number,
  annotations: Labels | undefined,
  title = 'Annotations',
): void {
  writeMap(
    out,
    depth,
    title,
    Object.fromEntries(Object.entries(annotations ?? {}).filter(([key]) => !HIDDEN.includes(key))),
    ': ',
  );
}

/** `Sun, 22 Nov 2026 07:31:35 +0000` (RFC 1123 with a numeric zone). */
export function longTime(timestamp: string | undefined): string {
  if (!timestamp) return 'Mon, 01 Jan 0001 00:00:00 +0000';
  return new Date(Date.parse(timestamp)).toUTCString().replace('GMT', '+0000');
}

/** The last block of almost every description. */
export function writeEvents(out: DescribeWriter, context: DescribeContext, object: KubernetesObject): void {
  if (!context.showEvents) return;
  const { name, namespace, uid } = object.metadata;
  const events = context.api
    .list('events', { ...(namespace && { namespace }) })
    .filter(
      ({ involvedObject }) =>
        involvedObject.kind === object.kind &&
        involvedObject.name === name &&
        (!uid || !involvedObject.uid || involvedObject.uid === uid || object.kind === 'Node'),
    )
    .sort((a, b) => when(a) - when(b));
  if (events.length === 0) {
    out.line(0, 'Events:', '<none>');
    return;
  }
  out.line(0, 'Events:');
  out.line(1, 'Type', 'Reason', 'Age', 'From', 'Message');
  out.line(1, '----', '------', '----', '----', '-------');
  for (const event of events) {
    const from = event.source?.component || event.reportingComponent || '';
    const message = (event.message ?? '').trim();
    const field = event.involvedObject.fieldPath;
    out.line(
      1,
      event.type ?? '',
      event.reason ?? '',
      eventAge(event, context.now),
      from,
      field ? `${field}: ${message}` : message,
    );
  }
}

function when(event: Event): number {
  return (
    Date.parse(
      event.lastTimestamp ??
        event.firstTimestamp ??
        event.eventTime ??
        event.metadata.creationTimestamp ??
        '',
    ) || 0
  );
}

export function slicesOf(api: ApiClient, namespace: string, service: string): readonly EndpointSlice[] {
  return api.list('endpointslices', { namespace, labelSelector: `kubernetes.io/service-name=${service}` });
}

/** Ready addresses behind one port of a Service; `<none>` without any slice, nothing when none is ready. */
export function endpointsOfPort(slices: readonly EndpointSlice[], portName: string): string {
  if (slices.length === 0) return '<none>';
  const addresses = slices.flatMap(({ ports, endpoints }) => {
    const all = (ports ?? []).filter(({ name }) => (name ?? '') === portName);
    return all.flatMap(({ port }) =>
      (endpoints ?? [])
        .filter(({ conditions }) => conditions?.ready !== false)
        .flatMap(({ addresses: found }) => found.map((address) => join(address, port ?? ''))),
    );
  });
  return addresses.length <= 3
    ? addresses.join(',')
    : `${addresses.slice(0, 3).join(',')} + ${addresses.length - 3} more...`;
}
