import type { Pod, StatefulSet } from '../../api/index.ts';
import { deepEqual, labelSelectorMatches, scaledValue } from '../../apimachinery/index.ts';
import { createEventRecorder, createWorkQueue, objectKey, splitKey } from '../../apiserver/index.ts';
import { claim } from '../shared/claim.ts';
import { type Controller, type ControllerContext, nowMs } from '../shared/context.ts';
import { controllerOf, newControllerReference } from '../shared/owner-references.ts';
import { podFromTemplate } from '../shared/pod-control.ts';
import { isPodAvailable, isPodReady } from '../shared/pod-state.ts';
import { createRevisionHistory, type Revision } from '../shared/revision-history.ts';
import { identityOf, ordinalOf, REVISION_HASH, revisionHashOf } from './stateful-pods.ts';

/**
 * Keeps numbered pods with names that stay theirs: one after the other from the lowest, unless they are managed in
 * parallel, and down again from the highest. Models StatefulSetController and its defaultStatefulSetControl
 * (pkg/controller/statefulset, v1.36).
 */
export function startStatefulSetController(context: ControllerContext): Controller {
  const { api, clock, informers } = context;
  const { pods } = informers;
  const record = createEventRecorder({ ...context, client: api, component: 'statefulset-controller' });
  const revisions = createRevisionHistory(api, 'StatefulSet');
  const sets = informers.of('statefulsets');
  const queue = createWorkQueue({ clock, reconcile });
  sets.subscribe({
    added: (set) => queue.add(objectKey(set)),
    updated: (_, set) => queue.add(objectKey(set)),
  });
  const wake = (pod: Pod) => {
    const owner = controllerOf(pod);
    if (owner?.kind === 'StatefulSet') queue.add(`${pod.metadata.namespace}/${owner.name}`);
    if (owner) return;
    for (const set of sets.list(pod.metadata.namespace)) {
      if (
        ordinalOf(pod, set.metadata.name) >= 0 &&
        labelSelectorMatches(set.spec.selector, pod.metadata.labels)
      )
        queue.add(objectKey(set));
    }
  };
  pods.subscribe({ added: wake, updated: (_, pod) => wake(pod), deleted: wake });

  function reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const current = api.get('statefulsets', namespace, name);
    if (!current.ok) return;
    const set = current.object;
    // The cache may be behind what this controller itself just wrote: pods are looked at as they are now.
    const own = claim(
      api,
      'pods',
      set,
      pods,
      (pod) => labelSelectorMatches(set.spec.selector, pod.metadata.labels) && ordinalOf(pod, name) >= 0,
    ).flatMap((pod) => {
      const now = api.get('pods', namespace, pod.metadata.name);
      return now.ok && now.object.metadata.uid === pod.metadata.uid ? [now.object] : [];
    });
    const sync = syncStatefulSet(set, own);
    if (!deepEqual(sync.status, set.status)) {
      const latest = api.get('statefulsets', namespace, name);
      if (latest.ok) api.updateStatus('statefulsets', { ...latest.object, status: sync.status });
    }
    if (sync.failed) queue.addRateLimited(key);
    else queue.forget(key);
    const { minReadySeconds = 0 } = set.spec;
    if (minReadySeconds > 0 && sync.status.readyReplicas !== sync.status.availableReplicas)
      queue.addAfter(key, minReadySeconds * 1000);
  }

  function syncStatefulSet(set: StatefulSet, own: readonly Pod[]) {
    const { name } = set.metadata;
    const update = revisions.current(set);
    const current = revisions.list(set).find((each) => each.name === set.status?.currentRevision) ?? update;
    let failed = false;
    const start = set.spec.ordinals?.start ?? 0;
    const end = start + (set.spec.replicas ?? 1);
    const byOrdinal = new Map(own.map((pod) => [ordinalOf(pod, name), pod]));
    if (set.metadata.deletionTimestamp === undefined) {
      failed = !act();
      revisions.truncate(
        set,
        new Set([update.name, current.name, ...own.map((pod) => pod.metadata.labels?.[REVISION_HASH] ?? '')]),
      );
    }
    return { failed, status: status() };

    /** Answers false when a write was refused. */
    function act(): boolean {
      const monotonic = set.spec.podManagementPolicy !== 'Parallel';
      const now = nowMs(context);
      const minReady = set.spec.minReadySeconds ?? 0;
      for (let ordinal = start; ordinal < end; ordinal++) {
        const pod = byOrdinal.get(ordinal);
        const failedPod = pod?.status?.phase === 'Failed' || pod?.status?.phase === 'Succeeded';
        if (pod && failedPod && pod.metadata.deletionTimestamp === undefined) {
          const word =
            pod.status?.phase === 'Failed'
              ? ['RecreatingFailedPod', 'Failed']
              : ['RecreatingTerminatedPod', 'Succeeded'];
          const { namespace } = set.metadata;
          record(
            set,
            pod.status?.phase === 'Failed' ? 'Warning' : 'Normal',
            word[0] ?? '',
            `StatefulSet ${namespace}/${name} is recreating ${word[1]} Pod ${pod.metadata.name}`,
          );
          deletePod(set, pod);
          if (monotonic) return true;
          continue;
        }
        if (!pod) {
          const revision = ordinal < partition() ? current : update;
          if (!createPod(set, ordinal, revision)) return false;
          if (monotonic) return true;
          continue;
        }
        if (!monotonic) continue;
        // The next one comes only when this one is well, or back from its way out.
        if (
          pod.metadata.deletionTimestamp !== undefined ||
          !isPodReady(pod) ||
          !isPodAvailable(pod, minReady, now)
        )
          return true;
      }
      const condemned = own
        .filter((pod) => !isWanted(ordinalOf(pod, name)))
        .sort((a, b) => ordinalOf(b, name) - ordinalOf(a, name));
      for (const pod of condemned) {
        if (pod.metadata.deletionTimestamp !== undefined) {
          if (monotonic) return true;
          continue;
        }
        // The first that is not well holds the others back, unless it is itself the next to go.
        const unwell = own.find(
          (other) => !isPodReady(other) && ordinalOf(other, name) < ordinalOf(pod, name),
        );
        if (monotonic && unwell && !isPodReady(pod)) return true;
        deletePod(set, pod);
        if (monotonic) return true;
      }
      if (set.spec.updateStrategy?.type === 'OnDelete') return true;
      return rollOut(minReady, now);
    }

    /** From the highest number down to the partition, each when those above it are well. */
    function rollOut(minReady: number, now: number): boolean {
      const limit = Math.max(
        1,
        scaledValue(
          set.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1,
          set.spec.replicas ?? 1,
          true,
        ) ?? 1,
      );
      let unavailable = 0;
      for (let ordinal = end - 1; ordinal >= start; ordinal--) {
        const pod = byOrdinal.get(ordinal);
        if (!pod || pod.metadata.deletionTimestamp !== undefined || !isPodAvailable(pod, minReady, now))
          unavailable++;
      }
      for (let ordinal = end - 1; ordinal >= Math.max(start, partition()); ordinal--) {
        const pod = byOrdinal.get(ordinal);
        if (!pod || pod.metadata.deletionTimestamp !== undefined) {
          if (limit === 1) return true;
          continue;
        }
        const well = isPodAvailable(pod, minReady, now);
        if (revisionHashOf(pod, name) !== update.hash) {
          // One that is not well already counts as missing: replacing it costs nothing.
          if (well && unavailable >= limit) return true;
          deletePod(set, pod);
          if (well) unavailable++;
          if (limit === 1) return true;
          continue;
        }
        if (!well && limit === 1) return true;
      }
      return true;
    }

    function partition(): number {
      if (set.spec.updateStrategy?.type === 'OnDelete') return start;
      return set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
    }

    function isWanted(ordinal: number): boolean {
      return ordinal >= start && ordinal < end;
    }

    function status() {
      const living = own.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      const now = nowMs(context);
      const readyReplicas = own.filter(isPodReady).length;
      const availableReplicas = own.filter((pod) =>
        isPodAvailable(pod, set.spec.minReadySeconds ?? 0, now),
      ).length;
      const ofRevision = ({ hash }: Revision) =>
        living.filter((pod) => revisionHashOf(pod, name) === hash).length;
      let currentRevision = current;
      let currentReplicas = ofRevision(current);
      const updatedReplicas = ofRevision(update);
      // completeRollingUpdate: all are of the new template and ready, so that is now the current one.
      if (
        set.spec.updateStrategy?.type !== 'OnDelete' &&
        updatedReplicas === own.length &&
        readyReplicas === own.length &&
        updatedReplicas === (set.spec.replicas ?? 1)
      ) {
        currentRevision = update;
        currentReplicas = updatedReplicas;
      }
      return {
        ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
        replicas: own.length,
        ...(readyReplicas > 0 ? { readyReplicas } : {}),
        ...(currentReplicas > 0 ? { currentReplicas } : {}),
        ...(updatedReplicas > 0 ? { updatedReplicas } : {}),
        availableReplicas,
        currentRevision: currentRevision.name,
        updateRevision: update.name,
        collisionCount: 0,
      };
    }
  }

  function createPod(set: StatefulSet, ordinal: number, revision: Revision): boolean {
    const identity = identityOf(set, ordinal, revision);
    const result = api.create(
      'pods',
      podFromTemplate(set, revision.template, newControllerReference(set), identity),
    );
    const { name } = set.metadata;
    if (result.ok) {
      record(
        set,
        'Normal',
        'SuccessfulCreate',
        `create Pod ${identity.name} in StatefulSet ${name} successful`,
      );
      return true;
    }
    // One that was just made and has not been seen yet.
    if (result.status.reason === 'AlreadyExists') return true;
    record(
      set,
      'Warning',
      'FailedCreate',
      `create Pod ${identity.name} in StatefulSet ${name} failed error: ${result.status.message}`,
    );
    return false;
  }

  function deletePod(set: StatefulSet, pod: Pod): void {
    const { namespace = '', name } = pod.metadata;
    const result = api.delete('pods', namespace, name);
    const verdict = result.ok ? 'successful' : `failed error: ${result.status.message}`;
    record(
      set,
      result.ok ? 'Normal' : 'Warning',
      result.ok ? 'SuccessfulDelete' : 'FailedDelete',
      `delete Pod ${name} in StatefulSet ${set.metadata.name} ${verdict}`,
    );
  }

  return { stop: () => queue.stop() };
}
