import type { Container, Pod } from '../api/index.ts';
import { type CancelTimer, deepEqual } from '../apimachinery/index.ts';
import type { SandboxState } from './container-config.ts';
import { hexDigest } from './container-id.ts';
import { createContainerLifecycle } from './container-lifecycle.ts';
import { type ContainerRecord, newContainerRecord } from './container-record.ts';
import { podField } from './environment.ts';
import type { NodeContext } from './node-context.ts';
import type { SandboxNetwork } from './options.ts';
import { podDns } from './pod-resolv-conf.ts';
import { podStatus } from './pod-status.ts';
import { mountVolumes } from './volumes.ts';

const SANDBOX_MS = 180;
const RETRY_SANDBOX_MS = 12_000;
const RETRY_MOUNT_MS = 2000;
/** How long a finished pod's object stays before the final delete reaches the API server. */
const FINAL_DELETE_MS = 50;

export interface PodWorker {
  readonly containers: readonly ContainerRecord[];
  /** The pod's object has changed. */
  update(pod: Pod): void;
  /** The pod's object is gone from the API server: everything stops at once. */
  remove(): void;
  /** Something else that it may wait for has changed: the node's network, a ConfigMap. */
  sync(): void;
  /** It cannot begin yet: a volume's object or the node's network is missing. */
  waiting(): boolean;
}

type SandboxPhase = 'none' | 'creating' | 'ready' | 'removed';

/**
 * The life of one pod on its node, as a pod worker of the kubelet leads it (pkg/kubelet/pod_workers.go, syncPod and
 * computePodActions of kuberuntime, v1.36). Every change leads to `sync`, which does the next thing that can be done.
 *
 *   volumes ─▶ sandbox: netns + CNI ADD ─▶ init containers, one by one ─▶ all containers ─▶ … ─▶ stop ─▶ CNI DEL ─▶ delete
 */
