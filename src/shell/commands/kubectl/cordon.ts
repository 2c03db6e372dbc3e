import type { Node } from '../../../engine/index.ts';
import { eachObject } from './each-object.ts';
import { FLAG, type KubectlCommand, type KubectlContext } from './kubectl-command.ts';
import type { Found } from './print-objects.ts';
import { dryRunSuffix, readDryRun } from './report.ts';

function nodeVerb(name: 'cordon' | 'uncordon', unschedulable: boolean): KubectlCommand {
  return {
    name,
    usage: `${name} NODE`,
    summary: unschedulable ? 'Let no more pods onto a node' : 'Let pods onto a node again',
    arguments: ['node'],
    flags: [FLAG.selector, FLAG.dryRun],
    examples: [`kubectl ${name} node-2`],
    run(context) {
      const selector = context.flags.text('selector');
      if (context.args.length === 0 && selector === undefined)
        return context.usageError(`USAGE: ${name} NODE [flags]`);
      if (context.args.length > 0 && selector)
        return context.usageError('error: cannot specify both a node name and a --selector option');
      return eachObject(context, nodeArguments(context.args), (found) =>
        setUnschedulable(context, found, unschedulable),
      );
    },
  };
}

/** `cordon node-1` and `cordon node/node-1` mean the same. */
export function nodeArguments(args: readonly string[]): readonly string[] {
  return args.some((word) => word.includes('/')) ? args : ['nodes', ...args];
}

/** Models CordonHelper (pkg/drain/cordon.go). */
export function setUnschedulable(context: KubectlContext, { object }: Found, unschedulable: boolean): number {
  const dryRun = readDryRun(context);
  if (dryRun === undefined) return 1;
  const { name } = object.metadata;
  const verb = unschedulable ? 'cordoned' : 'uncordoned';
  if (((object as Node).spec.unschedulable ?? false) === unschedulable) {
    context.out(`node/${name} already ${verb}${dryRunSuffix(dryRun)}\n`);
    return 0;
  }
  if (dryRun !== 'client') {
    const body = { spec: { unschedulable: unschedulable ? true : null } };
    const result = context.api.patch('nodes', '', name, 'strategic', body, { dryRun: dryRun === 'server' });
    if (!result.ok) {
      context.err(`error: unable to ${verb.slice(0, -2)} node "${name}": ${result.status.message}`);
      return 1;
    }
  }
  context.out(`node/${name} ${verb}${dryRunSuffix(dryRun)}\n`);
  return 0;
}

export const cordonCommand = nodeVerb('cordon', true);
export const uncordonCommand = nodeVerb('uncordon', false);
