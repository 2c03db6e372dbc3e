import type { KubernetesObject, ResourceInfo } from '../../../engine/index.ts';
import type { KubectlContext } from './kubectl-command.ts';
import { printObjects } from './print-objects.ts';
import { printedName } from './resource-arguments.ts';

export type DryRun = 'none' | 'server' | 'client';

/** undefined: the value is none of kubectl's, which has been said. */
export function readDryRun(context: KubectlContext): DryRun | undefined {
  const value = context.flags.text('dry-run') ?? 'none';
  if (value === 'unchanged') {
    context.warn(['--dry-run is deprecated and can be replaced with --dry-run=client.'].map((text) => text));
    return 'client';
  }
  if (value === 'none' || value === 'server' || value === 'client') return value;
  context.fail(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
  return undefined;
}

export function dryRunSuffix(dryRun: DryRun): string {
  return dryRun === 'client' ? ' (dry run)' : dryRun === 'server' ? ' (server dry run)' : '';
}

export function fieldValidation(context: KubectlContext): 'Strict' | 'Warn' | 'Ignore' {
  const value = context.flags.text('validate');
  if (value === 'ignore' || value === 'false') return 'Ignore';
  return value === 'warn' ? 'Warn' : 'Strict';
}

/** `service/hello created`, or the object as `-o` wants it. */
export function reportObject(
  context: KubectlContext,
  resource: ResourceInfo,
  object: KubernetesObject,
  verb: string,
  dryRun: DryRun,
): undefined {
  const format = context.flags.text('output');
  if (format && format !== 'name') {
    const printed = printObjects(context, [{ resource, object }], format, true);
    if (printed.ok) context.out(printed.text);
    else context.fail(printed.message);
  } else if (format === 'name') context.out(`${printedName(resource, object.metadata.name)}\n`);
  else context.out(`${printedName(resource, object.metadata.name)} ${verb}${dryRunSuffix(dryRun)}\n`);
}
