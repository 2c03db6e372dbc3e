import type { Pod, ReplicaSet } from '../../api/index.ts';
import { deepEqual, labelSelectorMatches, selectorMatches, toSelector } from '../../apimachinery/index.ts';
import { createEventRecorder, createWorkQueue, objectKey, splitKey } from '../../apiserver/index.ts';
import { claim } from '../shared/claim.ts';
import { type Controller, type ControllerContext, nowMs } from '../shared/context.ts';
import { createExpectations } from '../shared/expectations.ts';
import { controllerOf } from '../shared/owner-references.ts';
import { createPodControl } from '../shared/pod-control.ts';
import { isPodActive, isPodReady, isPodTerminating } from '../shared/pod-state.ts';
import { podsToDeleteFirst } from '../shared/rank-pods.ts';
import { replicaSetStatus } from './replicaset-status.ts';

/** At most this many pods are created or deleted in one go (BurstReplicas). */
const BURST_REPLICAS = 500;

/**
 * Keeps as many pods of a template running as a ReplicaSet asks for.
 * Models ReplicaSetController (pkg/controller/replicaset/replica_set.go, v1.36).
 */
export function startReplicaSetController(context: ControllerContext): Controller {
  const { api, clock, informers } = context;
  const { pods } = informers;
  const replicaSets = informers.of('replicasets');
  const record = createEventRecorder({ ...context, client: api, component: 'replicaset-controller' });
  const podControl = createPodControl(context, record);
  const expectations = createExpectations(() => clock.now());
  const queue = createWorkQueue({ clock, reconcile });

  replicaSets.subscribe({
    added: (replicaSet) => queue.add(objectKey(replicaSet)),
    updated: (_, replicaSet) => queue.add(objectKey(replicaSet)),
    deleted(replicaSet) {
      expectations.forget(objectKey(replicaSet));
      queue.add(objectKey(replicaSet));
    },
  });
  pods.subscribe({
    added(pod) {
      if (pod.metadata.deletionTimestamp !== undefined) return podGoes(pod);
      const owner = ownerKey(pod);
      if (owner !== undefined) expectations.creationObserved(owner);
      enqueueFor(pod);
    },
    updated(before, pod) {
      if (pod.metadata.deletionTimestamp !== undefined) podGoes(pod);
      if (controllerOf(before)?.uid !== controllerOf(pod)?.uid) enqueueFor(before);
      enqueueFor(pod);
      const owner = ownerKey(pod);
      const minReadySeconds = owner === undefined ? 0 : (getReplicaSet(owner)?.spec.minReadySeconds ?? 0);
      if (owner !== undefined && minReadySeconds > 0 && !isPodReady(before) && isPodReady(pod)) {
        queue.addAfter(owner, minReadySeconds * 1000 + 1000);
      }
    },
    deleted: podGoes,
  });

  function ownerKey(pod: Pod): string | undefined {
    const owner = controllerOf(pod);
    return owner?.kind === 'ReplicaSet' ? `${pod.metadata.namespace}/${owner.name}` : undefined;
  }

  function getReplicaSet(key: string): ReplicaSet | undefined {
    const { namespace, name } = splitKey(key);
    return replicaSets.get(namespace, name);
  }

  function podGoes(pod: Pod): void {
    const owner = ownerKey(pod);
    if (owner === undefined) return;
    expectations.deletionObserved(owner, objectKey(pod));
    queue.add(owner);
  }

  /** Wakes the pod's owner; for an orphan, every ReplicaSet that might adopt it. */
  function enqueueFor(pod: Pod): void {
    const owner = ownerKey(pod);
    if (owner !== undefined) queue.add(owner);
    if (controllerOf(pod)) return;
    for (const replicaSet of replicaSets.list(pod.metadata.namespace)) {
      if (labelSelectorMatches(replicaSet.spec.selector, pod.metadata.labels ?? {}))
        queue.add(objectKey(replicaSet));
    }
  }

  function reconcile(key: string): void {
    const replicaSet = getReplicaSet(key);
    if (!replicaSet) {
      expectations.forget(key);
      return;
    }
    const selector = toSelector(replicaSet.spec.selector ?? {});
    const claimed = claim(api, 'pods', replicaSet, pods, (pod) =>
      selectorMatches(selector, pod.metadata.labels),
    );
    const active = claimed.filter(isPodActive);
    const failure =
      expectations.satisfied(key) && replicaSet.metadata.deletionTimestamp === undefined
        ? manageReplicas(key, replicaSet, active)
        : undefined;
    const status = replicaSetStatus(
      context,
      replicaSet,
      active,
      claimed.filter(isPodTerminating).length,
      failure,
    );
    if (!deepEqual(status, replicaSet.status)) {
      const { namespace, name } = splitKey(key);
      const current = api.get('replicasets', namespace, name);
      if (current.ok) api.updateStatus('replicasets', { ...current.object, status });
    }
    if (failure !== undefined) queue.addRateLimited(key);
    else queue.forget(key);
    const { minReadySeconds = 0, replicas = 1 } = replicaSet.spec;
    if (minReadySeconds > 0 && status.readyReplicas === replicas && status.availableReplicas !== replicas) {
      queue.addAfter(key, minReadySeconds * 1000);
    }
  }

  /** Creates or deletes what is missing or too many; answers why it could not. */
  function manageReplicas(
    key: string,
    replicaSet: ReplicaSet,
    active: readonly Pod[],
  ): FailedManage | undefined {
    const surplus = active.length - (replicaSet.spec.replicas ?? 1);
    if (surplus < 0) {
      const template = replicaSet.spec.template;
      if (!template) return undefined;
      const count = Math.min(-surplus, BURST_REPLICAS);
      expectations.expectCreations(key, count);
      for (let created = 0; created < count; created++) {
        const result = podControl.create(replicaSet, template);
        if (result.ok) continue;
        for (let skipped = created; skipped < count; skipped++) expectations.creationObserved(key);
        return { reason: 'FailedCreate', message: result.status.message };
      }
    }
    if (surplus > 0) {
      const goners = podsToDelete(replicaSet, active).slice(0, Math.min(surplus, BURST_REPLICAS));
      expectations.expectDeletions(key, goners.map(objectKey));
      for (const pod of goners)
        if (!podControl.delete(replicaSet, pod)) expectations.deletionObserved(key, objectKey(pod));
    }
    return undefined;
  }

  /** Pods of the ReplicaSet's owner's other ReplicaSets on the same node count too: so the spread stays even. */
  function podsToDelete(replicaSet: ReplicaSet, active: readonly Pod[]): readonly Pod[] {
    const owner = controllerOf(replicaSet)?.uid;
    const related =
      owner === undefined
        ? active
        : replicaSets
            .ofController(owner)
            .flatMap((other) => pods.ofController(other.metadata.uid))
            .filter(isPodActive);
    const onNode = new Map<string, number>();
    for (const pod of related)
      onNode.set(pod.spec.nodeName ?? '', (onNode.get(pod.spec.nodeName ?? '') ?? 0) + 1);
    return podsToDeleteFirst(active, (pod) => onNode.get(pod.spec.nodeName ?? '') ?? 0, nowMs(context));
  }

  return { stop: () => queue.stop() };
}

export interface FailedManage {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly message: string;
}
