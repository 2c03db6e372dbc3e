import {
  addQuantities,
  type ConfigMap,
  formatQuantity,
  milliValue,
  type Namespace,
  type Node,
  type Pod,
  type Quantity,
  quantityOf,
  type Secret,
  type ServiceAccount,
} from '../../../../engine/index.ts';
import { nodeRoles } from '../printers/cluster.ts';
import { age } from '../printers/shared.ts';
import { type DescribeContext, longTime, writeAnnotations, writeEvents, writeMap } from './shared.ts';
import type { DescribeWriter } from './writer.ts';

/** The node's heartbeat: when its kubelet last said that it lives. */
function writeLease(out: DescribeWriter, nodeName: string, { api }: DescribeContext): void {
  const lease = api.get('leases', 'kube-node-lease', nodeName);
  if (!lease.ok) {
    out.line(0, 'Lease:', `Failed to get lease: ${lease.status.message}`);
    return;
  }
  const { holderIdentity, acquireTime, renewTime } = lease.object.spec ?? {};
  out.line(0, 'Lease:');
  out.line(1, 'HolderIdentity:', holderIdentity ?? '<unset>');
  out.line(1, 'AcquireTime:', acquireTime ? longTime(acquireTime) : '<unset>');
  out.line(1, 'RenewTime:', renewTime ? longTime(renewTime) : '<unset>');
}

