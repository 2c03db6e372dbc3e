import {
  type Deployment,
  deepEqual,
  type KubernetesObject,
  type PodTemplateSpec,
} from '../../../../engine/index.ts';
import { podTemplateText } from '../describe/workloads.ts';
import type { KubectlContext } from '../kubectl-command.ts';
import { LAST_APPLIED } from '../last-applied.ts';
import type { Found } from '../print-objects.ts';
import { dryRunSuffix, readDryRun } from '../report.ts';
import { namespaceFor, printedName } from '../resource-arguments.ts';
import { groupKind, type Revision, revisionsOf } from './workload.ts';

/** Brings an earlier form of a workload back (polymorphichelpers/rollback.go). */
export function undo(context: KubectlContext, found: Found): number {
  const { object, resource } = found;
  const dryRun = readDryRun(context);
  if (dryRun === undefined) return 1;
  if (object.metadata.annotations?.[LAST_APPLIED] !== undefined)
    context.err(
      `Warning: resource ${resource.name}/${object.metadata.name} was previously managed with 'kubectl apply'. Rolling back will not update the kubectl.kubernetes.io/last-applied-configuration annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.\n`,
    );
  const wanted = context.flags.number('to-revision') ?? 0;
  if (wanted < 0) return context.fail(`revision must be a positive integer: ${wanted}`);
  const revisions = revisionsOf(context, found);
  if (!revisions) return context.fail(`no rollbacker has been implemented for "${groupKind(found)}"`);
  const target = wanted > 0 ? revisions.find(({ number }) => number === wanted) : revisions.at(-2);
  if (!target) return context.fail(missing(found, wanted));

  const name = printedName(resource, object.metadata.name);
  const suffix = dryRunSuffix(dryRun);
  if (dryRun === 'client') {
    context.out(`${name} ${podTemplateText(target.template)}${suffix}\n`);
    return 0;
  }
  if (object.kind === 'Deployment' && (object as Deployment).spec.paused)
    return context.fail(
      "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
    );
  if (isPresent(object, target)) {
    const skipped = `skipped rollback (current template already matches revision ${wanted || target.number})`;
    context.out(`${name} ${skipped}${suffix}\n`);
    return 0;
  }
  const result = context.api.patch(
    resource.name,
    namespaceFor(resource, object.metadata.namespace ?? ''),
    object.metadata.name,
    target.data === undefined ? 'json' : 'strategic',
    target.data ?? [{ op: 'replace', path: '/spec/template', value: withoutHash(target.template) }],
    { dryRun: dryRun === 'server' },
  );
  if (!result.ok) return context.fail(`failed restoring revision ${wanted}: ${result.status.message}`);
  context.out(`${name} rolled back${suffix}\n`);
  return 0;
}

function missing({ object }: Found, wanted: number): string {
  if (wanted > 0) return `unable to find specified revision ${wanted} in history`;
  return object.kind === 'Deployment'
    ? `no rollout history found for deployment "${object.metadata.name}"`
    : 'no last revision to roll back to';
}

function isPresent(object: KubernetesObject, { template }: Revision): boolean {
  const now = (object as Deployment).spec.template;
  const { $patch: _, ...plain } = (withoutHash(template) ?? {}) as Record<string, unknown>;
  return deepEqual(now, plain);
}

/** A ReplicaSet's template without the label that its Deployment put there. */
function withoutHash(template: PodTemplateSpec | undefined): PodTemplateSpec | undefined {
  if (!template) return undefined;
  const { 'pod-template-hash': _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}
