import type { DaemonSet, Deployment, StatefulSet } from '../../../../engine/index.ts';
import { parseDuration } from '../../../flags.ts';
import type { KubectlContext } from '../kubectl-command.ts';
import type { Found } from '../print-objects.ts';
import { currentObject, groupKind } from './workload.ts';

/** How long `rollout status` waits, in virtual ms. */
const STATUS_LIMIT_MS = 3_600_000;

/** Waits until a rollout is over and says how it goes (polymorphichelpers/rollout_status.go). */
export async function rolloutStatus(context: KubectlContext, found: Found): Promise<number> {
  if (!['Deployment', 'StatefulSet', 'DaemonSet'].includes(found.object.kind))
    return context.fail(`no status viewer has been implemented for ${groupKind(found)}`);
  const limit = parseDuration(context.flags.text('timeout') ?? '0') || STATUS_LIMIT_MS;
  const { clock } = context.process.session.cluster;
  const started = clock.now();
  let last = '';
  for (;;) {
    const object = currentObject(context, found);
    if (!object) return context.fail('object has been deleted');
    const progress =
      object.kind === 'Deployment'
        ? deploymentStatus(object as Deployment)
        : object.kind === 'StatefulSet'
          ? statefulSetStatus(object as StatefulSet)
          : daemonSetStatus(object as DaemonSet);
    if (progress.failed) return context.fail(progress.text);
    if (progress.text !== last) context.out(`${progress.text}\n`);
    last = progress.text;
    if (progress.done || context.flags.text('watch') === 'false') return 0;
    if (clock.now() - started > limit) return context.fail('timed out waiting for the condition');
    await context.process.sleep(200);
  }
}

interface Progress {
  readonly text: string;
  readonly done: boolean;
  readonly failed?: boolean;
}

/** Models DeploymentStatusViewer.Status (kubectl pkg/polymorphichelpers/rollout_status.go). */
function deploymentStatus({ metadata, spec, status: now }: Deployment): Progress {
  const name = `deployment "${metadata.name}"`;
  if ((metadata.generation ?? 0) > (now?.observedGeneration ?? 0))
    return { text: 'Waiting for deployment spec update to be observed...', done: false };
  if (
    now?.conditions?.some(
      ({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded',
    )
  )
    return { text: `${name} exceeded its progress deadline`, done: true, failed: true };
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = now ?? {};
  const wanted = spec.replicas ?? 1;
  if (updatedReplicas < wanted)
    return {
      text: `Waiting for ${name} rollout to finish: ${updatedReplicas} out of ${wanted} new replicas have been updated...`,
      done: false,
    };
  if (replicas > updatedReplicas)
    return {
      text: `Waiting for ${name} rollout to finish: ${replicas - updatedReplicas} old replicas are pending termination...`,
      done: false,
    };
  if (availableReplicas < updatedReplicas)
    return {
      text: `Waiting for ${name} rollout to finish: ${availableReplicas} of ${updatedReplicas} updated replicas are available...`,
      done: false,
    };
  return { text: `${name} successfully rolled out`, done: true };
}

function statefulSetStatus({ metadata, spec, status: now }: StatefulSet): Progress {
  if ((metadata.generation ?? 0) > (now?.observedGeneration ?? 0))
    return { text: 'Waiting for statefulset spec update to be observed...', done: false };
  const wanted = spec.replicas ?? 1;
  const { readyReplicas = 0, updatedReplicas = 0, currentReplicas = 0 } = now ?? {};
  if (readyReplicas < wanted)
    return { text: `Waiting for ${wanted - readyReplicas} pods to be ready...`, done: false };
  if (now?.updateRevision !== now?.currentRevision)
    return {
      text: `waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ${now?.updateRevision}...`,
      done: false,
    };
  return {
    text: `statefulset rolling update complete ${currentReplicas} pods at revision ${now?.currentRevision}...`,
    done: true,
  };
}

function daemonSetStatus({ metadata, status: now }: DaemonSet): Progress {
  const name = `daemon set "${metadata.name}"`;
  if ((metadata.generation ?? 0) > (now?.observedGeneration ?? 0))
    return { text: 'Waiting for daemon set spec update to be observed...', done: false };
  const { updatedNumberScheduled = 0, desiredNumberScheduled = 0, numberAvailable = 0 } = now ?? {};
  if (updatedNumberScheduled < desiredNumberScheduled)
    return {
      text: `Waiting for ${name} rollout to finish: ${updatedNumberScheduled} out of ${desiredNumberScheduled} new pods have been updated...`,
      done: false,
    };
  if (numberAvailable < desiredNumberScheduled)
    return {
      text: `Waiting for ${name} rollout to finish: ${numberAvailable} of ${desiredNumberScheduled} updated pods are available...`,
      done: false,
    };
  return { text: `${name} successfully rolled out`, done: true };
}
