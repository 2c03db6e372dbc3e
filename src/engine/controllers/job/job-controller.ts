import type { Job, Pod } from '../../api/index.ts';
import { deepEqual, labelSelectorMatches, parseTimestamp } from '../../apimachinery/index.ts';
import { createEventRecorder, createWorkQueue, objectKey, splitKey } from '../../apiserver/index.ts';
import { claim } from '../shared/claim.ts';
import { type Controller, type ControllerContext, nowMs, timestamp } from '../shared/context.ts';
import { createExpectations } from '../shared/expectations.ts';
import { controllerOf } from '../shared/owner-references.ts';
import { createPodControl } from '../shared/pod-control.ts';
import { isPodActive, isPodReady, isPodTerminating } from '../shared/pod-state.ts';
import {
  formatIndexes,
  freeIndexes,
  hasRunningContainer,
  indexedPod,
  indexOf,
  isIndexed,
  JOB_TRACKING,
  parseIndexes,
} from './job-pods.ts';
import {
  deadlineMs,
  isSuspended,
  pendingVerdict,
  restarts,
  tooManyFailures,
  type Verdict,
  verdictOf,
} from './job-verdict.ts';

const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 10 * 60 * 1000;
const MAX_PODS_PER_SYNC = 500;

type JobStatus = NonNullable<Job['status']>;
type JobCondition = NonNullable<JobStatus['conditions']>[number];

/**
 * Runs pods until enough of them have succeeded, or too many have failed.
 * Models the Job controller (pkg/controller/job/job_controller.go, v1.36), without pod failure and success policies.
 */
