import {
  type DaemonSet,
  type Deployment,
  humanDuration,
  type IntOrString,
  type Job,
  type Pod,
  type PodTemplateSpec,
  type ReplicaSet,
  type StatefulSet,
} from '../../../../engine/index.ts';
import { selectorText } from '../printers/shared.ts';
import { writeContainers } from './containers.ts';
import { type DescribeContext, longTime, writeAnnotations, writeEvents, writeMap } from './shared.ts';
import { writeTolerations, writeVolumes } from './volumes.ts';
import { createDescribeWriter, type DescribeWriter } from './writer.ts';

/** Models DescribePodTemplate. */
function writeTemplate(out: DescribeWriter, template: PodTemplateSpec | undefined): void {
  if (!template) {
    out.line(0, 'Pod Template:');
    out.line(0, '  <unset>');
    return;
  }
  const { metadata, spec } = template;
  out.line(0, 'Pod Template:');
  writeMap(out, 1, 'Labels', metadata?.labels);
  if (Object.keys(metadata?.annotations ?? {}).length > 0) writeAnnotations(out, 1, metadata?.annotations);
  if (spec.serviceAccountName) out.line(1, 'Service Account:', spec.serviceAccountName);
  writeContainers(out, { title: 'Init Containers', containers: spec.initContainers ?? [], indent: '  ' });
  writeContainers(out, { title: 'Containers', containers: spec.containers, indent: '  ' });
  writeVolumes(out, spec.volumes ?? [], '  ');
  if (spec.priorityClassName) out.line(1, 'Priority Class Name:', spec.priorityClassName);
  writeMap(out, 1, 'Node-Selectors', spec.nodeSelector);
  writeTolerations(out, '  ', spec.tolerations ?? []);
}

/** The same outside of a description, where nothing aligns the columns: tabs stay tabs. */
export function podTemplateText(template: PodTemplateSpec | undefined): string {
  const out = createDescribeWriter();
  writeTemplate(out, template);
  return out.tabbed();
}

function podsStatus(
  context: DescribeContext,
  namespace: string | undefined,
  uid: string | undefined,
): string {
  const counts = { Running: 0, Pending: 0, Succeeded: 0, Failed: 0, Unknown: 0 };
  for (const pod of ownedPods(context, namespace, uid)) counts[pod.status?.phase ?? 'Unknown']++;
  return `${counts.Running} Running / ${counts.Pending} Waiting / ${counts.Succeeded} Succeeded / ${counts.Failed} Failed`;
}

function ownedPods(
  { api }: DescribeContext,
  namespace: string | undefined,
  uid: string | undefined,
): readonly Pod[] {
  return api
    .list('pods', { ...(namespace && { namespace }) })
    .filter(({ metadata }) =>
      metadata.ownerReferences?.some((owner) => owner.controller && owner.uid === uid),
    );
}

function percentage(value: IntOrString | undefined): string {
  return String(value ?? '25%');
}

export function describeDeployment(
  out: DescribeWriter,
  deployment: Deployment,
  context: DescribeContext,
): void {
  const { metadata, spec, status } = deployment;
  out.line(0, 'Name:', metadata.name);
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  out.line(0, 'CreationTimestamp:', longTime(metadata.creationTimestamp));
  writeMap(out, 0, 'Labels', metadata.labels);
  writeAnnotations(out, 0, metadata.annotations);
  out.line(0, 'Selector:', selectorText(spec.selector));
  out.line(
    0,
    'Replicas:',
    `${spec.replicas ?? 1} desired | ${status?.updatedReplicas ?? 0} updated | ${status?.replicas ?? 0} total | ${status?.availableReplicas ?? 0} available | ${status?.unavailableReplicas ?? 0} unavailable`,
  );
  out.line(0, 'StrategyType:', spec.strategy?.type ?? 'RollingUpdate');
  out.line(0, 'MinReadySeconds:', String(spec.minReadySeconds ?? 0));
  const rolling = spec.strategy?.rollingUpdate;
  if (rolling)
    out.line(
      0,
      'RollingUpdateStrategy:',
      `${percentage(rolling.maxUnavailable)} max unavailable, ${percentage(rolling.maxSurge)} max surge`,
    );
  writeTemplate(out, spec.template);
  if ((status?.conditions ?? []).length > 0) {
    out.line(0, 'Conditions:');
    out.line(1, 'Type', 'Status', 'Reason');
    out.line(1, '----', '------', '------');
    for (const { type, status: value, reason } of status!.conditions!)
      out.line(1, `${type} `, value, reason ?? '');
  }
  const sets = context.api
    .list('replicasets', { ...(metadata.namespace && { namespace: metadata.namespace }) })
    .filter((set) =>
      set.metadata.ownerReferences?.some((owner) => owner.controller && owner.uid === metadata.uid),
    );
  if (sets.length > 0) {
    const current = newReplicaSet(deployment, sets);
    const text = (set: ReplicaSet) =>
      `${set.metadata.name} (${set.status?.replicas ?? 0}/${set.spec.replicas ?? 0} replicas created)`;
    const old = sets.filter((set) => set !== current);
    out.line(0, 'OldReplicaSets:', old.length === 0 ? '<none>' : old.map(text).join(', '));
    out.line(0, 'NewReplicaSet:', current ? text(current) : '<none>');
  }
  writeEvents(out, context, deployment);
}

