import type { Service } from '../../../../engine/index.ts';
import type { Columns } from './column.ts';
import { AGE, labelsText } from './shared.ts';

/** The load balancer's list is cut to this many characters unless `-o wide` is given (loadBalancerWidth). */
const LOAD_BALANCER_WIDTH = 16;

/** Models getServiceExternalIP (pkg/printers/internalversion/printers.go). */
export function externalIP(service: Service, wide: boolean): string {
  const { spec } = service;
  switch (spec.type ?? 'ClusterIP') {
    case 'ExternalName':
      return spec.externalName ?? '';
    case 'LoadBalancer': {
      const balancers = loadBalancers(service, wide);
      const external = spec.externalIPs ?? [];
      if (external.length > 0)
        return [...(balancers === '' ? [] : balancers.split(',')), ...external].join(',');
      return balancers || '<pending>';
    }
    default:
      return (spec.externalIPs ?? []).length > 0 ? spec.externalIPs!.join(',') : '<none>';
  }
}

function loadBalancers(service: Service, wide: boolean): string {
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  const text = Array.from(
    new Set(ingress.map(({ ip, hostname }) => ip || hostname || '').filter((one) => one !== '')),
  )
    .sort()
    .join(',');
  return !wide && text.length > LOAD_BALANCER_WIDTH ? `${text.slice(0, LOAD_BALANCER_WIDTH - 3)}...` : text;
}

/** `80/TCP`, `80:30080/TCP,53:30053/UDP`. */
export function portsText(service: Service): string {
  const ports = service.spec.ports ?? [];
  if (ports.length === 0) return '<none>';
  return ports
    .map(({ port, nodePort, protocol = 'TCP' }) =>
      nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
    )
    .join(',');
}

export function clusterIP(service: Service): string {
  return service.spec.clusterIPs?.[0] || service.spec.clusterIP || '<none>';
}

export const SERVICE_COLUMNS: Columns<Service> = [
  { name: 'TYPE', cell: ({ spec }) => spec.type ?? 'ClusterIP' },
  { name: 'CLUSTER-IP', cell: clusterIP },
  { name: 'EXTERNAL-IP', cell: (service, { wide }) => externalIP(service, wide) },
  { name: 'PORT(S)', cell: portsText },
  AGE,
  { name: 'SELECTOR', wide: true, cell: ({ spec }) => labelsText(spec.selector) },
];
