import { type FilterPlugin, unresolvable } from '../framework.ts';

/** Claims must be there, and bound or willing to wait for the pod (plugins/volumebinding). */
export const volumeBinding: FilterPlugin = {
  name: 'VolumeBinding',
  prepare({ pod }, state) {
    for (const { persistentVolumeClaim } of pod.spec.volumes ?? []) {
      if (!persistentVolumeClaim) continue;
      const claim = state.volumeClaim(pod.metadata.namespace ?? 'default', persistentVolumeClaim.claimName);
      if (!claim)
        return {
          rejected: unresolvable(`persistentvolumeclaim "${persistentVolumeClaim.claimName}" not found`),
        };
      if (!claim.bound) return { rejected: unresolvable('pod has unbound immediate PersistentVolumeClaims') };
    }
    return undefined;
  },
};
