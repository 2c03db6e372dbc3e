import type {
  DaemonSet,
  Deployment,
  KubernetesObject,
  ReplicaSet,
  StatefulSet,
} from '../../../engine/index.ts';
import { formatTable } from '../../text/table.ts';
import { findObjects } from './find-objects.ts';
import { FLAG, type KubectlCommand, type KubectlContext } from './kubectl-command.ts';
import type { Found } from './print-objects.ts';
import { namespaceFor, printedName } from './resource-arguments.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const CAUSE = 'kubernetes.io/change-cause';
/** How long `rollout status` waits, in virtual ms. */
const STATUS_LIMIT_MS = 3_600_000;

const common = [FLAG.filename, FLAG.selector] as const;

/** Models pkg/cmd/rollout (kubectl v1.36). */
export const rolloutCommand: KubectlCommand = {
  name: 'rollout',
  usage: 'rollout SUBCOMMAND',
  summary: 'Watch and steer the rollout of a workload',
  flags: [],
  examples: [
    'kubectl rollout status deploy/hello',
    'kubectl rollout restart deploy/hello',
    'kubectl rollout history deploy/hello',
    'kubectl rollout undo deploy/hello',
  ],
  subcommands: [
    {
      name: 'status',
      usage: 'rollout status (TYPE NAME | TYPE/NAME) [flags]',
      summary: 'Wait until the rollout is over',
      arguments: ['resource', 'name'],
      flags: [
        ...common,
        {
          name: 'watch',
          short: 'w',
          value: 'BOOL',
          type: 'bool',
          alone: 'true',
          help: 'Wait (default true)',
        },
        { name: 'timeout', value: 'DURATION', type: 'duration', help: 'How long to wait' },
      ],
      examples: ['kubectl rollout status deploy/hello'],
      run: (context) => each(context, status),
    },
    {
      name: 'restart',
      usage: 'rollout restart (TYPE NAME | TYPE/NAME)',
      summary: 'Replace all pods, one after another',
      arguments: ['resource', 'name'],
      flags: [...common],
      examples: ['kubectl rollout restart deploy/hello'],
      run: (context) => each(context, restart),
    },
    {
      name: 'history',
      usage: 'rollout history (TYPE NAME | TYPE/NAME)',
      summary: 'List the revisions',
      arguments: ['resource', 'name'],
      flags: [...common],
      examples: ['kubectl rollout history deploy/hello'],
      run: (context) => each(context, history),
    },
    {
      name: 'undo',
      usage: 'rollout undo (TYPE NAME | TYPE/NAME) [--to-revision=N]',
      summary: 'Go back to an earlier revision',
      arguments: ['resource', 'name'],
      flags: [
        ...common,
        { name: 'to-revision', value: 'N', type: 'int', help: 'Which (default: the one before)' },
      ],
      examples: ['kubectl rollout undo deploy/hello'],
      run: (context) => each(context, undo),
    },
    {
      name: 'pause',
      usage: 'rollout pause (TYPE NAME | TYPE/NAME)',
      summary: 'Let changes wait',
      arguments: ['resource', 'name'],
      flags: [...common],
      examples: ['kubectl rollout pause deploy/hello'],
      run: (context) => each(context, (one, found) => setPaused(one, found, true)),
    },
    {
      name: 'resume',
      usage: 'rollout resume (TYPE NAME | TYPE/NAME)',
      summary: 'Let changes go on',
      arguments: ['resource', 'name'],
      flags: [...common],
      examples: ['kubectl rollout resume deploy/hello'],
      run: (context) => each(context, (one, found) => setPaused(one, found, false)),
    },
  ],
};

async function each(
  context: KubectlContext,
  work: (context: KubectlContext, found: Found) => number | Promise<number>,
): Promise<number> {
  if (context.args.length === 0 && context.flags.list('filename').length === 0)
    return context.fail('required resource not specified');
  const result = await findObjects(context);
  if (result.usage) {
    context.err(result.usage);
    return 1;
  }
  let status = result.errors.length > 0 ? 1 : 0;
  for (const found of result.found) status = (await work(context, found)) || status;
  for (const line of result.errors) context.err(line);
  return status;
}

function get(context: KubectlContext, { resource, object }: Found): KubernetesObject | undefined {
  const result = context.api.get(
    resource.name,
    namespaceFor(resource, object.metadata.namespace ?? ''),
    object.metadata.name,
  );
  return result.ok ? result.object : undefined;
}

