import type { ContainerStatus, Pod } from './pod.ts';

export interface PodSummary {
  readonly ready: string;
  readonly status: string;
  readonly restarts: number;
  readonly lastRestart: string | undefined;
}

/** Models printPod (pkg/printers/internalversion/printers.go, v1.36): one word for all that a pod's status says. */
export function summarizePod(pod: Pod): PodSummary {
  const status = pod.status ?? {};
  const sidecars = new Set(
    (pod.spec.initContainers ?? [])
      .filter(({ restartPolicy }) => restartPolicy === 'Always')
      .map(({ name }) => name),
  );
  const total = pod.spec.containers.length + sidecars.size;
  let reason: string = status.reason || status.phase || '';
  if (
    status.conditions?.some(
      (condition) => condition.type === 'PodScheduled' && condition.reason === 'SchedulingGated',
    )
  )
    reason = 'SchedulingGated';

  const initial = summarizeInit(pod, sidecars);
  let { ready } = initial;
  let restarts = initial.restarts;
  let lastRestart = initial.lastRestart;
  if (initial.reason !== undefined) reason = initial.reason;
  const initialized = status.conditions?.some(
    (condition) => condition.type === 'Initialized' && condition.status === 'True',
  );
  if (initial.reason === undefined || initialized) {
    restarts = initial.sidecarRestarts;
    lastRestart = initial.lastSidecarRestart;
    let running = false;
    for (const container of [...(status.containerStatuses ?? [])].reverse()) {
      restarts += container.restartCount;
      lastRestart = later(lastRestart, container);
      const { waiting, terminated } = container.state ?? {};
      if (waiting?.reason) reason = waiting.reason;
      else if (terminated)
        reason =
          terminated.reason ||
          (terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`);
      else if (container.ready && container.state?.running) {
        running = true;
        ready++;
      }
    }
    if (reason === 'Completed' && running) reason = hasCondition(pod, 'Ready') ? 'Running' : 'NotReady';
  }
  if (pod.metadata.deletionTimestamp) {
    if (status.reason === 'NodeLost') reason = 'Unknown';
    else if (status.phase !== 'Succeeded' && status.phase !== 'Failed') reason = 'Terminating';
  }
  return { ready: `${ready}/${total}`, status: reason, restarts, lastRestart };
}

interface InitSummary {
  /** Set while an init container holds the pod back. */
  readonly reason: string | undefined;
  readonly ready: number;
  readonly restarts: number;
  readonly lastRestart: string | undefined;
  readonly sidecarRestarts: number;
  readonly lastSidecarRestart: string | undefined;
}

function summarizeInit(pod: Pod, sidecars: ReadonlySet<string>): InitSummary {
  let restarts = 0;
  let sidecarRestarts = 0;
  let ready = 0;
  let lastRestart: string | undefined;
  let lastSidecarRestart: string | undefined;
  const done = (reason?: string): InitSummary => ({
    reason,
    ready,
    restarts,
    lastRestart,
    sidecarRestarts,
    lastSidecarRestart,
  });
  for (const [index, container] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const sidecar = sidecars.has(container.name);
    restarts += container.restartCount;
    lastRestart = later(lastRestart, container);
    if (sidecar) {
      sidecarRestarts += container.restartCount;
      lastSidecarRestart = later(lastSidecarRestart, container);
    }
    const { terminated, waiting } = container.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (sidecar && container.started) {
      if (container.ready) ready++;
      continue;
    }
    if (terminated)
      return done(
        `Init:${terminated.reason || (terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`)}`,
      );
    if (waiting?.reason && waiting.reason !== 'PodInitializing') return done(`Init:${waiting.reason}`);
    return done(`Init:${index}/${pod.spec.initContainers?.length ?? 0}`);
  }
  return done();
}

function later(last: string | undefined, container: ContainerStatus): string | undefined {
  const finished = container.lastState?.terminated?.finishedAt;
  return finished && (!last || finished > last) ? finished : last;
}

function hasCondition(pod: Pod, type: string): boolean {
  return (
    pod.status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ??
    false
  );
}