export function startJobController(context: ControllerContext): Controller {
  const { api, clock, informers } = context;
  const { pods } = informers;
  const record = createEventRecorder({ ...context, client: api, component: 'job-controller' });
  const podControl = createPodControl(context, record);
  const expectations = createExpectations(() => clock.now());
  const jobs = informers.of('jobs');
  const queue = createWorkQueue({ clock, reconcile });
  jobs.subscribe({
    added: (job) => queue.add(objectKey(job)),
    updated: (_, job) => queue.add(objectKey(job)),
    deleted: (job) => queue.add(objectKey(job)),
  });
  const ownerKey = (pod: Pod) => {
    const owner = controllerOf(pod);
    return owner?.kind === 'Job' ? `${pod.metadata.namespace}/${owner.name}` : undefined;
  };
  pods.subscribe({
    added(pod) {
      const key = ownerKey(pod);
      if (key === undefined) return;
      expectations.creationObserved(key);
      queue.add(key);
    },
    updated(_, pod) {
      const key = ownerKey(pod);
      if (key === undefined) return;
      if (pod.metadata.deletionTimestamp !== undefined) expectations.deletionObserved(key, objectKey(pod));
      queue.add(key);
    },
    deleted(pod) {
      const key = ownerKey(pod);
      if (key === undefined) return;
      expectations.deletionObserved(key, objectKey(pod));
      queue.add(key);
    },
  });

  function reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const current = api.get('jobs', namespace, name);
    if (!current.ok) {
      expectations.forget(key);
      releaseOrphans(namespace, name);
      return;
    }
    const job = current.object;
    if (job.metadata.deletionTimestamp === undefined && verdictOf(job)) {
      cleanUpFinished(key, job);
      return;
    }
    const own = claim(api, 'pods', job, pods, (pod) =>
      labelSelectorMatches(job.spec.selector, pod.metadata.labels),
    );
    const status = syncJob(key, job, own);
    if (!deepEqual(status, job.status ?? {})) api.updateStatus('jobs', { ...job, status });
  }

  function syncJob(key: string, job: Job, own: readonly Pod[]): JobStatus {
    const now = nowMs(context);
    const { parallelism = 1, completions, backoffLimit = 6, suspend = false } = job.spec;
    const counted = countEnded(job, own);
    const active = own.filter(isPodActive);
    const startTime = job.status?.startTime ?? (suspend ? undefined : timestamp(context));
    let conditions: readonly JobCondition[] = job.status?.conditions ?? [];

    let verdict = pendingVerdict(job) ?? judge();
    if (verdict && !pendingVerdict(job)) {
      const type = verdict.type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
      conditions = withCondition(conditions, type, 'True', verdict.reason, verdict.message);
    }
    let left: readonly Pod[] = active;
    if (verdict) left = deleteAll(key, job, active);
    else if (suspend) {
      left = deleteAll(key, job, active);
      if (!isSuspended(job)) {
        conditions = withCondition(conditions, 'Suspended', 'True', 'JobSuspended', 'Job suspended');
        record(job, 'Normal', 'Suspended', 'Job suspended');
      }
    } else {
      if (isSuspended(job)) {
        conditions = withCondition(conditions, 'Suspended', 'False', 'JobResumed', 'Job resumed');
        record(job, 'Normal', 'Resumed', 'Job resumed');
      }
      if (job.metadata.deletionTimestamp === undefined && expectations.satisfied(key))
        left = manage(key, job, active, own, counted);
    }
    // Those deleted just now are not seen so yet.
    const justDeleted = active.filter((pod) => !left.includes(pod)).length;
    const terminating = own.filter(isPodTerminating).length + justDeleted;
    // The last word is said only when nothing of the Job runs any more.
    const over = verdict !== undefined && left.length === 0 && terminating === 0;
    if (verdict && over) {
      conditions = withCondition(conditions, verdict.type, 'True', verdict.reason, verdict.message);
      if (verdict.type === 'Complete') record(job, 'Normal', 'Completed', 'Job completed');
      else record(job, 'Warning', verdict.reason, verdict.message);
    } else verdict = undefined;
    const deadline = deadlineMs(job, startTime);
    if (deadline !== undefined && !over && deadline > now)
      queue.addAfter(key, deadline - now, { background: true });

    return {
      ...(left.length > 0 ? { active: left.length } : {}),
      ready: left.filter(isPodReady).length,
      ...(counted.succeeded > 0 ? { succeeded: counted.succeeded } : {}),
      ...(counted.failed > 0 ? { failed: counted.failed } : {}),
      terminating,
      ...(startTime === undefined ? {} : { startTime }),
      ...(verdict?.type === 'Complete' ? { completionTime: timestamp(context) } : {}),
      ...(conditions.length > 0 ? { conditions } : {}),
      uncountedTerminatedPods: {},
      ...(isIndexed(job) && counted.indexes.size > 0
        ? { completedIndexes: formatIndexes(counted.indexes) }
        : {}),
    };

    function judge(): Verdict | undefined {
      if (
        restarts(job, active) >= backoffLimit &&
        job.spec.template.spec.restartPolicy === 'OnFailure' &&
        restarts(job, active) > 0
      )
        return tooManyFailures();
      if (counted.failed > backoffLimit) return tooManyFailures();
      const until = deadlineMs(job, startTime);
      if (!suspend && until !== undefined && now >= until) {
        return {
          type: 'Failed',
          reason: 'DeadlineExceeded',
          message: 'Job was active longer than specified deadline',
        };
      }
      const reached: Verdict = {
        type: 'Complete',
        reason: 'CompletionsReached',
        message: 'Reached expected number of succeeded pods',
      };
      if (completions === undefined) {
        // A work queue: the first success says that there is no more work, the others finish theirs.
        return (counted.succeeded > 0 && active.length === 0) || (parallelism === 0 && counted.succeeded > 0)
          ? reached
          : undefined;
      }
      return counted.succeeded >= completions ? reached : undefined;
    }
  }

  /** Counts pods that have ended since the last time, and lets them go. */
  function countEnded(
    job: Job,
    own: readonly Pod[],
  ): { readonly succeeded: number; readonly failed: number; readonly indexes: Set<number> } {
    let succeeded = job.status?.succeeded ?? 0;
    let failed = job.status?.failed ?? 0;
    const indexes = parseIndexes(job.status?.completedIndexes);
    for (const pod of own) {
      if (!pod.metadata.finalizers?.includes(JOB_TRACKING)) continue;
      const phase = pod.status?.phase;
      const lost = pod.metadata.deletionTimestamp !== undefined && phase !== 'Succeeded';
      if (phase !== 'Succeeded' && phase !== 'Failed' && !lost) continue;
      // A pod that is on its way out still runs: it counts when it has ended.
      if (lost && phase !== 'Failed' && phase === 'Running' && pod.spec.nodeName) {
        if (hasRunningContainer(pod)) continue;
      }
      if (!release(pod)) continue;
      const index = indexOf(pod);
      if (phase === 'Succeeded') {
        if (isIndexed(job)) {
          if (index !== undefined && index < (job.spec.completions ?? 0)) indexes.add(index);
        } else succeeded++;
      } else failed++;
    }
    return { succeeded: isIndexed(job) ? indexes.size : succeeded, failed, indexes };
  }

  function release(pod: Pod): boolean {
    const { namespace = '', name, uid } = pod.metadata;
    const current = api.get('pods', namespace, name);
    if (
      !current.ok ||
      current.object.metadata.uid !== uid ||
      !current.object.metadata.finalizers?.includes(JOB_TRACKING)
    )
      return false;
    const finalizers = current.object.metadata.finalizers.filter((finalizer) => finalizer !== JOB_TRACKING);
    return api.patch('pods', namespace, name, 'merge', { metadata: { finalizers } }).ok;
  }

  /** Pods of a Job that is gone are counted by nobody. */
  function releaseOrphans(namespace: string, job: string): void {
    for (const pod of pods.labelled(namespace, { 'batch.kubernetes.io/job-name': job })) {
      if (controllerOf(pod)?.kind === 'Job' && pod.metadata.finalizers?.includes(JOB_TRACKING)) release(pod);
    }
  }

  /** Starts or stops pods so that as many run as may, and not too soon after a failure (manageJob). */
  function manage(
    key: string,
    job: Job,
    active: readonly Pod[],
    own: readonly Pod[],
    counted: { readonly succeeded: number; readonly indexes: ReadonlySet<number> },
  ): readonly Pod[] {
    const { parallelism = 1, completions, podReplacementPolicy } = job.spec;
    const terminating = podReplacementPolicy === 'Failed' ? own.filter(isPodTerminating).length : 0;
    const wanted =
      completions === undefined
        ? counted.succeeded > 0
          ? active.length
          : parallelism
        : Math.max(0, Math.min(completions - counted.succeeded, parallelism));
    const surplus = active.length - wanted;
    if (surplus > 0) {
      const goners = [...active]
        .sort((a, b) => Number(isPodReady(a)) - Number(isPodReady(b)))
        .slice(0, surplus);
      deleteAll(key, job, goners);
      return active.filter((pod) => !goners.includes(pod));
    }
    const missing = Math.min(wanted - active.length - terminating, MAX_PODS_PER_SYNC);
    if (missing <= 0) return active;
    const wait = backoffMs(job, own);
    if (wait > 0) {
      queue.addAfter(key, wait, { background: true });
      return active;
    }
    const changes = isIndexed(job)
      ? freeIndexes(job, active, counted.indexes, missing).map((index) => indexedPod(job, index))
      : Array.from({ length: missing }, () => ({ finalizers: [JOB_TRACKING] }));
    expectations.expectCreations(key, changes.length);
    const created: Pod[] = [];
    for (const [index, change] of changes.entries()) {
      const result = podControl.create(job, job.spec.template, change);
      if (result.ok) {
        created.push(result.object);
        continue;
      }
      for (let skipped = index; skipped < changes.length; skipped++) expectations.creationObserved(key);
      queue.addRateLimited(key);
      break;
    }
    return [...active, ...created];
  }

  function deleteAll(key: string, job: Job, goners: readonly Pod[]): readonly Pod[] {
    if (goners.length === 0) return goners;
    expectations.expectDeletions(key, goners.map(objectKey));
    return goners.filter((pod) => {
      const deleted = podControl.delete(job, pod);
      if (!deleted) expectations.deletionObserved(key, objectKey(pod));
      return !deleted;
    });
  }

  /** How long after the last failure the next pod must wait: 10 s, 20 s, 40 s … */
  function backoffMs(job: Job, own: readonly Pod[]): number {
    const ends = own.filter(({ status }) => status?.phase === 'Failed').map((pod) => finishedAt(pod));
    const lastSuccess = Math.max(
      0,
      ...own.filter(({ status }) => status?.phase === 'Succeeded').map((pod) => finishedAt(pod)),
    );
    const failures = ends.filter((end) => end > lastSuccess);
    if (failures.length === 0 || (job.status?.failed ?? 0) + failures.length === 0) return 0;
    const delay = Math.min(FIRST_BACKOFF_MS * 2 ** (failures.length - 1), LONGEST_BACKOFF_MS);
    return Math.max(0, Math.max(...failures) + delay - nowMs(context));
  }

  /** When its last container ended; else the next best sign of it (getFinishedTime). */
  function finishedAt({ metadata, status }: Pod): number {
    const ends = (status?.containerStatuses ?? []).flatMap(
      ({ state }) => parseTimestamp(state?.terminated?.finishedAt ?? '') ?? [],
    );
    if (ends.length > 0) return Math.max(...ends);
    const unready = status?.conditions?.find(
      (condition) => condition.type === 'Ready' && condition.status === 'False',
    );
    const sign = unready?.lastTransitionTime ?? metadata.deletionTimestamp ?? metadata.creationTimestamp;
    return parseTimestamp(sign ?? '') ?? nowMs(context);
  }

  /** ttlSecondsAfterFinished (pkg/controller/ttlafterfinished). */
  function cleanUpFinished(key: string, job: Job): void {
    const ttl = job.spec.ttlSecondsAfterFinished;
    if (ttl === undefined) return;
    const finished = job.status?.conditions?.find(
      ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
    );
    const since = parseTimestamp(finished?.lastTransitionTime ?? '') ?? nowMs(context);
    const left = since + ttl * 1000 - nowMs(context);
    if (left > 0) {
      queue.addAfter(key, left, { background: true });
      return;
    }
    const { namespace, name } = splitKey(key);
    api.delete('jobs', namespace, name, { propagationPolicy: 'Foreground' });
  }

  function withCondition(
    conditions: readonly JobCondition[],
    type: string,
    status: 'True' | 'False',
    reason: string,
    message: string,
  ): readonly JobCondition[] {
    const now = timestamp(context);
    return [
      ...conditions.filter((condition) => condition.type !== type),
      { type, status, lastProbeTime: now, lastTransitionTime: now, reason, message },
    ];
  }

  return { stop: () => queue.stop() };
}
