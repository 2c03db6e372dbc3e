/** `coordination.k8s.io/v1` types (k8s.io/api, Kubernetes v1.36). */
import type { KubernetesObject } from './meta.ts';

/** Who holds something, and until when: a node's kubelet renews one to say that it lives. */
export interface Lease extends KubernetesObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly leaseTransitions?: number;
    /** RFC 3339 with microseconds. */
    readonly acquireTime?: string;
    readonly renewTime?: string;
    readonly strategy?: string;
    readonly preferredHolder?: string;
  };
}
