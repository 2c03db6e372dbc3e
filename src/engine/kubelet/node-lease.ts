import { type Clock, formatMicroTimestamp } from '../apimachinery/index.ts';
import type { ApiClient } from '../apiserver/index.ts';

const NAMESPACE = 'kube-node-lease';
/** nodeLeaseDurationSeconds; a quarter of it passes between two renewals. */
const DURATION_SECONDS = 40;
const RENEW_MS = (DURATION_SECONDS * 1000) / 4;

/**
 * Renews the node's Lease: that is how the control plane knows that the node lives (component-helpers'
 * lease controller, as pkg/kubelet/kubelet.go sets it up, v1.36). Answers how to stop.
 */
export function startNodeLease({
  api,
  clock,
  epochMs,
  nodeName,
}: {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly epochMs: number;
  readonly nodeName: string;
}): () => void {
  let cancel: () => void;

  function renew(): void {
    const renewTime = formatMicroTimestamp(epochMs + clock.now());
    const present = api.get('leases', NAMESPACE, nodeName);
    if (present.ok) {
      api.update('leases', { ...present.object, spec: { ...present.object.spec, renewTime } });
    } else {
      const node = api.get('nodes', '', nodeName);
      const owner = node.ok && {
        apiVersion: 'v1',
        kind: 'Node',
        name: nodeName,
        uid: node.object.metadata.uid ?? '',
      };
      api.create('leases', {
        metadata: { name: nodeName, namespace: NAMESPACE, ...(owner && { ownerReferences: [owner] }) },
        spec: { holderIdentity: nodeName, leaseDurationSeconds: DURATION_SECONDS, renewTime },
      });
    }
    cancel = clock.after(RENEW_MS, renew, { background: true });
  }

  renew();
  return () => cancel();
}
