import type { Node, Taint } from '../../api/index.ts';
import { deepEqual } from '../../apimachinery/index.ts';
import { createEventRecorder, createWorkQueue } from '../../apiserver/index.ts';
import { type Controller, type ControllerContext, timestamp } from '../shared/context.ts';
import { isPodReady } from '../shared/pod-state.ts';
import { startNodeHealthMonitor } from './node-health.ts';

const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

/** Which condition, in which state, keeps new pods away, and by which taint. */
const CONDITION_TAINTS: readonly (readonly [condition: string, status: string, taint: string])[] = [
  ['Ready', 'False', NOT_READY],
  ['Ready', 'Unknown', UNREACHABLE],
  ['MemoryPressure', 'True', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure', 'True', 'node.kubernetes.io/disk-pressure'],
  ['NetworkUnavailable', 'True', 'node.kubernetes.io/network-unavailable'],
  ['PIDPressure', 'True', 'node.kubernetes.io/pid-pressure'],
];
const OWN_NO_SCHEDULE = new Set([...CONDITION_TAINTS.map(([, , taint]) => taint), UNSCHEDULABLE]);
const OWN_NO_EXECUTE = new Set([NOT_READY, UNREACHABLE]);

/**
 * Taints nodes for what their conditions say, and takes the pods of a node that is not ready out of service.
 * Models the node lifecycle controller (pkg/controller/nodelifecycle, v1.36).
 */
export function startNodeLifecycleController(context: ControllerContext): Controller {
  const { api, clock, informers } = context;
  const record = createEventRecorder({ ...context, client: api, component: 'node-controller' });
  const nodes = informers.of('nodes');
  const queue = createWorkQueue({ clock, reconcile });
  nodes.subscribe({
    added(node) {
      record(
        node,
        'Normal',
        'RegisteredNode',
        `Node ${node.metadata.name} event: Registered Node ${node.metadata.name} in Controller`,
      );
      queue.add(node.metadata.name);
    },
    updated(before, node) {
      queue.add(node.metadata.name);
      if (isReady(before) && !isReady(node)) nodeLost(node);
      // Whether evictions are held back depends on how many nodes are well.
      if (isReady(before) !== isReady(node)) for (const other of nodes.list()) queue.add(other.metadata.name);
    },
    deleted(node) {
      record(
        node,
        'Normal',
        'RemovingNode',
        `Node ${node.metadata.name} event: Removing Node ${node.metadata.name} from Controller`,
      );
    },
  });

  /** Its pods stop being endpoints at once, though nobody can tell whether they still run (MarkPodsNotReady). */
  function nodeLost(node: Node): void {
    record(node, 'Normal', 'NodeNotReady', `Node ${node.metadata.name} status is now: NodeNotReady`);
    for (const pod of informers.pods.onNode(node.metadata.name)) {
      if (!isPodReady(pod)) continue;
      const { namespace = '', name } = pod.metadata;
      const current = api.get('pods', namespace, name);
      if (!current.ok) continue;
      const conditions = (current.object.status?.conditions ?? []).map((condition) =>
        condition.type === 'Ready' && condition.status === 'True'
          ? { ...condition, status: 'False' as const, lastTransitionTime: timestamp(context) }
          : condition,
      );
      api.updateStatus('pods', { ...current.object, status: { ...current.object.status, conditions } });
      record(current.object, 'Warning', 'NodeNotReady', 'Node is not ready');
    }
  }

  function reconcile(name: string): void {
    const current = api.get('nodes', '', name);
    if (!current.ok) return;
    const node = current.object;
    const before = node.spec?.taints ?? [];
    const others = before.filter(
      ({ key, effect }) =>
        !(effect === 'NoSchedule' && OWN_NO_SCHEDULE.has(key)) &&
        !(effect === 'NoExecute' && OWN_NO_EXECUTE.has(key)),
    );
    const wanted = [...noScheduleTaints(node), ...noExecuteTaints(node)].map(
      (taint) =>
        before.find(({ key, effect }) => key === taint.key && effect === taint.effect) ?? {
          ...taint,
          timeAdded: timestamp(context),
        },
    );
    const taints = [...others, ...wanted];
    if (deepEqual(taints, before)) return;
    const result = api.update('nodes', { ...node, spec: { ...node.spec, taints } });
    if (result.ok) queue.forget(name);
    else queue.addRateLimited(name);
  }

  /** With every node down, or most of a small cluster, it is more likely the control plane that is cut off. */
  function noExecuteTaints(node: Node): readonly Taint[] {
    const all = nodes.list();
    const lost = all.filter((each) => !isReady(each)).length;
    const heldBack = lost === all.length || (lost > 2 && lost / all.length >= 0.55);
    const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
    const key = ready === 'False' ? NOT_READY : ready === 'Unknown' ? UNREACHABLE : undefined;
    if (key === undefined) return [];
    const present = node.spec?.taints?.some((taint) => taint.key === key && taint.effect === 'NoExecute');
    return heldBack && !present ? [] : [{ key, effect: 'NoExecute' }];
  }

  const stopMonitor = startNodeHealthMonitor(context);
  return {
    stop() {
      stopMonitor();
      queue.stop();
    },
  };
}

function noScheduleTaints({ spec, status }: Node): readonly Taint[] {
  const keys = CONDITION_TAINTS.filter(([type, state]) =>
    status?.conditions?.some((condition) => condition.type === type && condition.status === state),
  ).map(([, , taint]) => taint);
  // A node that has not told its state yet was tainted by its kubelet or by admission: that stays until it has.
  const known = status?.conditions?.some(({ type }) => type === 'Ready');
  if (!known && spec?.taints?.some(({ key, effect }) => key === NOT_READY && effect === 'NoSchedule'))
    keys.push(NOT_READY);
  if (spec?.unschedulable) keys.push(UNSCHEDULABLE);
  return keys.map((key) => ({ key, effect: 'NoSchedule' }));
}

function isReady({ status }: Node): boolean {
  return status?.conditions?.some(({ type, status: state }) => type === 'Ready' && state === 'True') ?? false;
}