/** Models describeNode. */
export function describeNode(out: DescribeWriter, node: Node, context: DescribeContext): void {
  const { metadata, spec, status } = node;
  out.line(0, 'Name:', metadata.name);
  out.line(0, 'Roles:', nodeRoles(node));
  writeMap(out, 0, 'Labels', metadata.labels);
  writeAnnotations(out, 0, metadata.annotations);
  out.line(0, 'CreationTimestamp:', longTime(metadata.creationTimestamp));
  const taints = [...(spec.taints ?? [])].sort((a, b) => (a.effect + a.key < b.effect + b.key ? -1 : 1));
  if (taints.length === 0) out.line(0, 'Taints:', '<none>');
  for (const [index, { key, value, effect }] of taints.entries())
    out.line(0, index === 0 ? 'Taints:' : '', `${key}${value ? `=${value}` : ''}:${effect}`);
  out.line(0, 'Unschedulable:', String(spec.unschedulable ?? false));
  writeLease(out, metadata.name, context);
  if ((status?.conditions ?? []).length > 0) {
    out.line(0, 'Conditions:');
    out.line(1, 'Type', 'Status', 'LastHeartbeatTime', 'LastTransitionTime', 'Reason', 'Message');
    out.line(1, '----', '------', '-----------------', '------------------', '------', '-------');
    for (const condition of status!.conditions!) {
      const heartbeat =
        (condition as { readonly lastHeartbeatTime?: string }).lastHeartbeatTime ??
        condition.lastTransitionTime;
      out.line(
        1,
        `${condition.type} `,
        `${condition.status} `,
        `${longTime(heartbeat)} `,
        `${longTime(condition.lastTransitionTime)} `,
        `${condition.reason ?? ''} `,
        condition.message ?? '',
      );
    }
  }
  out.line(0, 'Addresses:');
  for (const { type, address } of status?.addresses ?? []) out.line(1, `${type}:`, address);
  for (const [title, amounts] of [
    ['Capacity', status?.capacity],
    ['Allocatable', status?.allocatable],
  ] as const) {
    const entries = Object.entries(amounts ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    if (entries.length === 0) continue;
    out.line(0, `${title}:`);
    for (const [resource, amount] of entries) out.line(1, `${resource}:`, amount);
  }
  const info = status?.nodeInfo ?? {};
  out.line(0, 'System Info:');
  for (const [label, key] of SYSTEM_INFO) out.line(1, `${label}:`, info[key] ?? '');
  if (spec.podCIDR) out.line(0, 'PodCIDR:', spec.podCIDR);
  if ((spec.podCIDRs ?? []).length > 0) out.line(0, 'PodCIDRs:', spec.podCIDRs!.join(','));
  if (spec.providerID) out.line(0, 'ProviderID:', spec.providerID);
  writePods(out, node, context);
  writeEvents(out, context, node);
}

const SYSTEM_INFO = [
  ['Machine ID', 'machineID'],
  ['System UUID', 'systemUUID'],
  ['Boot ID', 'bootID'],
  ['Kernel Version', 'kernelVersion'],
  ['OS Image', 'osImage'],
  ['Operating System', 'operatingSystem'],
  ['Architecture', 'architecture'],
  ['Container Runtime Version', 'containerRuntimeVersion'],
  ['Kubelet Version', 'kubeletVersion'],
  ['Kube-Proxy Version', 'kubeProxyVersion'],
] as const;

const ZERO: Quantity = quantityOf('0');

function sum(pod: Pod, kind: 'requests' | 'limits', resource: string): Quantity {
  return pod.spec.containers.reduce((total, { resources }) => {
    const amount = resources?.[kind]?.[resource];
    return amount === undefined ? total : addQuantities(total, quantityOf(amount));
  }, ZERO);
}

/** What the pods of a node ask for, and what share of the node that is. */
function writePods(out: DescribeWriter, { metadata, status }: Node, context: DescribeContext): void {
  const pods = context.api
    .list('pods')
    .filter(
      ({ spec, status: own }) =>
        spec.nodeName === metadata.name && own?.phase !== 'Succeeded' && own?.phase !== 'Failed',
    );
  const allocatable = { ...status?.capacity, ...status?.allocatable };
  const share = (amount: Quantity, resource: string) => {
    const whole = milliValue(quantityOf(allocatable[resource] ?? '0'));
    return whole === 0 ? 0 : Math.trunc((milliValue(amount) / whole) * 100);
  };
  const cell = (amount: Quantity, resource: string) =>
    `${formatQuantity(amount)} (${share(amount, resource)}%)`;
  out.line(0, 'Non-terminated Pods:', `(${pods.length} in total)`);
  out.line(
    1,
    'Namespace',
    'Name',
    '',
    'CPU Requests',
    'CPU Limits',
    'Memory Requests',
    'Memory Limits',
    'Age',
  );
  out.line(
    1,
    '---------',
    '----',
    '',
    '------------',
    '----------',
    '---------------',
    '-------------',
    '---',
  );
  for (const pod of pods) {
    out.line(
      1,
      pod.metadata.namespace ?? '',
      pod.metadata.name,
      '',
      cell(sum(pod, 'requests', 'cpu'), 'cpu'),
      cell(sum(pod, 'limits', 'cpu'), 'cpu'),
      cell(sum(pod, 'requests', 'memory'), 'memory'),
      cell(sum(pod, 'limits', 'memory'), 'memory'),
      age(pod.metadata.creationTimestamp, context.now),
    );
  }
  out.line(0, 'Allocated resources:');
  out.line(0, '  (Total limits may be over 100 percent, i.e., overcommitted.)');
  out.line(1, 'Resource', 'Requests', 'Limits');
  out.line(1, '--------', '--------', '------');
  const extended = Object.keys(allocatable)
    .filter((name) => name.startsWith('hugepages-'))
    .sort();
  for (const resource of ['cpu', 'memory', 'ephemeral-storage', ...extended]) {
    const total = (kind: 'requests' | 'limits') =>
      pods.reduce((amount, pod) => addQuantities(amount, sum(pod, kind, resource)), ZERO);
    out.line(1, resource, cell(total('requests'), resource), cell(total('limits'), resource));
  }
}

export function describeNamespace(out: DescribeWriter, namespace: Namespace): void {
  const { metadata, status } = namespace;
  out.line(0, 'Name:', metadata.name);
  writeMap(out, 0, 'Labels', metadata.labels);
  writeAnnotations(out, 0, metadata.annotations);
  out.line(0, 'Status:', status?.phase ?? '');
  out.raw('\nNo resource quota.\n\nNo LimitRange resource.');
}

export function describeConfigMap(out: DescribeWriter, map: ConfigMap, context: DescribeContext): void {
  const { metadata, data = {}, binaryData = {} } = map;
  out.line(0, 'Name:', metadata.name);
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  writeMap(out, 0, 'Labels', metadata.labels);
  writeAnnotations(out, 0, metadata.annotations);
  out.raw('\nData\n====');
  for (const [key, value] of Object.entries(data))
    out.raw(`${key}:\n----\n${value}\n\n`.replace(/\n$/, ''), true);
  out.raw('\nBinaryData\n====');
  for (const [key, value] of Object.entries(binaryData)) out.raw(`${key}: ${atob(value).length} bytes`);
  out.raw('');
  writeEvents(out, context, map);
}

export function describeSecret(out: DescribeWriter, secret: Secret): void {
  const { metadata, data = {} } = secret;
  out.line(0, 'Name:', metadata.name);
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  writeMap(out, 0, 'Labels', metadata.labels);
  writeAnnotations(out, 0, metadata.annotations);
  out.line(0, '');
  out.line(0, 'Type:', secret.type ?? 'Opaque');
  out.raw('\nData\n====');
  for (const [key, value] of Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1)))
    out.line(0, `${key}:`, `${decodedLength(value)} bytes`);
}

function decodedLength(base64: string): number {
  return Math.floor((base64.replace(/=+$/, '').length * 3) / 4);
}

export function describeServiceAccount(
  out: DescribeWriter,
  account: ServiceAccount,
  context: DescribeContext,
): void {
  const { metadata, secrets = [] } = account;
  out.line(0, 'Name:', metadata.name);
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  writeMap(out, 0, 'Labels', metadata.labels);
  writeAnnotations(out, 0, metadata.annotations);
  out.line(0, 'Image pull secrets:', '<none>');
  out.line(0, 'Mountable secrets:', secrets.map(({ name }) => name).join(', ') || '<none>');
  out.line(0, 'Tokens:', '<none>');
  writeEvents(out, context, account);
}
