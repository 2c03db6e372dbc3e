import type { Deployment, Pod, ReplicaSet } from '../../api/index.ts';
import { deepEqual } from '../../apimachinery/index.ts';
import type { ControllerContext } from '../shared/context.ts';
import { newControllerReference } from '../shared/owner-references.ts';
import type { RecordEvent } from '../shared/pod-control.ts';
import { isPodFinished } from '../shared/pod-state.ts';
import { podTemplateHash } from '../shared/template-hash.ts';
import { conditionOf, type DeploymentStatus, newCondition, setCondition } from './conditions.ts';
import { deploymentStatus, hasDeadline, rolloutStatus, sameStatus } from './deployment-status.ts';
import { proportionalSizes } from './proportional-scaling.ts';
import {
  availableOf,
  fenceposts,
  isComplete,
  isRolling,
  newReplicaSetSize,
  replicasOf,
  sumOf,
} from './replica-counts.ts';
import {
  byCreation,
  DESIRED_REPLICAS,
  findNewReplicaSet,
  POD_TEMPLATE_HASH,
  REVISION,
  revisionOf,
  withReplicas,
  withRevision,
} from './revisions.ts';

export interface DeploymentSync extends ControllerContext {
  readonly deployment: Deployment;
  readonly replicaSets: readonly ReplicaSet[];
  readonly record: RecordEvent;
  podsOf(replicaSet: ReplicaSet): readonly Pod[];
}

export interface SyncResult {
  /** A write was refused: look again later. */
  readonly retry: boolean;
  readonly status?: DeploymentStatus;
}

/**
 * One look at one Deployment: at most one step of its rollout, and its status.
 * Models syncDeployment and what it calls (pkg/controller/deployment/{deployment_controller,sync,rolling,recreate}.go, v1.36).
 */
