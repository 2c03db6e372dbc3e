import type { Pod } from '../../api/index.ts';
import { objectKey } from '../../apiserver/index.ts';
import { type Controller, type ControllerContext, timestamp } from '../shared/context.ts';
import { isPodFinished } from '../shared/pod-state.ts';

/** A node that is gone may come back: its pods wait this long. */
const QUARANTINE_MS = 40_000;

/**
 * Removes pods whose node is gone, which no kubelet will ever do.
 * Models the pod garbage collector (pkg/controller/podgc/gc_controller.go, v1.36).
 */
export function startPodGarbageCollector(context: ControllerContext): Controller {
  const { api, clock, informers } = context;
  const nodes = informers.of('nodes');
  const timers = new Map<string, () => void>();
  nodes.subscribe({
    added({ metadata }) {
      timers.get(metadata.name)?.();
      timers.delete(metadata.name);
    },
    deleted: ({ metadata }) => quarantine(metadata.name),
  });
  informers.pods.subscribe({
    added: check,
    updated(before, pod) {
      if (
        before.spec.nodeName !== pod.spec.nodeName ||
        pod.metadata.deletionTimestamp !== before.metadata.deletionTimestamp
      )
        check(pod);
    },
  });

  function check(pod: Pod): void {
    const { nodeName } = pod.spec;
    if (nodeName && !nodes.get('', nodeName)) quarantine(nodeName);
    // A pod that is deleted before it got a node has nobody who would let it go (gcUnscheduledTerminating).
    if (!nodeName && pod.metadata.deletionTimestamp !== undefined) remove(pod);
  }

  function quarantine(node: string): void {
    if (timers.has(node)) return;
    const collect = () => {
      timers.delete(node);
      if (api.get('nodes', '', node).ok) return;
      for (const pod of informers.pods.onNode(node)) remove(pod);
    };
    timers.set(node, clock.after(QUARANTINE_MS, collect, { background: true }));
  }

  function remove(pod: Pod): void {
    const { namespace = '', name } = pod.metadata;
    const current = api.get('pods', namespace, name);
    if (!current.ok || objectKey(current.object) !== objectKey(pod)) return;
    if (!isPodFinished(current.object)) {
      const condition = {
        type: 'DisruptionTarget',
        status: 'True' as const,
        reason: 'DeletionByPodGC',
        message: 'PodGC: node no longer exists',
        lastTransitionTime: timestamp(context),
      };
      const { status = {} } = current.object;
      const conditions = [
        ...(status.conditions ?? []).filter(({ type }) => type !== condition.type),
        condition,
      ];
      api.updateStatus('pods', { ...current.object, status: { ...status, phase: 'Failed', conditions } });
    }
    api.delete('pods', namespace, name, { gracePeriodSeconds: 0 });
  }

  return {
    stop() {
      for (const cancel of timers.values()) cancel();
    },
  };
}
