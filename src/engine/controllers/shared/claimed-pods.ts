import type { KubernetesObject, Pod } from '../../api/index.ts';
import type { ApiClient } from '../../apiserver/index.ts';
import type { PodInformer } from './informers.ts';
import { newControllerReference } from './owner-references.ts';

/**
 * The pods of one owner: its own that its selector still fits, and orphans that it fits, which are adopted. Its own
 * that it no longer fits are let go. Models PodControllerRefManager (pkg/controller/controller_ref_manager.go).
 */
export function claimPods(
  api: ApiClient,
  owner: KubernetesObject,
  pods: Pick<PodInformer, 'ofController' | 'orphans'>,
  selects: (pod: Pod) => boolean,
): readonly Pod[] {
  const canAdopt = owner.metadata.deletionTimestamp === undefined;
  const own = pods.ofController(owner.metadata.uid).filter((pod) => {
    if (selects(pod)) return true;
    if (canAdopt) setController(api, pod, undefined);
    return false;
  });
  if (!canAdopt) return own;
  const adopted = pods.orphans(owner.metadata.namespace ?? '').filter((pod) => {
    return selects(pod) && pod.metadata.deletionTimestamp === undefined && setController(api, pod, owner);
  });
  return [...own, ...adopted];
}

function setController(api: ApiClient, pod: Pod, owner: KubernetesObject | undefined): boolean {
  const { namespace = '', name } = pod.metadata;
  const others = (pod.metadata.ownerReferences ?? []).filter((reference) => !reference.controller);
  const ownerReferences = owner ? [...others, newControllerReference(owner)] : others;
  return api.patch('pods', namespace, name, 'merge', { metadata: { uid: pod.metadata.uid, ownerReferences } })
    .ok;
}
