import type { Job, Pod } from '../../api/index.ts';
import { parseTimestamp } from '../../apimachinery/index.ts';

/** How a Job ends, and why. */
export interface Verdict {
  readonly type: 'Complete' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

export const tooManyFailures = (): Verdict => ({
  type: 'Failed',
  reason: 'BackoffLimitExceeded',
  message: 'Job has reached the specified backoff limit',
});

export function verdictOf(job: Job): boolean {
  return (
    job.status?.conditions?.some(
      ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
    ) ?? false
  );
}

/** What has been decided and waits for the last pods to end. */
export function pendingVerdict(job: Job): Verdict | undefined {
  const holds = (type: string) =>
    job.status?.conditions?.find((condition) => condition.type === type && condition.status === 'True');
  const failed = holds('FailureTarget');
  const condition = failed ?? holds('SuccessCriteriaMet');
  return (
    condition && {
      type: failed ? 'Failed' : 'Complete',
      reason: condition.reason ?? '',
      message: condition.message ?? '',
    }
  );
}

export function isSuspended(job: Job): boolean {
  return (
    job.status?.conditions?.some(({ type, status }) => type === 'Suspended' && status === 'True') ?? false
  );
}

export function deadlineMs(job: Job, startTime: string | undefined): number | undefined {
  const seconds = job.spec.activeDeadlineSeconds;
  const start = startTime === undefined ? undefined : parseTimestamp(startTime);
  return seconds === undefined || start === undefined ? undefined : start + seconds * 1000;
}

export function restarts(job: Job, pods: readonly Pod[]): number {
  if (job.spec.template.spec.restartPolicy !== 'OnFailure') return 0;
  return pods
    .filter(({ status }) => status?.phase === 'Running' || status?.phase === 'Pending')
    .flatMap(({ status }) => [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
}
