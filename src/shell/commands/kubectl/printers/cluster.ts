import type { ConfigMap, Event, Namespace, Node, Secret, ServiceAccount } from '../../../../engine/index.ts';
import type { Column, Columns } from './column.ts';
import { AGE, age } from './shared.ts';

const ROLE = 'node-role.kubernetes.io/';

export function nodeStatus(node: Node): string {
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
  const words = [ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'];
  if (node.spec.unschedulable) words.push('SchedulingDisabled');
  return words.join(',');
}

export function nodeRoles(node: Node): string {
  const labels = Object.entries(node.metadata.labels ?? {});
  const roles = labels.flatMap(([key, value]) =>
    key.startsWith(ROLE) && key.length > ROLE.length
      ? [key.slice(ROLE.length)]
      : key === 'kubernetes.io/role' && value
        ? [value]
        : [],
  );
  return roles.length === 0 ? '<none>' : Array.from(new Set(roles)).sort().join(',');
}

const address =
  (type: string): Column<Node>['cell'] =>
  (node) =>
    node.status?.addresses?.find((one) => one.type === type)?.address ?? '<none>';
const info =
  (key: string, missing = '<unknown>'): Column<Node>['cell'] =>
  (node) =>
    node.status?.nodeInfo?.[key] || missing;

export const NODE_COLUMNS: Columns<Node> = [
  { name: 'STATUS', cell: nodeStatus },
  { name: 'ROLES', cell: nodeRoles },
  AGE,
  { name: 'VERSION', cell: info('kubeletVersion', '') },
  { name: 'INTERNAL-IP', wide: true, cell: address('InternalIP') },
  { name: 'EXTERNAL-IP', wide: true, cell: address('ExternalIP') },
  { name: 'OS-IMAGE', wide: true, cell: info('osImage') },
  { name: 'KERNEL-VERSION', wide: true, cell: info('kernelVersion') },
  { name: 'CONTAINER-RUNTIME', wide: true, cell: info('containerRuntimeVersion') },
];

export const NAMESPACE_COLUMNS: Columns<Namespace> = [
  { name: 'STATUS', cell: ({ status }) => status?.phase ?? '' },
  AGE,
];

export const CONFIG_MAP_COLUMNS: Columns<ConfigMap> = [
  {
    name: 'DATA',
    cell: ({ data, binaryData }) =>
      String(Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length),
  },
  AGE,
];

export const SECRET_COLUMNS: Columns<Secret> = [
  { name: 'TYPE', cell: ({ type }) => type ?? 'Opaque' },
  { name: 'DATA', cell: ({ data }) => String(Object.keys(data ?? {}).length) },
  AGE,
];

export const SERVICE_ACCOUNT_COLUMNS: Columns<ServiceAccount> = [
  { name: 'SECRETS', cell: ({ secrets }) => String((secrets ?? []).length) },
  AGE,
];

/** `10s`, or `10s (x30 over 5m)` when it happened more than once. */
export function eventAge(event: Event, now: number): string {
  const last = event.lastTimestamp ?? event.firstTimestamp ?? event.eventTime;
  const first = event.firstTimestamp ?? event.eventTime;
  return (event.count ?? 1) > 1
    ? `${age(last, now)} (x${event.count} over ${age(first, now)})`
    : age(last ?? first, now);
}

export const EVENT_COLUMNS: Columns<Event> = [
  { name: 'TYPE', cell: ({ type }) => type ?? '' },
  { name: 'REASON', cell: ({ reason }) => reason ?? '' },
  {
    name: 'OBJECT',
    cell: ({ involvedObject }) => `${(involvedObject.kind ?? '').toLowerCase()}/${involvedObject.name ?? ''}`,
  },
  { name: 'SUBOBJECT', wide: true, cell: ({ involvedObject }) => involvedObject.fieldPath ?? '' },
  {
    name: 'SOURCE',
    wide: true,
    cell: ({ source, reportingComponent }) =>
      [source?.component || reportingComponent || '', source?.host ?? '']
        .filter((one) => one !== '')
        .join(', '),
  },
  { name: 'MESSAGE', cell: ({ message }) => (message ?? '').trim() },
  {
    name: 'FIRST SEEN',
    wide: true,
    cell: (event, { now }) => age(event.firstTimestamp ?? event.eventTime, now),
  },
  { name: 'COUNT', wide: true, cell: ({ count }) => String(count ?? 1) },
  { name: 'NAME', wide: true, cell: ({ metadata }) => metadata.name },
];

export const EVENT_AGE: Column<Event> = {
  name: 'LAST SEEN',
  cell: (event, { now }) => age(event.lastTimestamp ?? event.firstTimestamp ?? event.eventTime, now),
};