export function syncDeployment(sync: DeploymentSync): SyncResult {
  const { api, record, podsOf } = sync;
  let { deployment } = sync;
  let retry = false;
  let found = [...sync.replicaSets];

  if (deployment.metadata.deletionTimestamp !== undefined)
    return writeStatus(deploymentStatus(sync, deployment, found, findNewReplicaSet(deployment, found)));
  checkPaused();
  let newReplicaSet = findNewReplicaSet(deployment, found);
  if (deployment.spec.paused || isScalingEvent()) {
    adoptRevision(false);
    scale();
    if (deployment.spec.paused) cleanUp();
    return writeStatus(deploymentStatus(sync, deployment, found, newReplicaSet));
  }
  return isRolling(deployment) ? rollOut() : recreate();

  function old(): readonly ReplicaSet[] {
    return found.filter((replicaSet) => replicaSet !== newReplicaSet);
  }

  function rollOut(): SyncResult {
    adoptRevision(true);
    if (newReplicaSet && growNew(newReplicaSet)) return writeRollout();
    if (shrinkOld()) return writeRollout();
    cleanUpIfComplete();
    return writeRollout();
  }

  function recreate(): SyncResult {
    adoptRevision(false);
    if (old().filter((replicaSet) => resize(replicaSet, 0)).length > 0) return writeRollout();
    const running = old().some((replicaSet) => podsOf(replicaSet).some((pod) => !isPodFinished(pod)));
    if (running) return writeRollout();
    if (!newReplicaSet) adoptRevision(true);
    if (newReplicaSet) resize(newReplicaSet, replicasOf(deployment));
    cleanUpIfComplete();
    return writeRollout();
  }

  /** reconcileNewReplicaSet */
  function growNew(replicaSet: ReplicaSet): boolean {
    const current = replicasOf(replicaSet);
    const wanted = replicasOf(deployment);
    if (current === wanted) return false;
    return resize(replicaSet, current > wanted ? wanted : newReplicaSetSize(deployment, found, current));
  }

  /** reconcileOldReplicaSets: first those pods that are not available, then as many as can be spared. */
  function shrinkOld(): boolean {
    const active = byCreation(old().filter((replicaSet) => replicasOf(replicaSet) > 0));
    if (active.length === 0) return false;
    const minimum = replicasOf(deployment) - fenceposts(deployment).maxUnavailable;
    const newUnavailable = newReplicaSet
      ? replicasOf(newReplicaSet) - (newReplicaSet.status?.availableReplicas ?? 0)
      : 0;
    const most = sumOf(found, replicasOf) - minimum - newUnavailable;
    if (most <= 0) return false;

    const sizes = new Map(active.map((replicaSet) => [replicaSet, replicasOf(replicaSet)]));
    let cleaned = 0;
    for (const replicaSet of active) {
      const size = sizes.get(replicaSet) ?? 0;
      const unavailable = size - (replicaSet.status?.availableReplicas ?? 0);
      const less = Math.min(most - cleaned, Math.max(0, unavailable));
      sizes.set(replicaSet, size - less);
      cleaned += less;
    }
    let spare = Math.max(0, availableOf(found) - minimum);
    for (const replicaSet of active) {
      const size = sizes.get(replicaSet) ?? 0;
      const less = Math.min(size, spare);
      sizes.set(replicaSet, size - less);
      spare -= less;
    }
    return active.filter((replicaSet) => resize(replicaSet, sizes.get(replicaSet) ?? 0)).length > 0;
  }

  /** Sizes after `kubectl scale`: no rollout step, the proportions stay (sync.go, scale). */
  function scale(): void {
    const active = found.filter((replicaSet) => replicasOf(replicaSet) > 0);
    const wanted = replicasOf(deployment);
    const only =
      active.length === 0
        ? (newReplicaSet ?? byRevision(found).at(-1))
        : active.length === 1
          ? active[0]
          : undefined;
    if (only) {
      resize(only, wanted);
      return;
    }
    if (
      newReplicaSet &&
      replicasOf(newReplicaSet) === wanted &&
      newReplicaSet.status?.availableReplicas === wanted
    ) {
      for (const replicaSet of old()) resize(replicaSet, 0);
      return;
    }
    if (!isRolling(deployment)) return;
    const sizes = proportionalSizes(deployment, active);
    for (const replicaSet of active)
      resize(replicaSet, sizes.get(replicaSet.metadata.name) ?? replicasOf(replicaSet));
  }

  function isScalingEvent(): boolean {
    return found.some((replicaSet) => {
      const desired = replicaSet.metadata.annotations?.[DESIRED_REPLICAS];
      return (
        replicasOf(replicaSet) > 0 && desired !== undefined && Number(desired) !== replicasOf(deployment)
      );
    });
  }

  /** getNewReplicaSet: gives the new ReplicaSet its revision, and makes it when it is wanted and not there. */
  function adoptRevision(create: boolean): void {
    const revision = Math.max(0, ...old().map(revisionOf)) + 1;
    if (newReplicaSet) {
      const annotations = withRevision(deployment, newReplicaSet.metadata.annotations ?? {}, revision);
      const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
      const changed =
        !deepEqual(annotations, newReplicaSet.metadata.annotations ?? {}) ||
        (newReplicaSet.spec.minReadySeconds ?? 0) !== minReadySeconds;
      if (changed) {
        write(newReplicaSet, {
          ...newReplicaSet,
          metadata: { ...newReplicaSet.metadata, annotations },
          spec: { ...newReplicaSet.spec, minReadySeconds },
        });
      }
      noteProgress('FoundNewReplicaSet', `Found new replica set "${newReplicaSet.metadata.name}"`, true);
      setRevision(annotations[REVISION] ?? String(revision));
      return;
    }
    if (!create) return;
    const { template, selector, minReadySeconds } = deployment.spec;
    const hash = podTemplateHash(template, deployment.status?.collisionCount);
    const labels = { ...template.metadata?.labels, [POD_TEMPLATE_HASH]: hash };
    const replicas = newReplicaSetSize(deployment, found, 0);
    const { namespace = '', name } = deployment.metadata;
    const result = api.create('replicasets', {
      metadata: {
        name: `${name}-${hash}`,
        namespace,
        labels,
        annotations: withReplicas(deployment, withRevision(deployment, {}, revision)),
        ownerReferences: [newControllerReference(deployment)],
      },
      spec: {
        replicas,
        ...(minReadySeconds ? { minReadySeconds } : {}),
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [POD_TEMPLATE_HASH]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    });
    if (result.ok) {
      newReplicaSet = result.object;
      found = [...found, result.object];
      if (replicas > 0)
        record(
          deployment,
          'Normal',
          'ScalingReplicaSet',
          `Scaled up replica set ${result.object.metadata.name} from 0 to ${replicas}`,
        );
      noteProgress('NewReplicaSetCreated', `Created new replica set "${result.object.metadata.name}"`, false);
      setRevision(String(revision));
      return;
    }
    retry = true;
    if (result.status.reason === 'AlreadyExists') {
      // Another template has the same hash: the next name is made with a number more.
      const current = api.get('replicasets', namespace, `${name}-${hash}`);
      const ours =
        current.ok &&
        findNewReplicaSet(deployment, [current.object]) &&
        current.object.metadata.ownerReferences?.some(({ uid }) => uid === deployment.metadata.uid);
      if (!ours)
        patchStatus({ ...deployment.status, collisionCount: (deployment.status?.collisionCount ?? 0) + 1 });
      return;
    }
    const failed = newCondition(
      sync,
      'Progressing',
      'False',
      'ReplicaSetCreateError',
      `Failed to create new replica set "${name}-${hash}": ${result.status.message}`,
    );
    if (hasDeadline(deployment))
      patchStatus({
        ...deployment.status,
        conditions: setCondition(deployment.status?.conditions ?? [], failed),
      });
    record(deployment, 'Warning', 'ReplicaSetCreateError', failed.message ?? '');
  }

  function setRevision(revision: string): void {
    if (deployment.metadata.annotations?.[REVISION] === revision) return;
    const result = api.patch(
      'deployments',
      deployment.metadata.namespace ?? '',
      deployment.metadata.name,
      'merge',
      {
        metadata: { annotations: { [REVISION]: revision } },
      },
    );
    if (result.ok)
      deployment = { ...result.object, ...(deployment.status ? { status: deployment.status } : {}) };
    else retry = true;
  }

  /** The Progressing condition is kept here and written with the status. */
  function noteProgress(reason: string, message: string, onlyIfNone: boolean): void {
    const conditions = deployment.status?.conditions ?? [];
    if (!hasDeadline(deployment) || (onlyIfNone && conditionOf(conditions, 'Progressing'))) return;
    patchStatus({
      ...deployment.status,
      conditions: setCondition(conditions, newCondition(sync, 'Progressing', 'True', reason, message)),
    });
  }

  function checkPaused(): void {
    if (!hasDeadline(deployment)) return;
    const conditions = deployment.status?.conditions ?? [];
    const condition = conditionOf(conditions, 'Progressing');
    if (condition?.reason === 'ProgressDeadlineExceeded') return;
    const paused = condition?.reason === 'DeploymentPaused';
    if (Boolean(deployment.spec.paused) === paused) return;
    const now = deployment.spec.paused
      ? newCondition(sync, 'Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused')
      : newCondition(sync, 'Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed');
    patchStatus({ ...deployment.status, conditions: setCondition(conditions, now) });
  }

  /** Gives a ReplicaSet another size, or the annotations that tell of the Deployment's; answers whether its size changed. */
  function resize(replicaSet: ReplicaSet, size: number): boolean {
    const before = replicasOf(replicaSet);
    const annotations = withReplicas(deployment, replicaSet.metadata.annotations ?? {});
    if (size === before && deepEqual(annotations, replicaSet.metadata.annotations)) return false;
    const written = write(replicaSet, {
      ...replicaSet,
      metadata: { ...replicaSet.metadata, annotations },
      spec: { ...replicaSet.spec, replicas: size },
    });
    if (!written || size === before) return false;
    const direction = size > before ? 'up' : 'down';
    record(
      deployment,
      'Normal',
      'ScalingReplicaSet',
      `Scaled ${direction} replica set ${replicaSet.metadata.name} from ${before} to ${size}`,
    );
    return true;
  }

  function write(before: ReplicaSet, after: ReplicaSet): boolean {
    const result = api.update('replicasets', after);
    if (!result.ok) {
      retry = true;
      return false;
    }
    found = found.map((replicaSet) => (replicaSet === before ? result.object : replicaSet));
    if (newReplicaSet === before) newReplicaSet = result.object;
    return true;
  }

  function cleanUpIfComplete(): void {
    if (isComplete(deployment, deploymentStatus(sync, deployment, found, newReplicaSet))) cleanUp();
  }

  /** Deletes the oldest ReplicaSets that are more than the history may have (cleanupDeployment). */
  function cleanUp(): void {
    const limit = deployment.spec.revisionHistoryLimit;
    if (limit === undefined) return;
    const candidates = byRevision(
      old().filter((replicaSet) => replicaSet.metadata.deletionTimestamp === undefined),
    );
    for (const replicaSet of candidates.slice(0, Math.max(0, candidates.length - limit))) {
      const { status, metadata } = replicaSet;
      if (
        (status?.replicas ?? 0) !== 0 ||
        replicasOf(replicaSet) !== 0 ||
        (metadata.generation ?? 0) > (status?.observedGeneration ?? 0)
      )
        continue;
      api.delete('replicasets', metadata.namespace ?? '', metadata.name);
    }
  }

  function writeRollout(): SyncResult {
    return writeStatus(rolloutStatus(sync, deployment, found, newReplicaSet));
  }

  function patchStatus(status: DeploymentStatus): void {
    deployment = { ...deployment, status };
  }

  function writeStatus(status: DeploymentStatus): SyncResult {
    if (!sameStatus(sync.deployment, status)) {
      const result = api.updateStatus('deployments', { ...deployment, status });
      if (!result.ok) return { retry: true, status };
    }
    return { retry, status };
  }
}

function byRevision(replicaSets: readonly ReplicaSet[]): ReplicaSet[] {
  return byCreation(replicaSets).sort((a, b) => revisionOf(a) - revisionOf(b));
}
