import type { Job, Pod } from '../../api/index.ts';
import type { PodChange } from '../shared/pod-control.ts';

/** Holds a pod until its end has been counted in the Job's status. */
export const JOB_TRACKING = 'batch.kubernetes.io/job-tracking';
const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';

export function isIndexed({ spec }: Job): boolean {
  return spec.completionMode === 'Indexed';
}

/** The index that an Indexed Job's pod works on. */
export function indexOf({ metadata }: Pod): number | undefined {
  const text = metadata.annotations?.[COMPLETION_INDEX];
  return text === undefined ? undefined : Number(text);
}

/** What the pod of one index gets beside the template: its number as label, annotation, environment and host name. */
export function indexedPod(job: Job, index: number): PodChange {
  const { spec } = job.spec.template;
  const fieldRef = { fieldPath: `metadata.labels['${COMPLETION_INDEX}']`, apiVersion: 'v1' };
  const withIndex = <C extends { readonly env?: Pod['spec']['containers'][number]['env'] }>(
    container: C,
  ): C => ({
    ...container,
    env: [
      ...(container.env ?? []).filter(({ name }) => name !== 'JOB_COMPLETION_INDEX'),
      { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef } },
    ],
  });
  return {
    generateName: `${job.metadata.name}-${index}-`,
    labels: { [COMPLETION_INDEX]: String(index) },
    annotations: { [COMPLETION_INDEX]: String(index) },
    finalizers: [JOB_TRACKING],
    spec: {
      hostname: `${job.metadata.name}-${index}`,
      containers: spec.containers.map(withIndex),
      ...(spec.initContainers ? { initContainers: spec.initContainers.map(withIndex) } : {}),
    },
  };
}

/** `0-2,5`: the indexes in ascending order, runs of three and more as a range, of two with a comma. */
export function formatIndexes(indexes: Iterable<number>): string {
  const sorted = [...new Set(indexes)].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let at = 0; at < sorted.length; ) {
    const first = sorted[at] ?? 0;
    let end = at;
    while ((sorted[end + 1] ?? Number.NaN) === (sorted[end] ?? 0) + 1) end++;
    const last = sorted[end] ?? first;
    parts.push(first === last ? `${first}` : last === first + 1 ? `${first},${last}` : `${first}-${last}`);
    at = end + 1;
  }
  return parts.join(',');
}

export function parseIndexes(text: string | undefined): Set<number> {
  const indexes = new Set<number>();
  for (const part of (text ?? '').split(',')) {
    if (part === '') continue;
    const [first = 0, last = first] = part.split('-').map(Number);
    for (let index = first; index <= last; index++) indexes.add(index);
  }
  return indexes;
}

export function hasRunningContainer({ status }: Pod): boolean {
  return status?.containerStatuses?.some(({ state }) => state?.running) ?? false;
}

/** The lowest indexes that have neither succeeded nor a pod at work. */
export function freeIndexes(
  job: Job,
  active: readonly Pod[],
  done: ReadonlySet<number>,
  count: number,
): readonly number[] {
  const taken = new Set(active.map(indexOf));
  const free: number[] = [];
  for (let index = 0; index < (job.spec.completions ?? 0) && free.length < count; index++) {
    if (!taken.has(index) && !done.has(index)) free.push(index);
  }
  return free;
}
