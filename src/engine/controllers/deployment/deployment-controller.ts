import type { Deployment, Pod, ReplicaSet } from '../../api/index.ts';
import { labelSelectorMatches } from '../../apimachinery/index.ts';
import { createEventRecorder, createWorkQueue, objectKey, splitKey } from '../../apiserver/index.ts';
import { claim } from '../shared/claim.ts';
import type { Controller, ControllerContext } from '../shared/context.ts';
import { controllerOf } from '../shared/owner-references.ts';
import { untilDeadlineMs } from './deployment-status.ts';
import { syncDeployment } from './sync-deployment.ts';

/**
 * Rolls a Deployment's template out through ReplicaSets, one for each template it ever had.
 * Models DeploymentController (pkg/controller/deployment/deployment_controller.go, v1.36).
 */
export function startDeploymentController(context: ControllerContext): Controller {
  const { api, clock, informers } = context;
  const deployments = informers.of('deployments');
  const replicaSets = informers.of('replicasets');
  const record = createEventRecorder({ ...context, client: api, component: 'deployment-controller' });
  const queue = createWorkQueue({ clock, reconcile });

  deployments.subscribe({
    added: (deployment) => queue.add(objectKey(deployment)),
    updated: (_, deployment) => queue.add(objectKey(deployment)),
    deleted: (deployment) => queue.add(objectKey(deployment)),
  });
  replicaSets.subscribe({
    added: enqueueFor,
    updated(before, replicaSet) {
      if (controllerOf(before)?.uid !== controllerOf(replicaSet)?.uid) enqueueFor(before);
      enqueueFor(replicaSet);
    },
    deleted: enqueueFor,
  });
  informers.pods.subscribe({
    deleted(pod) {
      // Recreate waits for the last old pod to be gone.
      const owner = deploymentOf(pod);
      if (owner?.spec.strategy?.type === 'Recreate') queue.add(objectKey(owner));
    },
  });

  function enqueueFor(replicaSet: ReplicaSet): void {
    const owner = controllerOf(replicaSet);
    if (owner?.kind === 'Deployment') queue.add(`${replicaSet.metadata.namespace}/${owner.name}`);
    if (owner) return;
    for (const deployment of deployments.list(replicaSet.metadata.namespace)) {
      if (labelSelectorMatches(deployment.spec.selector, replicaSet.metadata.labels ?? {}))
        queue.add(objectKey(deployment));
    }
  }

  function deploymentOf(pod: Pod): Deployment | undefined {
    const owner = controllerOf(pod);
    if (owner?.kind !== 'ReplicaSet') return undefined;
    const replicaSet = replicaSets.get(pod.metadata.namespace ?? '', owner.name);
    const name = replicaSet && controllerOf(replicaSet)?.name;
    return name === undefined ? undefined : deployments.get(pod.metadata.namespace ?? '', name);
  }

  function reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const deployment = deployments.get(namespace, name);
    if (!deployment) return;
    const result = syncDeployment({
      ...context,
      record,
      deployment,
      replicaSets: claimReplicaSets(deployment),
      podsOf: (replicaSet) => informers.pods.ofController(replicaSet.metadata.uid),
    });
    if (result.retry) queue.addRateLimited(key);
    else queue.forget(key);
    if (!result.status) return;
    const left = untilDeadlineMs(context, deployment, result.status);
    if (left !== undefined) queue.addAfter(key, Math.max(0, left) + 1000, { background: true });
  }

  /** Its own ReplicaSets, and orphans that its selector fits, which are adopted. */
  function claimReplicaSets(deployment: Deployment): readonly ReplicaSet[] {
    return claim(api, 'replicasets', deployment, replicaSets, ({ metadata }) =>
      labelSelectorMatches(deployment.spec.selector, metadata.labels),
    );
  }

  return { stop: () => queue.stop() };
}
