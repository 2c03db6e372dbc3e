import type { KubectlContext } from './kubectl-command.ts';
import type { Found } from './print-objects.ts';
import { namespaceFor } from './resource-arguments.ts';

/** How long is waited, in virtual ms, when nobody said (kubectl waits a week). */
export const WAIT_LIMIT_MS = 168 * 3_600_000;

/**
 * Lets virtual time pass until the objects are gone: a pod's grace period, a namespace's content. Answers those that are
 * still there when the time is over.
 */
export async function waitUntilGone(
  { api, process, namespace }: KubectlContext,
  deleted: readonly Found[],
  limitMs = WAIT_LIMIT_MS,
): Promise<readonly Found[]> {
  const isThere = ({ resource, object }: Found) => {
    const where = namespaceFor(resource, object.metadata.namespace ?? namespace);
    const now = api.get(resource.name, where, object.metadata.name);
    // Another object of the same name is not the one that was deleted.
    return now.ok && (!object.metadata.uid || now.object.metadata.uid === object.metadata.uid);
  };
  const { clock } = process.session.cluster;
  const started = clock.now();
  let left = deleted.filter(isThere);
  while (left.length > 0 && clock.now() - started < limitMs) {
    await process.sleep(250);
    left = left.filter(isThere);
  }
  return left;
}
