/** ServiceCIDRs and IPAddresses: the service network as objects (KEP-1880, pkg/registry/core/service/ipallocator). */
import type { IPAddress, KubernetesObject, ResourceName, Service, ServiceCIDR } from '../../api/index.ts';
import { formatIP, parseIPSloppy } from '../../apimachinery/index.ts';
import { releaseAll, type ServiceAllocators } from './service-allocation.ts';

/** Is told of every write, and keeps the allocators and the IPAddress objects in step with Services and ServiceCIDRs. */
export interface ServiceNetwork {
  changed(resource: ResourceName, object: KubernetesObject): void;
  removed(resource: ResourceName, object: KubernetesObject): void;
}

export interface AddressBook {
  has(name: string): boolean;
  add(address: Omit<IPAddress, 'apiVersion' | 'kind'>): void;
  remove(name: string): void;
}

export function createServiceNetwork(allocators: ServiceAllocators, addresses: AddressBook): ServiceNetwork {
  const held = new Map<string, readonly string[]>();

  function hold(key: string, service: Service | undefined): void {
    const now = service ? addressesOf(service) : [];
    for (const ip of held.get(key) ?? []) if (!now.includes(ip)) addresses.remove(ip);
    for (const ip of now) if (service && !addresses.has(ip)) addresses.add(addressObject(ip, service));
    if (now.length > 0) held.set(key, now);
    else held.delete(key);
  }

  /** A range that is being deleted gives nothing away any more. */
  function holdRanges({ metadata, spec }: ServiceCIDR, ready: boolean): void {
    for (const cidr of spec?.cidrs ?? []) {
      if (ready) allocators.ips.addRange(cidr, metadata.name);
      else allocators.ips.removeRange(cidr, metadata.name);
    }
  }

  const keyOf = ({ metadata }: KubernetesObject) => `${metadata.namespace}/${metadata.name}`;
  return {
    changed(resource, object) {
      if (resource === 'services') hold(keyOf(object), object as Service);
      if (resource === 'servicecidrs')
        holdRanges(object as ServiceCIDR, object.metadata.deletionTimestamp === undefined);
    },
    removed(resource, object) {
      if (resource === 'services') {
        releaseAll(object as Service, allocators);
        hold(keyOf(object), undefined);
      }
      if (resource === 'servicecidrs') holdRanges(object as ServiceCIDR, false);
    },
  };
}

function addressesOf({ spec }: Service): string[] {
  if (spec.type === 'ExternalName') return [];
  return (spec.clusterIPs ?? []).flatMap((ip) => {
    const address = parseIPSloppy(ip);
    return address ? [formatIP(address)] : [];
  });
}

function addressObject(ip: string, { metadata }: Service): Omit<IPAddress, 'apiVersion' | 'kind'> {
  return {
    metadata: {
      name: ip,
      labels: {
        'ipaddress.kubernetes.io/ip-family': ip.includes(':') ? 'IPv6' : 'IPv4',
        'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
      },
    },
    spec: {
      parentRef: {
        group: '',
        resource: 'services',
        namespace: metadata.namespace ?? '',
        name: metadata.name,
      },
    },
  };
}
