import { formatTable } from '../../../text/table.ts';
import { podTemplateText } from '../describe/workloads.ts';
import type { KubectlContext } from '../kubectl-command.ts';
import type { Found } from '../print-objects.ts';
import { printedName } from '../resource-arguments.ts';
import { groupKind, revisionsOf } from './workload.ts';

/** Lists the revisions of a workload, or shows one (polymorphichelpers/history.go). */
export function history(context: KubectlContext, found: Found): number {
  const revisions = revisionsOf(context, found);
  if (!revisions) return context.fail(`no history viewer has been implemented for "${groupKind(found)}"`);
  const number = context.flags.number('revision') ?? 0;
  if (number < 0) return context.fail(`revision must be a positive integer: ${number}`);
  const name = printedName(found.resource, found.object.metadata.name);
  if (revisions.length === 0) {
    context.out(`${name} \nNo rollout history found.\n`);
    return 0;
  }
  if (number > 0) {
    const one = revisions.find((revision) => revision.number === number);
    if (!one) return context.fail('unable to find the specified revision');
    const annotations = { ...one.template?.metadata?.annotations, ...(one.cause && { [CAUSE]: one.cause }) };
    const template = one.template && {
      ...one.template,
      metadata: { ...one.template.metadata, annotations },
    };
    context.out(`${name} with revision #${number}\n${podTemplateText(template)}\n`);
    return 0;
  }
  const rows = revisions.map((revision) => [String(revision.number), revision.cause || '<none>']);
  const table = formatTable([['REVISION', 'CHANGE-CAUSE'], ...rows], { minWidth: 0, padding: 2 });
  context.out(`${name} \n${table}\n`);
  return 0;
}

const CAUSE = 'kubernetes.io/change-cause';
