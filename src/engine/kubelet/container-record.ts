import type { Container, ContainerState } from '../api/index.ts';
import type { CancelTimer } from '../apimachinery/index.ts';
import type { RunningContainer } from './container.ts';
import { type ContainerLog, EMPTY_LOG } from './container-log.ts';
import type { ContainerView } from './pod-status.ts';

/** What the kubelet remembers of one container of a pod, over all its runs. */
export interface ContainerRecord {
  spec: Container;
  readonly kind: ContainerView['kind'];
  state: ContainerState;
  lastState: ContainerState | undefined;
  /** It passed its startup probe, or has none and runs. */
  started: boolean;
  ready: boolean;
  /** How often it has been started; the status counts one less as restarts. */
  runs: number;
  image: string;
  imageID: string;
  containerID: string | undefined;
  running: RunningContainer | undefined;
  /** Its log, and that of the run before: what `kubectl logs -p` shows. */
  log: ContainerLog;
  previousLog: ContainerLog | undefined;
  /** Between the decision to start it and its first instruction. */
  starting: boolean;
  /** SIGTERM has been sent, or its preStop hook runs. */
  stopping: boolean;
  /** What waits for its end: the SIGKILL after the grace period. */
  readonly stopTimers: CancelTimer[];
  startedAtMs: number;
  /** How long it waits after its next failure; 0: the next restart is at once. */
  backoffMs: number;
  /** Virtual time before which it is not started. */
  notBefore: number;
  pullBackoffMs: number;
  readonly probers: { readonly stop: () => void; readonly kind: 'startup' | 'liveness' | 'readiness' }[];
}

export function newContainerRecord(
  spec: Container,
  kind: ContainerRecord['kind'],
  waiting: string,
): ContainerRecord {
  return {
    spec,
    kind,
    state: { waiting: { reason: waiting } },
    lastState: undefined,
    started: false,
    ready: false,
    runs: 0,
    image: spec.image ?? '',
    imageID: '',
    containerID: undefined,
    running: undefined,
    log: EMPTY_LOG,
    previousLog: undefined,
    starting: false,
    stopping: false,
    stopTimers: [],
    startedAtMs: 0,
    backoffMs: 0,
    notBefore: 0,
    pullBackoffMs: 0,
    probers: [],
  };
}