export function createPodWorker(node: NodeContext, first: Pod): PodWorker {
  const { api, clock } = node;
  const namespace = first.metadata.namespace ?? 'default';
  const startTime = node.timestamp();
  const key: SandboxNetwork = {
    containerId: hexDigest(`sandbox ${first.metadata.uid}`),
    netns: `${namespace}/${first.metadata.name}`,
    namespace,
    pod: first.metadata.name,
    portMappings: portMappings(first),
  };
  let pod = first;
  let phase: SandboxPhase = 'none';
  let sandbox: SandboxState = { netns: node.nodeName, addresses: [], volumes: new Map() };
  let ending = false;
  let gone = false;
  let failed: { readonly reason: string; readonly message: string } | undefined;
  let publishing: CancelTimer | undefined;
  let retry: CancelTimer | undefined;

  const hasInit = (first.spec.initContainers ?? []).length > 0;
  const containers: ContainerRecord[] = [
    ...(first.spec.initContainers ?? []).map((spec) =>
      newContainerRecord(spec, spec.restartPolicy === 'Always' ? 'sidecar' : 'init', 'PodInitializing'),
    ),
    ...first.spec.containers.map((spec) =>
      newContainerRecord(spec, 'app', hasInit ? 'PodInitializing' : 'ContainerCreating'),
    ),
  ];
  const of = (...kinds: readonly ContainerRecord['kind'][]) =>
    containers.filter(({ kind }) => kinds.includes(kind));

  const lifecycle = createContainerLifecycle({
    node,
    pod: () => pod,
    sandbox: () => sandbox,
    ending: () => ending,
    changed,
  });

  function changed(): void {
    publishLater();
    clock.after(0, sync);
  }

  function sync(): void {
    if (gone || phase === 'removed' || !node.active()) return;
    if (pod.metadata.deletionTimestamp || failed) {
      end();
      return;
    }
    if (phase === 'none') {
      createSandbox();
      return;
    }
    if (phase !== 'ready') return;
    for (const record of of('ephemeral')) if (!record.state.terminated) lifecycle.start(record);
    if (!initContainersDone()) return;
    const restart = pod.spec.restartPolicy ?? 'Always';
    for (const record of of('app')) advance(record, restart);
    for (const record of of('sidecar')) advance(record, 'Always');
    if (restart !== 'Always' && of('app').every((record) => finishedForGood(record, restart))) end();
  }

  /** Starts what has never run, restarts what has ended if the policy says so. */
  function advance(record: ContainerRecord, restart: 'Always' | 'OnFailure' | 'Never'): void {
    if (record.running || record.starting) return;
    if (!record.state.terminated && !record.lastState) lifecycle.start(record);
    else if (!finishedForGood(record, restart)) lifecycle.restart(record);
  }

  function finishedForGood(record: ContainerRecord, restart: 'Always' | 'OnFailure' | 'Never'): boolean {
    const code = record.state.terminated?.exitCode;
    return code !== undefined && (restart === 'Never' || (restart === 'OnFailure' && code === 0));
  }

  /** One after the other; a sidecar counts once it has started. Answers whether the containers proper may start. */
  function initContainersDone(): boolean {
    const policy = pod.spec.restartPolicy ?? 'Always';
    for (const record of of('init', 'sidecar')) {
      if (record.kind === 'sidecar') {
        advance(record, 'Always');
        if (!record.started && !record.lastState) return false;
        continue;
      }
      if (record.state.terminated?.exitCode === 0) continue;
      if (record.state.terminated && policy === 'Never') {
        end();
        return false;
      }
      advance(record, policy === 'Always' ? 'OnFailure' : policy);
      return false;
    }
    return true;
  }

  function createSandbox(): void {
    const mounted = mountVolumes(pod, {
      configMap: (name) => node.configMap(namespace, name),
      secret: (name) => node.secret(namespace, name),
      downward: (file) =>
        podField(file.fieldRef?.fieldPath ?? '', {
          pod,
          nodeName: node.nodeName,
          hostIP: node.nodeAddress,
          podIPs: sandbox.addresses,
        }),
      token: () => hexDigest(`token ${pod.metadata.uid}`),
      now: () => clock.now(),
      hostPath: node.hostPath,
    });
    if (!mounted.ok) {
      for (const message of mounted.messages) node.event(pod, 'Warning', 'FailedMount', message);
      tryLater(RETRY_MOUNT_MS);
      return;
    }
    const notReady = pod.spec.hostNetwork ? undefined : node.podNetwork.notReady();
    if (notReady) {
      node.event(pod, 'Warning', 'NetworkNotReady', `network is not ready: ${notReady}`);
      tryLater(RETRY_SANDBOX_MS);
      return;
    }
    phase = 'creating';
    retry?.();
    retry = undefined;
    publishLater();
    for (const { reason, message } of podDns(pod, node).warnings) node.event(pod, 'Warning', reason, message);
    clock.after(SANDBOX_MS, () => {
      if (gone || phase !== 'creating') return;
      phase = 'none';
      if (ending || pod.metadata.deletionTimestamp) return sync();
      if (pod.spec.hostNetwork) {
        sandbox = { netns: node.nodeName, addresses: [node.nodeAddress], volumes: mounted.trees };
      } else {
        const added = node.podNetwork.add(key);
        if (!added.ok) {
          const message = `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${key.containerId}": ${added.message}`;
          node.event(pod, 'Warning', 'FailedCreatePodSandBox', message);
          return tryLater(RETRY_SANDBOX_MS);
        }
        sandbox = { netns: key.netns, addresses: added.addresses, volumes: mounted.trees };
      }
      phase = 'ready';
      startDeadline();
      changed();
    });
  }

  function tryLater(milliseconds: number): void {
    retry?.();
    retry = clock.after(milliseconds, sync, { background: true });
    publishLater();
  }

  function startDeadline(): void {
    const seconds = pod.spec.activeDeadlineSeconds;
    if (seconds === undefined) return;
    clock.after(
      seconds * 1000,
      () => {
        if (gone || ending) return;
        failed = {
          reason: 'DeadlineExceeded',
          message: 'Pod was active on the node longer than the specified deadline',
        };
        sync();
      },
      { background: true },
    );
  }

  /** Stops what still runs: containers first, sidecars after them in the reverse of their order; then the sandbox. */
  function end(): void {
    if (!ending) {
      ending = true;
      for (const record of containers) {
        const steady = record.probers.filter(({ kind }) => kind !== 'readiness');
        for (const prober of steady) prober.stop();
      }
    }
    const graceMs =
      1000 * (pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30);
    const running = containers.filter((record) => record.running);
    const first = running.filter(({ kind }) => kind !== 'sidecar');
    const next = first.length > 0 ? first : running.slice(-1);
    for (const record of next) lifecycle.stop(record, graceMs, `Stopping container ${record.spec.name}`);
    if (running.length > 0 || containers.some(({ starting }) => starting)) return;
    tearDown();
  }

  function tearDown(): void {
    const hadSandbox = phase === 'ready';
    if (hadSandbox && !pod.spec.hostNetwork) node.podNetwork.remove(key);
    phase = 'removed';
    publishNow();
    if (!pod.metadata.deletionTimestamp) return;
    clock.after(FINAL_DELETE_MS, deleteObject);
  }

  function deleteObject(): void {
    const { name, uid } = pod.metadata;
    api.delete('pods', namespace, name, { gracePeriodSeconds: 0, ...(uid && { preconditions: { uid } }) });
  }

  function publishLater(): void {
    publishing ??= clock.after(0, publishNow);
  }

  function publishNow(): void {
    publishing?.();
    publishing = undefined;
    if (gone || !node.active()) return;
    const stored = api.get('pods', namespace, pod.metadata.name);
    if (!stored.ok || stored.object.metadata.uid !== pod.metadata.uid) return;
    const status = podStatus({
      pod: stored.object,
      containers: containers.map((record) => ({ ...record, restartCount: Math.max(0, record.runs - 1) })),
      hostIP: node.nodeAddress,
      podIPs: sandbox.addresses,
      sandboxReady: phase === 'ready',
      startTime: stored.object.status?.startTime ?? startTime,
      now: node.timestamp(),
      ...(failed && { failed }),
    });
    if (!deepEqual(status, stored.object.status)) api.updateStatus('pods', { ...stored.object, status });
  }

  /** A changed image restarts its container; ephemeral containers may come at any time. */
  function takeSpec(now: Pod): void {
    for (const spec of now.spec.containers) {
      const record = containers.find((each) => each.kind === 'app' && each.spec.name === spec.name);
      if (!record || record.spec.image === spec.image) continue;
      record.spec = spec;
      record.notBefore = 0;
      record.pullBackoffMs = 0;
      if (record.running)
        lifecycle.stop(record, graceOf(now), `Container ${spec.name} definition changed, will be restarted`);
    }
    for (const spec of (now.spec.ephemeralContainers ?? []) as readonly Container[]) {
      if (containers.some(({ spec: known }) => known.name === spec.name)) continue;
      containers.push(newContainerRecord(spec, 'ephemeral', 'ContainerCreating'));
    }
  }

  publishLater();
  clock.after(0, sync);
  return {
    containers,
    update(now) {
      pod = now;
      takeSpec(now);
      sync();
      if (phase === 'removed' && now.metadata.deletionTimestamp) clock.after(FINAL_DELETE_MS, deleteObject);
    },
    remove() {
      if (gone) return;
      gone = true;
      ending = true;
      retry?.();
      for (const record of containers) lifecycle.kill(record);
      if (phase === 'ready' && !pod.spec.hostNetwork) node.podNetwork.remove(key);
      phase = 'removed';
    },
    sync() {
      sync();
      publishLater();
    },
    waiting: () => phase === 'none' && retry !== undefined,
  };
}

function graceOf(pod: Pod): number {
  return 1000 * (pod.spec.terminationGracePeriodSeconds ?? 30);
}

function portMappings(pod: Pod): SandboxNetwork['portMappings'] {
  if (pod.spec.hostNetwork) return [];
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...pod.spec.containers, ...sidecars].flatMap(({ ports }) =>
    (ports ?? []).flatMap(({ hostPort, containerPort, protocol, hostIP }) =>
      hostPort === undefined
        ? []
        : [
            {
              hostPort,
              containerPort,
              protocol: (protocol ?? 'TCP').toLowerCase() as 'tcp' | 'udp' | 'sctp',
              ...(hostIP && { hostIP }),
            },
          ],
    ),
  );
}
