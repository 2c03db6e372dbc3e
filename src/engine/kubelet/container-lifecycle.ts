import type { Pod, Probe } from '../api/index.ts';
import { startContainer } from './container.ts';
import { containerConfig, type SandboxState } from './container-config.ts';
import { hexDigest } from './container-id.ts';
import { EMPTY_LOG } from './container-log.ts';
import type { ContainerRecord } from './container-record.ts';
import { goDuration } from './go-duration.ts';
import { parseImageReference } from './images/reference.ts';
import type { NodeContext } from './node-context.ts';
import { type ProbeTarget, runProbe } from './probe.ts';
import { startProber } from './prober.ts';

const CREATE_MS = 60;
const START_MS = 40;
/** Between a failed pull and the next look at the pod, when ErrImagePull becomes ImagePullBackOff. */
const PULL_BACKOFF_SHOWN_MS = 1000;
const FIRST_BACKOFF_MS = 10_000;
const MAX_BACKOFF_MS = 300_000;
/** A container that has run this long starts its back-off anew (2 × the maximum). */
const BACKOFF_RESET_MS = 600_000;
const RETRY_CONFIG_MS = 5000;
/** After the preStop hook at least this much of the grace period is left (kuberuntime, minimumGracePeriodInSeconds). */
const MINIMUM_GRACE_MS = 2000;

/** The pod that the containers are in, as its worker knows it at each moment. */
export interface PodSurroundings {
  readonly node: NodeContext;
  pod(): Pod;
  sandbox(): SandboxState;
  /** The pod is going away: nothing is started or restarted any more. */
  ending(): boolean;
  /** Something of a container has changed: look at the pod again, and publish its status. */
  changed(): void;
}

/**
 * Starts, probes, restarts and stops the containers of one pod.
 *
 *   waiting ─ pull, create ─▶ running ─ exit, kill ─▶ terminated ─ restart policy ─▶ waiting (CrashLoopBackOff) ─▶ …
 */