async function status(context: KubectlContext, found: Found): Promise<number> {
  if (!['Deployment', 'StatefulSet', 'DaemonSet'].includes(found.object.kind))
    return context.fail(`no status viewer has been implemented for *v1.${found.object.kind}`);
  const limit =
    context.flags.text('timeout') === undefined
      ? STATUS_LIMIT_MS
      : Number.parseFloat(context.flags.text('timeout')!) * 1000 || STATUS_LIMIT_MS;
  const { clock } = context.process.session.cluster;
  const started = clock.now();
  let last = '';
  for (;;) {
    const object = get(context, found);
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

function patch(context: KubectlContext, { resource, object }: Found, body: unknown, verb: string): number {
  const result = context.api.patch(
    resource.name,
    namespaceFor(resource, object.metadata.namespace ?? ''),
    object.metadata.name,
    'merge',
    body,
  );
  if (!result.ok) return context.failStatus(result.status);
  context.out(`${printedName(resource, object.metadata.name)} ${verb}\n`);
  return 0;
}

function restart(context: KubectlContext, found: Found): number {
  if (!['Deployment', 'StatefulSet', 'DaemonSet'].includes(found.object.kind))
    return context.fail(`${found.resource.name} "${found.object.metadata.name}" restarting is not supported`);
  const annotations = { 'kubectl.kubernetes.io/restartedAt': context.process.session.cluster.timestamp() };
  return patch(context, found, { spec: { template: { metadata: { annotations } } } }, 'restarted');
}

function setPaused(context: KubectlContext, found: Found, paused: boolean): number {
  if (found.object.kind !== 'Deployment')
    return context.fail(
      `${found.resource.name} "${found.object.metadata.name}" ${paused ? 'pausing' : 'resuming'} is not supported`,
    );
  if (((found.object as Deployment).spec.paused ?? false) === paused)
    return context.fail(
      `${printedName(found.resource, found.object.metadata.name)} is ${paused ? 'already' : 'not'} paused`,
    );
  return patch(context, found, { spec: { paused: paused ? true : null } }, paused ? 'paused' : 'resumed');
}

function replicaSetsOf(context: KubectlContext, deployment: KubernetesObject): readonly ReplicaSet[] {
  const revision = (set: ReplicaSet) => Number(set.metadata.annotations?.[REVISION] ?? 0);
  return context.api
    .list('replicasets', { namespace: deployment.metadata.namespace ?? '' })
    .filter(({ metadata }) =>
      metadata.ownerReferences?.some(({ controller, uid }) => controller && uid === deployment.metadata.uid),
    )
    .sort((a, b) => revision(a) - revision(b));
}

function history(context: KubectlContext, { resource, object }: Found): number {
  if (object.kind !== 'Deployment')
    return context.fail(`no history viewer has been implemented for *v1.${object.kind}`);
  const rows = replicaSetsOf(context, object).map(({ metadata }) => [
    metadata.annotations?.[REVISION] ?? '',
    metadata.annotations?.[CAUSE] ?? '<none>',
  ]);
  context.out(
    `${printedName(resource, object.metadata.name)} \n${formatTable([['REVISION', 'CHANGE-CAUSE'], ...rows], { minWidth: 0, padding: 2 })}\n`,
  );
  return 0;
}

function undo(context: KubectlContext, found: Found): number {
  const { object } = found;
  if (object.kind !== 'Deployment')
    return context.fail(`no rollbacker has been implemented for *v1.${object.kind}`);
  const sets = replicaSetsOf(context, object);
  const wanted = context.flags.number('to-revision') ?? 0;
  const target =
    wanted > 0
      ? sets.find(({ metadata }) => metadata.annotations?.[REVISION] === String(wanted))
      : sets.at(-2);
  if (!target)
    return context.fail(
      wanted > 0
        ? `unable to find specified revision ${wanted} in history`
        : `no rollout history found for deployment "${object.metadata.name}"`,
    );
  const template = target.spec.template;
  const { 'pod-template-hash': _, ...labels } = template?.metadata?.labels ?? {};
  const before = (object as Deployment).spec.template;
  if (
    JSON.stringify({ ...before, metadata: { ...before.metadata } }) ===
    JSON.stringify({ ...template, metadata: { ...template?.metadata, labels } })
  ) {
    context.out(
      `${printedName(found.resource, object.metadata.name)} skipped rollback (current template already matches revision ${wanted || target.metadata.annotations?.[REVISION]})\n`,
    );
    return 0;
  }
  const result = context.api.patch(
    'deployments',
    object.metadata.namespace ?? '',
    object.metadata.name,
    'json',
    [
      {
        op: 'replace',
        path: '/spec/template',
        value: { ...template, metadata: { ...template?.metadata, labels } },
      },
    ],
  );
  if (!result.ok) return context.failStatus(result.status);
  context.out(`${printedName(found.resource, object.metadata.name)} rolled back\n`);
  return 0;
}
