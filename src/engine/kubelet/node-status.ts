import type { Condition, Node, Taint } from '../api/index.ts';
import type { ApiClient } from '../apiserver/index.ts';
import type { KubeletOptions } from './options.ts';

/** A small virtual machine of a cloud. */
const DEFAULT_CAPACITY: Readonly<Record<string, string>> = {
  cpu: '4',
  'ephemeral-storage': '102107096Ki',
  'hugepages-2Mi': '0',
  memory: '8145320Ki',
  pods: '110',
};

/** What the system keeps for itself: the eviction threshold of memory, a tenth of the disk. */
const DEFAULT_ALLOCATABLE: Readonly<Record<string, string>> = {
  ...DEFAULT_CAPACITY,
  'ephemeral-storage': '94101899518',
  memory: '8042920Ki',
};

export function nodeAllocatable(options: Pick<KubeletOptions, 'capacity'>): Readonly<Record<string, string>> {
  return { ...DEFAULT_ALLOCATABLE, ...options.capacity };
}

/** Models registerWithAPIServer and initialNode (pkg/kubelet/kubelet_node_status.go, v1.36): makes the Node if there is none. */
export function registerNode(options: KubeletOptions): void {
  const { api, nodeName } = options;
  if (api.get('nodes', '', nodeName).ok) return;
  const labels = {
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': nodeName,
    'kubernetes.io/os': 'linux',
    ...options.labels,
  };
  const taints: readonly Taint[] = options.taints ?? [];
  api.create('nodes', {
    metadata: { name: nodeName, labels },
    spec: { ...(taints.length > 0 && { taints }) },
  });
}

/** Writes the Node's status: addresses, capacity, versions, and whether pods can run here. */
export function updateNodeStatus(api: ApiClient, options: KubeletOptions & { timestamp(): string }): void {
  const stored = api.get('nodes', '', options.nodeName);
  if (!stored.ok) return;
  const notReady = options.podNetwork.notReady();
  const now = options.timestamp();
  const status: Node['status'] = {
    ...stored.object.status,
    capacity: { ...DEFAULT_CAPACITY, ...options.capacity },
    allocatable: nodeAllocatable(options),
    conditions: nodeConditions(stored.object.status?.conditions ?? [], notReady, now),
    addresses: [
      { type: 'InternalIP', address: options.nodeAddress },
      { type: 'Hostname', address: options.nodeName },
    ],
    nodeInfo: {
      architecture: 'amd64',
      containerRuntimeVersion: 'containerd://2.2.1',
      kernelVersion: '6.12.48+deb13-amd64',
      kubeProxyVersion: '',
      kubeletVersion: 'v1.36.3',
      operatingSystem: 'linux',
      osImage: 'Debian GNU/Linux 13 (trixie)',
    },
  };
  api.updateStatus('nodes', { ...stored.object, status });
}

function nodeConditions(
  previous: readonly Condition[],
  notReady: string | undefined,
  now: string,
): readonly Condition[] {
  const wanted: readonly Omit<Condition, 'lastTransitionTime'>[] = [
    {
      type: 'MemoryPressure',
      status: 'False',
      reason: 'KubeletHasSufficientMemory',
      message: 'kubelet has sufficient memory available',
    },
    {
      type: 'DiskPressure',
      status: 'False',
      reason: 'KubeletHasNoDiskPressure',
      message: 'kubelet has no disk pressure',
    },
    {
      type: 'PIDPressure',
      status: 'False',
      reason: 'KubeletHasSufficientPID',
      message: 'kubelet has sufficient PID available',
    },
    notReady
      ? { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: notReady }
      : { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
  ];
  const own = wanted.map((condition) => {
    const before = previous.find(({ type }) => type === condition.type);
    const changed = before?.status !== condition.status;
    return {
      ...condition,
      lastHeartbeatTime: now,
      lastTransitionTime: changed ? now : (before?.lastTransitionTime ?? now),
    };
  });
  return [...own, ...previous.filter(({ type }) => !own.some((condition) => condition.type === type))];
}
