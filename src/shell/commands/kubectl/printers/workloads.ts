import {
  type DaemonSet,
  type Deployment,
  humanDuration,
  type Job,
  type ReplicaSet,
  type StatefulSet,
} from '../../../../engine/index.ts';
import type { Columns } from './column.ts';
import { AGE, containerImages, containerNames, labelsText, selectorText } from './shared.ts';

const number = (value: number | undefined) => String(value ?? 0);

export const DEPLOYMENT_COLUMNS: Columns<Deployment> = [
  { name: 'READY', cell: ({ spec, status }) => `${number(status?.readyReplicas)}/${number(spec.replicas)}` },
  { name: 'UP-TO-DATE', cell: ({ status }) => number(status?.updatedReplicas) },
  { name: 'AVAILABLE', cell: ({ status }) => number(status?.availableReplicas) },
  AGE,
  { name: 'CONTAINERS', wide: true, cell: ({ spec }) => containerNames(spec.template) },
  { name: 'IMAGES', wide: true, cell: ({ spec }) => containerImages(spec.template) },
  { name: 'SELECTOR', wide: true, cell: ({ spec }) => selectorText(spec.selector) },
];

export const REPLICA_SET_COLUMNS: Columns<ReplicaSet> = [
  { name: 'DESIRED', cell: ({ spec }) => number(spec.replicas) },
  { name: 'CURRENT', cell: ({ status }) => number(status?.replicas) },
  { name: 'READY', cell: ({ status }) => number(status?.readyReplicas) },
  AGE,
  { name: 'CONTAINERS', wide: true, cell: ({ spec }) => containerNames(spec.template) },
  { name: 'IMAGES', wide: true, cell: ({ spec }) => containerImages(spec.template) },
  { name: 'SELECTOR', wide: true, cell: ({ spec }) => selectorText(spec.selector) },
];

export const STATEFUL_SET_COLUMNS: Columns<StatefulSet> = [
  { name: 'READY', cell: ({ spec, status }) => `${number(status?.readyReplicas)}/${number(spec.replicas)}` },
  AGE,
  { name: 'CONTAINERS', wide: true, cell: ({ spec }) => containerNames(spec.template) },
  { name: 'IMAGES', wide: true, cell: ({ spec }) => containerImages(spec.template) },
];

export const DAEMON_SET_COLUMNS: Columns<DaemonSet> = [
  { name: 'DESIRED', cell: ({ status }) => number(status?.desiredNumberScheduled) },
  { name: 'CURRENT', cell: ({ status }) => number(status?.currentNumberScheduled) },
  { name: 'READY', cell: ({ status }) => number(status?.numberReady) },
  { name: 'UP-TO-DATE', cell: ({ status }) => number(status?.updatedNumberScheduled) },
  { name: 'AVAILABLE', cell: ({ status }) => number(status?.numberAvailable) },
  { name: 'NODE SELECTOR', cell: ({ spec }) => labelsText(spec.template.spec.nodeSelector) },
  AGE,
  { name: 'CONTAINERS', wide: true, cell: ({ spec }) => containerNames(spec.template) },
  { name: 'IMAGES', wide: true, cell: ({ spec }) => containerImages(spec.template) },
  { name: 'SELECTOR', wide: true, cell: ({ spec }) => selectorText(spec.selector) },
];

function completions({ spec, status }: Job): string {
  if (spec.completions !== undefined) return `${number(status?.succeeded)}/${spec.completions}`;
  const parallelism = spec.parallelism ?? 0;
  return parallelism > 1
    ? `${number(status?.succeeded)}/1 of ${parallelism}`
    : `${number(status?.succeeded)}/1`;
}

function jobStatus({ metadata, status }: Job): string {
  const has = (type: string) =>
    status?.conditions?.some((condition) => condition.type === type && condition.status === 'True');
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (metadata.deletionTimestamp) return 'Terminating';
  if (has('Suspended')) return 'Suspended';
  if (has('FailureTarget')) return 'FailureTarget';
  return has('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running';
}

export const JOB_COLUMNS: Columns<Job> = [
  { name: 'STATUS', cell: jobStatus },
  { name: 'COMPLETIONS', cell: completions },
  {
    name: 'DURATION',
    cell({ status }, { now }) {
      if (!status?.startTime) return '';
      return humanDuration(
        (status.completionTime ? Date.parse(status.completionTime) : now) - Date.parse(status.startTime),
      );
    },
  },
  AGE,
  { name: 'CONTAINERS', wide: true, cell: ({ spec }) => containerNames(spec.template) },
  { name: 'IMAGES', wide: true, cell: ({ spec }) => containerImages(spec.template) },
  { name: 'SELECTOR', wide: true, cell: ({ spec }) => selectorText(spec.selector) },
];
