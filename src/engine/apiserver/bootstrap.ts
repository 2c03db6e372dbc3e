/** What an API server makes for itself when it starts (pkg/controlplane/controller, v1.36). */
import type { Service } from '../api/index.ts';
import { addressAt, formatIP, parseCIDR } from '../apimachinery/index.ts';
import type { ApiClient } from './client.ts';

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

export interface BootstrapOptions {
  readonly serviceCIDRs: readonly string[];
  /** Where the API server listens. */
  readonly address: string;
  readonly port: number;
}

export function bootstrap(server: ApiClient, { serviceCIDRs, address, port }: BootstrapOptions): void {
  for (const name of NAMESPACES) server.create('namespaces', { metadata: { name } });
  const cidr = server.create('servicecidrs', {
    metadata: { name: 'kubernetes' },
    spec: { cidrs: [...serviceCIDRs] },
  });
  if (cidr.ok) {
    server.updateStatus('servicecidrs', {
      ...cidr.object,
      status: {
        conditions: [
          {
            type: 'Ready',
            status: 'True',
            reason: '',
            message: 'Kubernetes Service CIDR is ready',
            lastTransitionTime: cidr.object.metadata.creationTimestamp ?? '',
          },
        ],
      },
    });
  }
  const labels = { component: 'apiserver', provider: 'kubernetes' };
  const spec: Service['spec'] = {
    clusterIP: formatIP(addressAt(parseCIDR(serviceCIDRs[0]!)!, 1)),
    ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }],
    sessionAffinity: 'None',
    type: 'ClusterIP',
  };
  server.create('services', { metadata: { name: 'kubernetes', namespace: 'default', labels }, spec });
  server.create('endpoints', {
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
    },
    subsets: [{ addresses: [{ ip: address }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
  });
  server.create('endpointslices', {
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': 'kubernetes' },
    },
    addressType: address.includes(':') ? 'IPv6' : 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  });
}
