import type { ApiResult, KubernetesObject, PatchType } from '../../../engine/index.ts';
import { findObjects } from './find-objects.ts';
import { type KubectlContext, statusMessage } from './kubectl-command.ts';
import type { Found } from './print-objects.ts';
import { readDryRun, reportObject } from './report.ts';
import { namespaceFor } from './resource-arguments.ts';

/** Looks up what the words mean and does something to each object; answers 1 when anything went wrong. */
export async function eachObject(
  context: KubectlContext,
  args: readonly string[],
  work: (found: Found) => number | Promise<number>,
): Promise<number> {
  const result = await findObjects({ ...context, args });
  if (result.usage) {
    context.err(result.usage);
    return 1;
  }
  let status = result.errors.length > 0 ? 1 : 0;
  for (const found of result.found) status = (await work(found)) || status;
  for (const line of result.errors) context.err(line);
  return status;
}

export interface SendOptions {
  /** `patched`: what is said of it. */
  readonly verb: string;
  readonly type: PatchType;
  readonly patch: unknown;
  readonly subresource?: 'status' | 'scale';
  /** Nothing that changed: say so (`patched (no change)`). */
  readonly noting?: boolean;
  /** Before the server's refusal: `failed to patch …`. */
  readonly failing?: string;
}

/** Patches one object, or only says so for a client-side dry run. */
export function sendPatch(
  context: KubectlContext,
  { resource, object }: Found,
  options: SendOptions,
): number {
  const dryRun = readDryRun(context);
  if (dryRun === undefined) return 1;
  const { verb, type, patch, subresource } = options;
  // kubectl patches its own copy for a client-side dry run; the server's dry run gives the same object.
  const result: ApiResult<KubernetesObject> = context.api.patch(
    resource.name,
    namespaceFor(resource, object.metadata.namespace ?? ''),
    object.metadata.name,
    type,
    patch,
    { dryRun: dryRun !== 'none', ...(subresource && { subresource }) },
  );
  context.warn(result.warnings);
  if (!result.ok) {
    context.err(
      options.failing ? `error: ${options.failing} ${result.status.message}` : statusMessage(result.status),
    );
    return 1;
  }
  const same = result.object.metadata.resourceVersion === object.metadata.resourceVersion;
  const said = same && dryRun === 'none' && options.noting ? `${verb} (no change)` : verb;
  // `patch` does not say that it was a dry run.
  if (subresource === 'scale' && !context.flags.text('output'))
    context.out(`scale.autoscaling/${object.metadata.name} ${said}\n`);
  else reportObject(context, resource, result.object, said, options.noting ? 'none' : dryRun);
  return 0;
}
