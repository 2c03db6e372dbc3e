import type { Pod, ResourceName, ResourceTypes } from '../../api/index.ts';
import {
  createRandom,
  createVirtualClock,
  DEFAULT_EPOCH_MS,
  formatMicroTimestamp,
  formatTimestamp,
  type VirtualClock,
} from '../../apimachinery/index.ts';
import { type ApiServer, createApiServer, createInformer } from '../../apiserver/index.ts';
import type { LoadBalancerProvider } from '../servicelb/service-controller.ts';
import { startControllers } from '../start-controllers.ts';

export interface ControlPlane {
  readonly api: ApiServer;
  /** RFC 3339, now. */
  timestamp(): string;
  readonly clock: VirtualClock;
  settle(): void;
  /** From now on the node's kubelet, which is none here, renews its Lease no more; or does again. */
  silence(node: string, silent?: boolean): void;
  /** `namespace/name`s are enough to tell what there is. */
  names(resource: ResourceName, namespace?: string): string[];
  get<R extends ResourceName>(resource: R, name: string, namespace?: string): ResourceTypes[R];
  pods(selector?: string): readonly Pod[];
  /** `Reason: message` of every event, in order of their names. */
  events(): string[];
}

export interface ControlPlaneOptions {
  readonly nodes?: number;
  /** Which pods become ready; the others run and stay unready. Default: all. */
  readonly becomesReady?: (pod: Pod) => boolean;
  readonly loadBalancerProvider?: LoadBalancerProvider;
}

/**
 * A control plane for tests: the real API server and controllers, and in the place of scheduler and kubelets a hand
 * that puts pods on nodes in turn, starts them a second later and lets them go at once when they are deleted.
 */
export function createControlPlane({
  nodes = 2,
  becomesReady = () => true,
  loadBalancerProvider,
}: ControlPlaneOptions = {}): ControlPlane {
  const clock = createVirtualClock();
  const random = createRandom(1);
  const api = createApiServer({ clock, random: random.fork('api'), serviceCIDR: '100.64.0.0/13' });
  startControllers({
    api,
    clock,
    random: random.fork('controllers'),
    nodeIpam: { clusterCIDR: '100.96.0.0/11' },
    ...(loadBalancerProvider ? { loadBalancerProvider } : {}),
  });
  for (let index = 1; index <= nodes; index++) {
    api.create('nodes', {
      metadata: { name: `node-${index}`, labels: { 'kubernetes.io/hostname': `node-${index}` } },
      spec: {},
    });
    const node = api.get('nodes', '', `node-${index}`);
    if (node.ok) {
      const conditions = [{ type: 'Ready', status: 'True' as const }];
      api.updateStatus('nodes', {
        ...node.object,
        status: { ...node.object.status, conditions, allocatable: { cpu: '4', memory: '8Gi', pods: '110' } },
      });
    }
  }
  const silent = new Set<string>();
  const renew = () => {
    const renewTime = formatMicroTimestamp(DEFAULT_EPOCH_MS + clock.now());
    for (const { metadata } of api.list('nodes')) {
      const { name } = metadata;
      if (silent.has(name)) continue;
      const lease = {
        metadata: { name, namespace: 'kube-node-lease' },
        spec: { holderIdentity: name, renewTime },
      };
      const made = api.create('leases', lease);
      if (!made.ok) api.patch('leases', 'kube-node-lease', name, 'merge', { spec: { renewTime } });
    }
    clock.after(10_000, renew, { background: true });
  };
  renew();
  const timestamp = () => formatTimestamp(DEFAULT_EPOCH_MS + clock.now());
  let placed = 0;
  const bind = (pod: Pod) => {
    const there = api.list('nodes');
    const node = there[placed++ % there.length];
    if (!pod.spec.nodeName && node)
      api.bind(pod.metadata.namespace ?? '', pod.metadata.name, node.metadata.name);
  };
  const start = (pod: Pod) => {
    const current = api.get('pods', pod.metadata.namespace ?? '', pod.metadata.name);
    if (
      !current.ok ||
      current.object.metadata.uid !== pod.metadata.uid ||
      current.object.metadata.deletionTimestamp
    )
      return;
    placed++;
    const podIP = `100.96.${1 + (placed >> 8)}.${placed & 255}`;
    const ready = becomesReady(pod);
    api.updateStatus('pods', {
      ...current.object,
      status: {
        ...current.object.status,
        phase: 'Running',
        podIP,
        podIPs: [{ ip: podIP }],
        startTime: timestamp(),
        conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: timestamp() }],
      },
    });
  };
  createInformer(api, 'pods', {
    added: bind,
    updated(before, pod) {
      if (!before.spec.nodeName && pod.spec.nodeName) clock.after(1000, () => start(pod));
      if (!before.metadata.deletionTimestamp && pod.metadata.deletionTimestamp) {
        api.delete('pods', pod.metadata.namespace ?? '', pod.metadata.name, { gracePeriodSeconds: 0 });
      }
    },
  });
  const settle = () => {
    if (!clock.settle(10 * 60 * 1000)) throw new Error('the control plane does not come to rest');
  };
  settle();
  return {
    api,
    timestamp,
    clock,
    settle,
    silence(node, isSilent = true) {
      if (isSilent) silent.add(node);
      else silent.delete(node);
    },
    names: (resource, namespace = 'default') =>
      api.list(resource, { namespace }).map(({ metadata }) => metadata.name),
    get(resource, name, namespace = 'default') {
      const result = api.get(resource, namespace, name);
      if (!result.ok) throw new Error(result.status.message);
      return result.object;
    },
    pods: (labelSelector) =>
      api.list('pods', { namespace: 'default', ...(labelSelector ? { labelSelector } : {}) }),
    events: () => api.list('events').map(({ reason, message }) => `${reason}: ${message}`),
  };
}
