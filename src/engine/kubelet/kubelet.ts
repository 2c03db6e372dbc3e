import type { Pod } from '../api/index.ts';
import { DEFAULT_EPOCH_MS, formatTimestamp } from '../apimachinery/index.ts';
import { createEventRecorder } from '../apiserver/index.ts';
import type { ExecutionContext } from '../execution.ts';
import type { ContainerLog } from './container-log.ts';
import type { ContainerRecord } from './container-record.ts';
import { createFileTree, type FileTree } from './filesystem.ts';
import { createImagePuller } from './image-puller.ts';
import { selfSignedChain } from './images/servers/self-signed.ts';
import type { NodeContext } from './node-context.ts';
import { startNodeLease } from './node-lease.ts';
import { openNodeSockets } from './node-sockets.ts';
import { nodeAllocatable, registerNode, updateNodeStatus } from './node-status.ts';
import { configMapData, secretData } from './object-data.ts';
import type { KubeletOptions } from './options.ts';
import { createPodWorker, type PodWorker } from './pod-worker.ts';
import { createServiceLinks } from './service-links.ts';

export type ExecResult =
  | { readonly ok: true; readonly context: ExecutionContext }
  | { readonly ok: false; readonly message: string };

export type AttachResult =
  | { readonly ok: true; readonly context: ExecutionContext; readonly exit: (status: number) => void }
  | { readonly ok: false; readonly message: string };

/** `systemctl stop kubelet` and `systemctl start kubelet`: a node falls silent, though its containers still run. */
export interface KubeletService {
  running(): boolean;
  stop(): void;
  start(): void;
}

export interface Kubelet {
  /** A running container, as `kubectl exec` enters it; undefined: this node has no such pod. The error is kubectl's whole line. */
  exec(namespace: string, pod: string, container?: string): ExecResult | undefined;
  /** What the container has written; undefined: no such pod or container here, or it has not started (or restarted). */
  logs(namespace: string, pod: string, container: string, previous?: boolean): ContainerLog | undefined;
  /** The container's own first process, when it reads a terminal; `exit` ends it. */
  attach(namespace: string, pod: string, container: string): AttachResult | undefined;
  /** The kubelet as a service of its node's systemd. */
  readonly service: KubeletService;
  /** Looks at the node's network and at every pod again. */
  sync(): void;
  /** The node's kubelet ends, its containers with it. */
  stop(): void;
}

/** How often the node's status is written when nothing has changed (nodeStatusReportFrequency). */
const NODE_REPORT_MS = 5 * 60_000;

/**
 * Starts the kubelet of one node: it registers the node, runs the pods that are bound to it, and tells the API server
 * how they are (pkg/kubelet/kubelet.go, v1.36).
 */
