import type { Pod } from '../../../../engine/index.ts';
import { age } from '../printers/shared.ts';
import { writeContainers } from './containers.ts';
import { type DescribeContext, longTime, writeAnnotations, writeEvents, writeMap } from './shared.ts';
import { writeTolerations, writeVolumes } from './volumes.ts';
import type { DescribeWriter } from './writer.ts';

/** Models describePod (kubectl pkg/describe/describe.go, v1.36). */
export function describePod(out: DescribeWriter, pod: Pod, context: DescribeContext): void {
  const { metadata, spec } = pod;
  const status = pod.status ?? {};
  out.line(0, 'Name:', metadata.name);
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  if (spec.priority !== undefined) out.line(0, 'Priority:', String(spec.priority));
  if (spec.priorityClassName) out.line(0, 'Priority Class Name:', spec.priorityClassName);
  if (spec.serviceAccountName) out.line(0, 'Service Account:', spec.serviceAccountName);
  out.line(0, 'Node:', spec.nodeName ? `${spec.nodeName}/${status.hostIP ?? ''}` : '<none>');
  if (status.startTime) out.line(0, 'Start Time:', longTime(status.startTime));
  writeMap(out, 0, 'Labels', metadata.labels);
  writeAnnotations(out, 0, metadata.annotations);
  if (metadata.deletionTimestamp && status.phase !== 'Succeeded' && status.phase !== 'Failed') {
    out.line(0, 'Status:', `Terminating (lasts ${age(metadata.deletionTimestamp, context.now)})`);
    out.line(0, 'Termination Grace Period:', `${metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else out.line(0, 'Status:', status.phase ?? '');
  if (status.reason) out.line(0, 'Reason:', status.reason);
  if (status.message) out.line(0, 'Message:', status.message);
  out.line(0, 'IP:', status.podIP ?? '');
  const addresses = status.podIPs ?? [];
  if (addresses.length === 0) out.line(0, 'IPs:', '<none>');
  else {
    out.line(0, 'IPs:');
    for (const { ip } of addresses) out.line(1, 'IP:', ip);
  }
  const controller = metadata.ownerReferences?.find((owner) => owner.controller);
  if (controller) out.line(0, 'Controlled By:', `${controller.kind}/${controller.name}`);
  const resolveField = (path: string) => fieldOf(pod, path);
  const common = { resolveField, indent: '' };
  writeContainers(out, {
    ...common,
    title: 'Init Containers',
    containers: spec.initContainers ?? [],
    statuses: status.initContainerStatuses ?? [],
  });
  writeContainers(out, {
    ...common,
    title: 'Containers',
    containers: spec.containers,
    statuses: status.containerStatuses ?? [],
  });
  writeContainers(out, {
    ...common,
    title: 'Ephemeral Containers',
    containers: spec.ephemeralContainers ?? [],
    statuses: status.ephemeralContainerStatuses ?? [],
  });
  const gates = spec.readinessGates ?? [];
  if (gates.length > 0) {
    out.line(0, 'Readiness Gates:');
    out.line(1, 'Type', 'Status');
    for (const { conditionType } of gates)
      out.line(
        1,
        conditionType,
        `${status.conditions?.find(({ type }) => type === conditionType)?.status ?? '<none>'} `,
      );
  }
  if ((status.conditions ?? []).length > 0) {
    out.line(0, 'Conditions:');
    out.line(1, 'Type', 'Status');
    // The describer writes a blank after either cell.
    for (const { type, status: value } of status.conditions!) out.line(1, `${type} `, `${value} `);
  }
  writeVolumes(out, spec.volumes ?? [], '');
  if (status.qosClass) out.line(0, 'QoS Class:', status.qosClass);
  writeMap(out, 0, 'Node-Selectors', spec.nodeSelector);
  writeTolerations(out, '', spec.tolerations ?? []);
  for (const [index, constraint] of (spec.topologySpreadConstraints ?? []).entries()) {
    const selector = constraint.labelSelector?.matchLabels
      ? ` selector ${Object.entries(constraint.labelSelector.matchLabels)
          .map(([key, value]) => `${key}=${value}`)
          .join(',')}`
      : '';
    out.line(
      0,
      index === 0 ? 'Topology Spread Constraints:' : '',
      `${constraint.topologyKey}:${constraint.whenUnsatisfiable} when max skew ${constraint.maxSkew} is exceeded for${selector}`,
    );
  }
  writeEvents(out, context, pod);
}

function fieldOf(pod: Pod, path: string): string {
  const label = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (label) return pod.metadata[label[1] as 'labels']?.[label[2]!] ?? '';
  let value: unknown = pod;
  for (const part of path.split('.'))
    value =
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined;
  return typeof value === 'string' && !path.startsWith('status.') ? value : '';
}
