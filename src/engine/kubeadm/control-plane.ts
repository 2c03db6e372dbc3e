import type { Container, Pod } from '../api/index.ts';

/**
 * The mirror pods of the static pods that kubeadm runs on a control-plane node: etcd, the API server, the controller
 * manager and the scheduler, all on the node's own network (cmd/kubeadm/app/phases/controlplane, v1.36).
 */
export function controlPlanePods(
  nodeName: string,
  nodeAddress: string,
  kubernetesVersion: string,
): readonly Pod[] {
  const pod = (component: string, container: Partial<Container>): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${component}-${nodeName}`,
      namespace: 'kube-system',
      labels: { component, tier: 'control-plane' },
      annotations: { 'kubernetes.io/config.source': 'file' },
    },
    spec: {
      nodeName,
      hostNetwork: true,
      priorityClassName: 'system-node-critical',
      tolerations: [{ effect: 'NoExecute', operator: 'Exists' }],
      containers: [
        {
          name: component,
          image: `registry.k8s.io/${component}:${kubernetesVersion}`,
          imagePullPolicy: 'IfNotPresent',
          ...container,
        },
      ],
    },
  });
  return [
    pod('etcd', {
      image: 'registry.k8s.io/etcd:3.6.6-0',
      command: ['etcd', `--listen-client-urls=https://127.0.0.1:2379,https://${nodeAddress}:2379`],
      resources: { requests: { cpu: '100m', memory: '100Mi' } },
    }),
    pod('kube-apiserver', {
      command: ['kube-apiserver', `--advertise-address=${nodeAddress}`, '--secure-port=6443'],
      resources: { requests: { cpu: '250m' } },
      ports: [{ name: 'probe-port', containerPort: 6443, protocol: 'TCP' }],
    }),
    pod('kube-controller-manager', {
      command: ['kube-controller-manager', '--allocate-node-cidrs=true', '--bind-address=127.0.0.1'],
      resources: { requests: { cpu: '200m' } },
    }),
    pod('kube-scheduler', {
      command: ['kube-scheduler', '--bind-address=127.0.0.1', '--leader-elect=true'],
      resources: { requests: { cpu: '100m' } },
    }),
  ];
}
