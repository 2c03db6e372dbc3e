import type { Node, Pod, Taint, Toleration } from '../../api/index.ts';
import { tolerates } from '../../api/index.ts';
import { parseTimestamp } from '../../apimachinery/index.ts';
import { createEventRecorder, createWorkQueue, objectKey, splitKey } from '../../apiserver/index.ts';
import { type Controller, type ControllerContext, nowMs, timestamp } from '../shared/context.ts';

/**
 * Deletes pods from nodes with NoExecute taints: at once when they do not tolerate them, after tolerationSeconds when
 * they do so for a while. Models the taint eviction controller (pkg/controller/tainteviction, v1.36).
 */
export function startTaintEvictionController(context: ControllerContext): Controller {
  const { api, clock, informers } = context;
  const record = createEventRecorder({ ...context, client: api, component: 'taint-eviction-controller' });
  const nodes = informers.of('nodes');
  const queue = createWorkQueue({ clock, reconcile });
  const scheduled = new Map<string, { readonly uid: string | undefined; readonly cancel: () => void }>();

  nodes.subscribe({
    added: wakePods,
    updated(before, node) {
      if (noExecute(before).length > 0 || noExecute(node).length > 0) wakePods(node);
    },
  });
  informers.pods.subscribe({
    added: wake,
    updated(before, pod) {
      if (before.spec !== pod.spec || before.metadata.deletionTimestamp !== pod.metadata.deletionTimestamp)
        wake(pod);
    },
    deleted: (pod) => unschedule(objectKey(pod), undefined),
  });

  function wake(pod: Pod): void {
    const key = objectKey(pod);
    const node = pod.spec.nodeName ? nodes.get('', pod.spec.nodeName) : undefined;
    if (scheduled.has(key) || (node && noExecute(node).length > 0)) queue.add(key);
  }

  function wakePods(node: Node): void {
    if (noExecute(node).length === 0 && scheduled.size === 0) return;
    for (const pod of informers.pods.onNode(node.metadata.name)) queue.add(objectKey(pod));
  }

  function reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const pod = informers.pods.get(namespace, name);
    if (!pod || pod.metadata.deletionTimestamp !== undefined) {
      unschedule(key, undefined);
      return;
    }
    const node = pod.spec.nodeName ? nodes.get('', pod.spec.nodeName) : undefined;
    const taints = node ? noExecute(node) : [];
    if (taints.length === 0) {
      unschedule(key, pod);
      return;
    }
    const matching = (pod.spec.tolerations ?? []).filter((toleration) =>
      taints.some((taint) => tolerates([toleration], taint)),
    );
    if (!taints.every((taint) => tolerates(matching, taint))) {
      unschedule(key, undefined);
      evict(pod);
      return;
    }
    const seconds = shortest(matching);
    if (seconds === undefined) {
      unschedule(key, pod);
      return;
    }
    if (scheduled.get(key)?.uid === pod.metadata.uid) return;
    const since = Math.min(
      ...taints.map(({ timeAdded }) => parseTimestamp(timeAdded ?? '') ?? nowMs(context)),
    );
    const left = Math.max(0, since + seconds * 1000 - nowMs(context));
    const cancel = clock.after(
      left,
      () => {
        scheduled.delete(key);
        evict(pod);
      },
      { background: true },
    );
    scheduled.set(key, { uid: pod.metadata.uid, cancel });
  }

  function evict(pod: Pod): void {
    const { namespace = '', name } = pod.metadata;
    const current = api.get('pods', namespace, name);
    if (!current.ok || current.object.metadata.uid !== pod.metadata.uid) return;
    record(current.object, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${namespace}/${name}`);
    const condition = {
      type: 'DisruptionTarget',
      status: 'True' as const,
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
      lastTransitionTime: timestamp(context),
    };
    const { status = {} } = current.object;
    const conditions = [
      ...(status.conditions ?? []).filter(({ type }) => type !== condition.type),
      condition,
    ];
    api.updateStatus('pods', { ...current.object, status: { ...status, conditions } });
    api.delete('pods', namespace, name);
  }

  /** `pod`: say in an event that it may stay after all. */
  function unschedule(key: string, pod: Pod | undefined): void {
    const entry = scheduled.get(key);
    if (!entry) return;
    entry.cancel();
    scheduled.delete(key);
    if (pod) record(pod, 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${key}`);
  }

  return {
    stop() {
      for (const { cancel } of scheduled.values()) cancel();
      queue.stop();
    },
  };
}

function noExecute({ spec }: Node): readonly Taint[] {
  return (spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
}

/** The shortest time that one of the tolerations gives; undefined: all tolerate for ever. */
function shortest(tolerations: readonly Toleration[]): number | undefined {
  const limits = tolerations.flatMap(({ tolerationSeconds }) =>
    tolerationSeconds === undefined ? [] : Math.max(0, tolerationSeconds),
  );
  return limits.length > 0 ? Math.min(...limits) : undefined;
}