export function createContainerLifecycle(around: PodSurroundings) {
  const { node } = around;
  const { clock } = node;

  const fieldPath = (record: ContainerRecord) => {
    const list =
      record.kind === 'app'
        ? 'containers'
        : record.kind === 'ephemeral'
          ? 'ephemeralContainers'
          : 'initContainers';
    return `spec.${list}{${record.spec.name}}`;
  };
  const event = (record: ContainerRecord, type: 'Normal' | 'Warning', reason: string, message: string) =>
    node.event(around.pod(), type, reason, message, fieldPath(record));
  const podName = () => {
    const { name, namespace, uid } = around.pod().metadata;
    return `${name}_${namespace}(${uid})`;
  };

  function start(record: ContainerRecord): void {
    if (record.starting || record.running || around.ending()) return;
    if (record.notBefore > clock.now()) return;
    record.starting = true;
    node.puller.ensure(
      record.spec,
      (type, reason, message) => event(record, type, reason, message),
      (outcome) => {
        if (around.ending()) {
          record.starting = false;
          return around.changed();
        }
        if (!outcome.ok) return pullFailed(record, outcome.reason, outcome.message);
        record.pullBackoffMs = 0;
        clock.after(CREATE_MS, () => create(record, outcome.image));
      },
    );
  }

  function pullFailed(record: ContainerRecord, reason: string, message: string): void {
    event(record, 'Warning', 'Failed', `Error: ${reason}`);
    record.state = { waiting: { reason, message } };
    record.starting = false;
    if (reason === 'ErrImagePull') {
      record.pullBackoffMs = Math.min(
        record.pullBackoffMs === 0 ? FIRST_BACKOFF_MS : record.pullBackoffMs * 2,
        MAX_BACKOFF_MS,
      );
      clock.after(PULL_BACKOFF_SHOWN_MS, () => {
        if (record.running || around.ending()) return;
        const name = record.spec.image ?? '';
        event(record, 'Normal', 'BackOff', `Back-off pulling image "${name}"`);
        event(record, 'Warning', 'Failed', 'Error: ImagePullBackOff');
        record.state = {
          waiting: {
            reason: 'ImagePullBackOff',
            message: `Back-off pulling image "${name}": ErrImagePull: ${message}`,
          },
        };
        around.changed();
      });
    }
    waitBeforeStart(record, reason === 'ErrImagePull' ? record.pullBackoffMs : MAX_BACKOFF_MS);
    around.changed();
  }

  function waitBeforeStart(record: ContainerRecord, milliseconds: number): void {
    record.notBefore = clock.now() + milliseconds;
    clock.after(milliseconds, () => around.changed(), { background: true });
  }

  function create(record: ContainerRecord, image: Parameters<typeof containerConfig>[3]): void {
    if (around.ending()) {
      record.starting = false;
      around.changed();
      return;
    }
    const made = containerConfig(node, around.pod(), record, image, around.sandbox());
    if (!made.ok) {
      record.starting = false;
      record.state = { waiting: { reason: 'CreateContainerConfigError', message: made.message } };
      event(record, 'Warning', 'Failed', `Error: ${made.message}`);
      waitBeforeStart(record, RETRY_CONFIG_MS);
      around.changed();
      return;
    }
    event(record, 'Normal', 'Created', 'Container created');
    clock.after(START_MS, () => run(record, made.config));
  }

  function run(record: ContainerRecord, config: Parameters<typeof startContainer>[0]): void {
    record.starting = false;
    if (around.ending()) {
      around.changed();
      return;
    }
    const parsed = parseImageReference(record.spec.image ?? '');
    const repository = parsed.ok ? parsed.reference.repository : '';
    record.image = parsed.ok ? parsed.reference.canonical : (record.spec.image ?? '');
    record.imageID = `${repository}@sha256:${hexDigest(record.image)}`;
    record.containerID = `containerd://${hexDigest(`${around.pod().metadata.uid} ${record.spec.name} ${record.runs}`)}`;
    if (record.runs > 0) record.previousLog = record.log;
    record.runs++;
    record.startedAtMs = clock.now();
    const machine = { clock, random: () => node.random.next(), epochMs: node.epochMs, network: node.network };
    const started = startContainer(config, machine, (status) => exited(record, status));
    if (!started.ok) {
      startFailed(record, started.message);
      return;
    }
    event(record, 'Normal', 'Started', 'Container started');
    record.running = started.container;
    record.log = started.container.log;
    record.state = { running: { startedAt: node.timestamp() } };
    record.started = record.spec.startupProbe === undefined;
    record.ready = record.started && record.spec.readinessProbe === undefined && record.kind !== 'ephemeral';
    runPostStart(record);
    startProbers(record);
    around.changed();
  }

  /** runc could not start it: `StartError`, exit code 128, and the same back-off as after a crash. */
  function startFailed(record: ContainerRecord, message: string): void {
    event(record, 'Warning', 'Failed', `Error: ${message}`);
    record.log = EMPTY_LOG;
    const now = node.timestamp();
    ended(record, {
      exitCode: 128,
      reason: 'StartError',
      message,
      startedAt: '1970-01-01T00:00:00Z',
      finishedAt: now,
    });
  }

  function exited(record: ContainerRecord, status: number): void {
    if (!record.running) return;
    record.running = undefined;
    ended(record, {
      exitCode: status,
      reason: status === 0 ? 'Completed' : 'Error',
      startedAt: record.state.running?.startedAt ?? node.timestamp(),
      finishedAt: node.timestamp(),
    });
  }

  function ended(
    record: ContainerRecord,
    terminated: NonNullable<ContainerRecord['state']['terminated']>,
  ): void {
    for (const prober of record.probers.splice(0)) prober.stop();
    record.state = {
      terminated: { ...terminated, ...(record.containerID && { containerID: record.containerID }) },
    };
    record.started = false;
    record.ready = false;
    record.stopping = false;
    around.changed();
  }

  /** A container that ended and is to run again: at once the first time, then after 10 s, 20 s, 40 s … 5 min. */
  function restart(record: ContainerRecord): void {
    if (record.starting || record.running || around.ending()) return;
    const { terminated } = record.state;
    if (terminated) {
      if (clock.now() - record.startedAtMs >= BACKOFF_RESET_MS) record.backoffMs = 0;
      if (record.backoffMs > 0) {
        const message = `back-off ${goDuration(record.backoffMs)} restarting failed container=${record.spec.name} pod=${podName()}`;
        record.lastState = record.state;
        record.state = { waiting: { reason: 'CrashLoopBackOff', message } };
        event(
          record,
          'Warning',
          'BackOff',
          `Back-off restarting failed container ${record.spec.name} in pod ${podName()}`,
        );
        waitBeforeStart(record, record.backoffMs);
        record.backoffMs = Math.min(record.backoffMs * 2, MAX_BACKOFF_MS);
        around.changed();
        return;
      }
      record.backoffMs = FIRST_BACKOFF_MS;
      record.lastState = record.state;
    }
    if (record.notBefore > clock.now()) return;
    start(record);
  }

  function startProbers(record: ContainerRecord): void {
    const { startupProbe } = record.spec;
    if (!startupProbe) {
      startSteadyProbers(record);
      return;
    }
    const prober = watch(record, startupProbe, 'Startup', (healthy) => {
      if (record.started) return;
      if (!healthy) return killUnhealthy(record, 'startup', startupProbe);
      record.started = true;
      record.ready = record.spec.readinessProbe === undefined;
      prober.stop();
      startSteadyProbers(record);
      around.changed();
    });
    record.probers.push({ ...prober, kind: 'startup' });
  }

  function startSteadyProbers(record: ContainerRecord): void {
    const { livenessProbe, readinessProbe } = record.spec;
    if (readinessProbe) {
      const prober = watch(record, readinessProbe, 'Readiness', (healthy) => {
        if (record.ready === healthy) return;
        record.ready = healthy;
        around.changed();
      });
      record.probers.push({ ...prober, kind: 'readiness' });
    }
    if (livenessProbe) {
      const prober = watch(record, livenessProbe, 'Liveness', (healthy) => {
        if (!healthy) killUnhealthy(record, 'liveness', livenessProbe);
      });
      record.probers.push({ ...prober, kind: 'liveness' });
    }
  }

  function watch(record: ContainerRecord, probe: Probe, name: string, onResult: (healthy: boolean) => void) {
    return startProber({
      probe,
      clock,
      target: probeTarget(record),
      awaited: name !== 'Liveness',
      paused: () => !node.active(),
      onUnhealthy(output, couldNotRun) {
        const verb = couldNotRun ? 'probe errored and resulted in unknown state' : 'probe failed';
        event(record, 'Warning', 'Unhealthy', `${name} ${verb}: ${output}`);
      },
      onResult,
    });
  }

  function probeTarget(record: ContainerRecord): ProbeTarget {
    return {
      network: node.network,
      nodeNetns: node.nodeName,
      podIP: around.sandbox().addresses[0] ?? node.nodeAddress,
      container: record.spec,
      execute(command, done) {
        if (record.running) return record.running.execute(command, done);
        return { cancel: clock.after(0, () => done(1, 'container not running')) };
      },
      after: (milliseconds, work) => clock.after(milliseconds, work, { background: true }),
    };
  }

  function killUnhealthy(record: ContainerRecord, which: 'liveness' | 'startup', probe: Probe): void {
    if (record.stopping || around.ending()) return;
    const grace =
      probe.terminationGracePeriodSeconds ?? around.pod().spec.terminationGracePeriodSeconds ?? 30;
    stop(record, grace * 1000, `Container ${record.spec.name} failed ${which} probe, will be restarted`);
  }

  function runPostStart(record: ContainerRecord): void {
    const hook = record.spec.lifecycle?.postStart;
    if (!hook) return;
    runHook(record, hook, (ok) => {
      if (ok || !record.running) return;
      event(record, 'Warning', 'FailedPostStartHook', 'PostStartHook failed');
      stop(record, 0, 'FailedPostStartHook');
    });
  }

  function runHook(
    record: ContainerRecord,
    hook: NonNullable<NonNullable<ContainerRecord['spec']['lifecycle']>['preStop']>,
    done: (ok: boolean) => void,
  ): void {
    if (hook.sleep) {
      clock.after(hook.sleep.seconds * 1000, () => done(true));
      return;
    }
    const target = { ...probeTarget(record), after: (ms: number, work: () => void) => clock.after(ms, work) };
    runProbe(hook, 24 * 3600 * 1000, target, ({ result }) => done(result === 'success'));
  }

  /**
   * preStop, SIGTERM, and SIGKILL when the grace period is over (killContainer, kuberuntime_container.go).
   * The container's end is told like any other, through `changed`.
   */
  function stop(record: ContainerRecord, graceMs: number, message: string): void {
    const { running } = record;
    if (!running || record.stopping) return;
    record.stopping = true;
    event(record, 'Normal', 'Killing', message);
    const deadline = clock.now() + graceMs;
    const hook = record.spec.lifecycle?.preStop;
    let hookDone = false;
    const signal = () => {
      if (hookDone) return;
      hookDone = true;
      if (record.running !== running) return;
      const left = Math.max(deadline - clock.now(), graceMs === 0 ? 0 : MINIMUM_GRACE_MS);
      if (left > 0) running.terminate();
      record.stopTimers.push(clock.after(left, () => forceEnd(record, 137)));
    };
    if (!hook || graceMs === 0) {
      signal();
      return;
    }
    runHook(record, hook, (ok) => {
      // What the command said is kept out of the event: it may hold secrets.
      if (!ok) event(record, 'Warning', 'FailedPreStopHook', 'PreStopHook failed');
      signal();
    });
    record.stopTimers.push(clock.after(graceMs, signal));
  }

  function forceEnd(record: ContainerRecord, status: number): void {
    record.running?.kill();
    exited(record, status);
  }

  return {
    start,
    restart,
    stop,
    /** The whole pod is gone: no grace, no status. */
    kill(record: ContainerRecord): void {
      for (const prober of record.probers.splice(0)) prober.stop();
      for (const cancel of record.stopTimers.splice(0)) cancel();
      record.running?.kill();
      record.running = undefined;
    },
  };
}