export function startKubelet(given: KubeletOptions): Kubelet {
  const { api, clock, nodeName } = given;
  const epochMs = given.epochMs ?? DEFAULT_EPOCH_MS;
  const timestamp = () => formatTimestamp(epochMs + clock.now());
  const recorder = createEventRecorder({ client: api, clock, epochMs, component: 'kubelet', host: nodeName });
  const links = createServiceLinks(api);
  const hostPaths = new Map<string, FileTree>();
  const workers = new Map<string, PodWorker>();
  let active = true;

  const node: NodeContext = {
    ...given,
    epochMs,
    timestamp,
    active: () => active,
    puller: createImagePuller(given),
    allocatable: nodeAllocatable(given),
    event: recorder,
    configMap: (namespace, name) => configMapData(api, namespace, name),
    secret: (namespace, name) => secretData(api, namespace, name),
    serviceLinks: links.of,
    hostPath(path) {
      const tree = hostPaths.get(path) ?? createFileTree();
      hostPaths.set(path, tree);
      return tree;
    },
  };

  const chain = selfSignedChain(
    nodeName,
    (given.epochMs ?? DEFAULT_EPOCH_MS) + given.clock.now(),
    given.random.fork('serving certificate').next,
  );
  const openSockets = () => openNodeSockets(given.network, nodeName, chain);
  let sockets = openSockets();
  registerNode(given);
  updateNodeStatus(api, { ...given, timestamp });
  let wasReady = given.podNetwork.notReady() === undefined;

  function sync(): void {
    if (!active) return;
    const isReady = given.podNetwork.notReady() === undefined;
    if (isReady !== wasReady) {
      wasReady = isReady;
      updateNodeStatus(api, { ...given, timestamp });
    }
    for (const worker of workers.values()) worker.sync();
  }

  function report(): () => void {
    return clock.after(
      NODE_REPORT_MS,
      () => {
        if (active) updateNodeStatus(api, { ...given, timestamp });
        stopReporting = report();
      },
      { background: true },
    );
  }
  let stopReporting = report();

  const stopNodes = api.watch('nodes', ({ type, object }) => {
    if (object.metadata.name !== nodeName) return;
    if (type === 'DELETED') return;
    sync();
  });
  // A pod that waits for a ConfigMap or Secret to mount goes on as soon as it is there.
  const wake = () => {
    for (const worker of workers.values()) if (worker.waiting()) worker.sync();
  };
  const stopConfigMaps = api.watch('configmaps', wake);
  const stopSecrets = api.watch('secrets', wake);
  const uidOf = ({ metadata }: Pod) => metadata.uid ?? `${metadata.namespace}/${metadata.name}`;
  const lookAfter = (pod: Pod) => {
    const worker = workers.get(uidOf(pod));
    if (worker) worker.update(pod);
    else if (!isFinished(pod)) workers.set(uidOf(pod), createPodWorker(node, pod));
  };
  const letGo = (uid: string) => {
    workers.get(uid)?.remove();
    workers.delete(uid);
  };
  const stopPods = api.watch('pods', ({ type, object }) => {
    if (object.spec.nodeName !== nodeName || !active) return;
    if (type === 'DELETED') letGo(uidOf(object));
    else lookAfter(object);
  });
  let stopLease = startNodeLease({ api, clock, epochMs, nodeName });

  const service: KubeletService = {
    running: () => active,
    stop() {
      if (!active) return;
      active = false;
      stopLease();
      sockets.close();
    },
    /** What happened meanwhile is in the API server. */
    start() {
      if (active) return;
      active = true;
      sockets = openSockets();
      registerNode(given);
      updateNodeStatus(api, { ...given, timestamp });
      stopLease = startNodeLease({ api, clock, epochMs, nodeName });
      const pods = api.list('pods').filter((pod) => pod.spec.nodeName === nodeName);
      const present = new Set(pods.map(uidOf));
      for (const uid of [...workers.keys()]) if (!present.has(uid)) letGo(uid);
      for (const pod of pods) lookAfter(pod);
      sync();
    },
  };

  function find(
    namespace: string,
    name: string,
  ): { readonly pod: Pod; readonly worker: PodWorker } | undefined {
    const stored = api.get('pods', namespace, name);
    if (!stored.ok) return undefined;
    const worker = active ? workers.get(uidOf(stored.object)) : undefined;
    return worker && { pod: stored.object, worker };
  }

  function recordOf(worker: PodWorker, name: string | undefined): ContainerRecord | undefined {
    if (name !== undefined) return worker.containers.find(({ spec }) => spec.name === name);
    return worker.containers.find(({ kind }) => kind === 'app');
  }

  return {
    exec(namespace, name, container) {
      const found = find(namespace, name);
      if (!found) return undefined;
      const { phase } = found.pod.status ?? {};
      if (phase === 'Succeeded' || phase === 'Failed') {
        return {
          ok: false,
          message: `error: cannot exec into a container in a completed pod; current phase is ${phase}`,
        };
      }
      const record = recordOf(found.worker, container);
      if (!record) {
        return {
          ok: false,
          message: `Error from server (BadRequest): container ${container} is not valid for pod ${name}`,
        };
      }
      if (record.running) return { ok: true, context: record.running.context() };
      return {
        ok: false,
        message: `error: Internal error occurred: unable to upgrade connection: container not found ("${record.spec.name}")`,
      };
    },
    logs(namespace, name, container, previous = false) {
      const found = find(namespace, name);
      const record = found && recordOf(found.worker, container);
      if (!record || record.runs === 0) return undefined;
      if (!previous) return record.log;
      // The newest run that has ended: while it waits to start again, that is the one whose log is also the current one.
      return record.state.waiting && record.lastState?.terminated ? record.log : record.previousLog;
    },
    attach(namespace, name, container) {
      const found = find(namespace, name);
      const running = found && recordOf(found.worker, container)?.running;
      if (!found) return undefined;
      if (!running)
        return {
          ok: false,
          message: `error: Internal error occurred: unable to upgrade connection: container ${container} not found in pod ${name}_${namespace}`,
        };
      return { ok: true, context: running.context(), exit: running.exit ?? (() => undefined) };
    },
    service,
    sync,
    stop() {
      stopLease();
      sockets.close();
      stopNodes();
      stopPods();
      links.stop();
      stopConfigMaps();
      stopSecrets();
      stopReporting();
      for (const worker of workers.values()) worker.remove();
    },
  };
}

function isFinished(pod: Pod): boolean {
  const finished = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
  return finished && !pod.metadata.deletionTimestamp;
}