/** The set of the highest revision is the one of today's template. */
function newReplicaSet(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const revision = (object: {
    readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  }) => Number(object.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
  return (
    sets.find((set) => revision(set) === revision(deployment)) ??
    [...sets].sort((a, b) => revision(b) - revision(a))[0]
  );
}

export function describeReplicaSet(out: DescribeWriter, set: ReplicaSet, context: DescribeContext): void {
  const { metadata, spec, status } = set;
  out.line(0, 'Name:', metadata.name);
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  out.line(0, 'Selector:', selectorText(spec.selector));
  writeMap(out, 0, 'Labels', metadata.labels);
  writeAnnotations(out, 0, metadata.annotations);
  writeController(out, set);
  out.line(0, 'Replicas:', `${status?.replicas ?? 0} current / ${spec.replicas ?? 0} desired`);
  out.line(0, 'Pods Status:', podsStatus(context, metadata.namespace, metadata.uid));
  writeTemplate(out, spec.template);
  writeEvents(out, context, set);
}

function writeController(
  out: DescribeWriter,
  { metadata }: { readonly metadata: ReplicaSet['metadata'] },
): void {
  const controller = metadata.ownerReferences?.find((owner) => owner.controller);
  if (controller) out.line(0, 'Controlled By:', `${controller.kind}/${controller.name}`);
}

export function describeStatefulSet(out: DescribeWriter, set: StatefulSet, context: DescribeContext): void {
  const { metadata, spec, status } = set;
  out.line(0, 'Name:', metadata.name);
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  out.line(0, 'CreationTimestamp:', longTime(metadata.creationTimestamp));
  out.line(0, 'Selector:', selectorText(spec.selector));
  writeMap(out, 0, 'Labels', metadata.labels);
  writeAnnotations(out, 0, metadata.annotations);
  out.line(0, 'Replicas:', `${spec.replicas ?? 1} desired | ${status?.replicas ?? 0} total`);
  out.line(0, 'Update Strategy:', spec.updateStrategy?.type ?? 'RollingUpdate');
  const rolling = spec.updateStrategy?.rollingUpdate;
  if (rolling?.partition !== undefined) out.line(1, 'Partition:', String(rolling.partition));
  if (rolling?.maxUnavailable !== undefined) out.line(1, 'MaxUnavailable:', String(rolling.maxUnavailable));
  out.line(0, 'Pods Status:', podsStatus(context, metadata.namespace, metadata.uid));
  writeTemplate(out, spec.template);
  out.line(0, 'Volume Claims:', '<none>');
  writeEvents(out, context, set);
}

export function describeDaemonSet(out: DescribeWriter, set: DaemonSet, context: DescribeContext): void {
  const { metadata, spec, status } = set;
  out.line(0, 'Name:', metadata.name);
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  out.line(0, 'Selector:', selectorText(spec.selector));
  writeMap(out, 0, 'Node-Selector', spec.template.spec.nodeSelector);
  writeMap(out, 0, 'Labels', metadata.labels);
  writeAnnotations(out, 0, metadata.annotations);
  out.line(0, `Desired Number of Nodes Scheduled: ${status?.desiredNumberScheduled ?? 0}`);
  out.line(0, `Current Number of Nodes Scheduled: ${status?.currentNumberScheduled ?? 0}`);
  out.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${status?.updatedNumberScheduled ?? 0}`);
  out.line(0, `Number of Nodes Scheduled with Available Pods: ${status?.numberAvailable ?? 0}`);
  out.line(0, `Number of Nodes Misscheduled: ${status?.numberMisscheduled ?? 0}`);
  out.line(0, 'Pods Status:', podsStatus(context, metadata.namespace, metadata.uid));
  writeTemplate(out, spec.template);
  writeEvents(out, context, set);
}

export function describeJob(out: DescribeWriter, job: Job, context: DescribeContext): void {
  const { metadata, spec, status } = job;
  out.line(0, 'Name:', metadata.name);
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  if (spec.selector) out.line(0, 'Selector:', selectorText(spec.selector));
  writeMap(out, 0, 'Labels', metadata.labels);
  writeAnnotations(out, 0, metadata.annotations);
  writeController(out, job);
  out.line(0, 'Parallelism:', String(spec.parallelism ?? '<unset>'));
  out.line(0, 'Completions:', String(spec.completions ?? '<unset>'));
  if (spec.completionMode) out.line(0, 'Completion Mode:', spec.completionMode);
  if (spec.suspend !== undefined) out.line(0, 'Suspend:', String(spec.suspend));
  if (spec.backoffLimit !== undefined) out.line(0, 'Backoff Limit:', String(spec.backoffLimit));
  if (spec.ttlSecondsAfterFinished !== undefined)
    out.line(0, 'TTL Seconds After Finished:', String(spec.ttlSecondsAfterFinished));
  if (status?.startTime) out.line(0, 'Start Time:', longTime(status.startTime));
  if (status?.completionTime) out.line(0, 'Completed At:', longTime(status.completionTime));
  if (status?.startTime && status.completionTime)
    out.line(0, 'Duration:', humanDuration(Date.parse(status.completionTime) - Date.parse(status.startTime)));
  if (spec.activeDeadlineSeconds !== undefined)
    out.line(0, 'Active Deadline Seconds:', `${spec.activeDeadlineSeconds}s`);
  out.line(
    0,
    'Pods Statuses:',
    `${status?.active ?? 0} Active (${status?.ready ?? 0} Ready) / ${status?.succeeded ?? 0} Succeeded / ${status?.failed ?? 0} Failed`,
  );
  writeTemplate(out, spec.template);
  writeEvents(out, context, job);
}
