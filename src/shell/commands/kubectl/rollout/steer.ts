import type { Deployment } from '../../../../engine/index.ts';
import type { KubectlContext } from '../kubectl-command.ts';
import type { Found } from '../print-objects.ts';
import { namespaceFor, printedName } from '../resource-arguments.ts';
import { quotedName } from './workload.ts';

const RESTARTED = 'kubectl.kubernetes.io/restartedAt';

/** Replaces all pods, one after another, by an annotation on their template (polymorphichelpers/objectrestarter.go). */
export function restart(context: KubectlContext, found: Found): number {
  const { object } = found;
  if (!['Deployment', 'StatefulSet', 'DaemonSet'].includes(object.kind))
    return context.fail(`${quotedName(found)} restarting is not supported`);
  const { spec } = object as Deployment;
  if (object.kind === 'Deployment' && spec.paused)
    return context.fail(`${quotedName(found)} can't restart paused deployment (run rollout resume first)`);
  const now = context.process.session.cluster.timestamp();
  if (spec.template.metadata?.annotations?.[RESTARTED] === now)
    return context.fail(
      `failed to create patch for ${object.metadata.name}: if restart has already been triggered within the past second, please wait before attempting to trigger another`,
    );
  const template = { metadata: { annotations: { [RESTARTED]: now } } };
  return send(context, found, { spec: { template } }, 'restarted');
}

/** Lets a Deployment's changes wait, or go on (polymorphichelpers/objectpauser.go). */
export function setPaused(context: KubectlContext, found: Found, paused: boolean): number {
  if (found.object.kind !== 'Deployment')
    return context.fail(`${quotedName(found)} ${paused ? 'pausing' : 'resuming'} is not supported`);
  if (((found.object as Deployment).spec.paused ?? false) === paused)
    return context.fail(`${quotedName(found)} is ${paused ? 'already' : 'not'} paused`);
  return send(context, found, { spec: { paused: paused ? true : null } }, paused ? 'paused' : 'resumed');
}

function send(context: KubectlContext, { resource, object }: Found, patch: unknown, verb: string): number {
  const { name, namespace = '' } = object.metadata;
  const result = context.api.patch(resource.name, namespaceFor(resource, namespace), name, 'merge', patch);
  if (!result.ok) return context.failStatus(result.status);
  context.out(`${printedName(resource, name)} ${verb}\n`);
  return 0;
}
