import type {
  Condition,
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
  PodPhase,
  PodSpec,
  PodStatus,
} from '../api/index.ts';

/** One container as the pod's status sees it. */
export interface ContainerView {
  readonly spec: Container;
  readonly kind: 'init' | 'sidecar' | 'app' | 'ephemeral';
  readonly state: ContainerState;
  readonly lastState?: ContainerState | undefined;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly image: string;
  readonly imageID: string;
  readonly containerID?: string | undefined;
}

export interface PodStatusInput {
  readonly pod: Pod;
  readonly containers: readonly ContainerView[];
  readonly hostIP: string;
  readonly podIPs: readonly string[];
  readonly sandboxReady: boolean;
  readonly startTime: string;
  readonly now: string;
  /** Set when the kubelet itself failed the pod (DeadlineExceeded, Evicted). */
  readonly failed?: { readonly reason: string; readonly message: string };
}

/** Models generateAPIPodStatus (pkg/kubelet/kubelet_pods.go, v1.36) and the conditions of pkg/kubelet/status/generate.go. */
export function podStatus(input: PodStatusInput): PodStatus {
  const { pod, containers } = input;
  const phase = input.failed ? 'Failed' : podPhase(pod.spec, containers);
  const finished = phase === 'Succeeded' || phase === 'Failed';
  const of = (...kinds: readonly ContainerView['kind'][]) =>
    containers.filter(({ kind }) => kinds.includes(kind));
  const initStatuses = of('init', 'sidecar').map(containerStatus);
  const ephemeralStatuses = of('ephemeral').map(containerStatus);
  return {
    ...(pod.status?.qosClass && { qosClass: pod.status.qosClass }),
    phase,
    conditions: conditions(input, phase),
    hostIP: input.hostIP,
    hostIPs: [{ ip: input.hostIP }],
    ...(input.podIPs.length > 0 && { podIP: input.podIPs[0]!, podIPs: input.podIPs.map((ip) => ({ ip })) }),
    startTime: input.startTime,
    ...(initStatuses.length > 0 && { initContainerStatuses: initStatuses }),
    containerStatuses: of('app').map((view) => containerStatus(finished ? { ...view, ready: false } : view)),
    ...(ephemeralStatuses.length > 0 && { ephemeralContainerStatuses: ephemeralStatuses }),
    ...input.failed,
  };
}

function containerStatus(view: ContainerView): ContainerStatus {
  return {
    name: view.spec.name,
    state: view.state,
    lastState: view.lastState ?? {},
    ready: view.ready,
    started: view.started,
    restartCount: view.restartCount,
    image: view.image,
    imageID: view.imageID,
    ...(view.containerID && { containerID: view.containerID }),
  };
}

/**
 * Models getPhase (pkg/kubelet/kubelet_pods.go).
 *
 *   Pending ─▶ Running ─▶ Succeeded   (every container ended with 0 and none is to run again)
 *      └──────────┴─────▶ Failed      (one ended otherwise)
 */
export function podPhase(spec: PodSpec, containers: readonly ContainerView[]): PodPhase {
  const restart = spec.restartPolicy ?? 'Always';
  const inits = containers.filter(({ kind }) => kind === 'init');
  const failedInit = inits.some(({ state }) => (state.terminated?.exitCode ?? 0) !== 0);
  if (failedInit && restart === 'Never') return 'Failed';
  if (inits.some(({ state }) => state.terminated?.exitCode !== 0)) return 'Pending';
  const sidecars = containers.filter(({ kind }) => kind === 'sidecar');
  if (sidecars.some((view) => !view.started && !view.lastState && !view.state.terminated)) return 'Pending';

  const apps = containers.filter(({ kind }) => kind === 'app');
  if (apps.some(({ state, lastState }) => !state.running && !state.terminated && !lastState?.terminated))
    return 'Pending';
  if (apps.some(({ state }) => state.running)) return 'Running';
  if (restart === 'Always') return 'Running';
  const codes = apps.map(
    ({ state, lastState }) => (state.terminated ?? lastState?.terminated)?.exitCode ?? 0,
  );
  if (codes.every((code) => code === 0)) return 'Succeeded';
  return restart === 'Never' ? 'Failed' : 'Running';
}

const KUBELET_CONDITIONS = [
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
] as const;

function conditions(input: PodStatusInput, phase: PodPhase): readonly Condition[] {
  const { pod, containers, now } = input;
  const previous = pod.status?.conditions ?? [];
  const initialized = initializedCondition(containers, phase);
  const containersReady = containersReadyCondition(containers, phase);
  const wanted: Readonly<Record<(typeof KUBELET_CONDITIONS)[number], Omit<Condition, 'type'>>> = {
    PodReadyToStartContainers: { status: input.sandboxReady ? 'True' : 'False' },
    Initialized: initialized,
    Ready: readyCondition(containersReady, pod, previous),
    ContainersReady: containersReady,
    PodScheduled: { status: 'True' },
  };
  const own = KUBELET_CONDITIONS.map((type): Condition => {
    const before = previous.find((condition) => condition.type === type);
    const condition = wanted[type];
    const lastTransitionTime = before?.status === condition.status ? (before.lastTransitionTime ?? now) : now;
    return { type, ...condition, lastTransitionTime };
  });
  const others = previous.filter(({ type }) => !(KUBELET_CONDITIONS as readonly string[]).includes(type));
  return [...own, ...others];
}

function initializedCondition(
  containers: readonly ContainerView[],
  phase: PodPhase,
): Omit<Condition, 'type'> {
  const done = (view: ContainerView) =>
    view.kind === 'sidecar' ? view.started : view.state.terminated?.exitCode === 0;
  const waiting = containers.filter(
    (view) => (view.kind === 'init' || view.kind === 'sidecar') && !done(view),
  );
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  if (waiting.length === 0 || phase === 'Running') return { status: 'True' };
  return {
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${names(waiting)}]`,
  };
}

function containersReadyCondition(
  containers: readonly ContainerView[],
  phase: PodPhase,
): Omit<Condition, 'type'> {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const unready = containers.filter(
    (view) => (view.kind === 'app' || view.kind === 'sidecar') && !view.ready,
  );
  if (unready.length === 0) return { status: 'True' };
  return {
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${names(unready)}]`,
  };
}

/** Ready also wants every readiness gate to be true. */
function readyCondition(
  containersReady: Omit<Condition, 'type'>,
  pod: Pod,
  previous: readonly Condition[],
): Omit<Condition, 'type'> {
  if (containersReady.status !== 'True') return containersReady;
  for (const { conditionType } of pod.spec.readinessGates ?? []) {
    const gate = previous.find(({ type }) => type === conditionType);
    if (gate?.status === 'True') continue;
    const message = gate
      ? `the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`
      : `corresponding condition of pod readiness gate "${conditionType}" does not exist.`;
    return { status: 'False', reason: 'ReadinessGatesNotReady', message };
  }
  return { status: 'True' };
}

function names(views: readonly ContainerView[]): string {
  return views.map(({ spec }) => spec.name).join(' ');
}
