import { formatIP, parseIPSloppy, type Random } from '../../apimachinery/index.ts';
import { type Allocation, type ClusterIPAllocator, createClusterIPAllocator } from './cluster-ips.ts';

/** All ServiceCIDRs of the cluster together (MultiCIDRServiceAllocator, KEP-1880). */
export interface ServiceIPAllocator {
  /** The families that Services can have; that of the first range is the default. */
  readonly families: readonly ('IPv4' | 'IPv6')[];
  allocate(ip: string): Allocation;
  allocateNext(family: 'IPv4' | 'IPv6'): Allocation;
  release(ip: string): void;
  /** `owner`: the ServiceCIDR's name; two may have the same range. */
  addRange(cidr: string, owner: string): void;
  removeRange(cidr: string, owner: string): void;
}

/** `cidrs`: the ranges that the API server was started with, one for each family at most. */
export function createServiceIPAllocator(cidrs: readonly string[], random: Random): ServiceIPAllocator {
  const taken = new Set<string>();
  const ranges = new Map<string, ClusterIPAllocator>(
    cidrs.map((cidr) => [cidr, createClusterIPAllocator(cidr, random, taken)]),
  );
  /** The ServiceCIDRs that each range is of. */
  const owners = new Map<string, Set<string>>();
  const families = [...ranges.values()].map(({ prefix }) => prefix.address.family);
  const every = () => [...ranges.values()];
  return {
    families,
    allocate(ip) {
      const family = parseIPSloppy(ip)?.family;
      const results = every()
        .filter(({ prefix }) => prefix.address.family === family)
        .map((range) => range.allocate(ip));
      const good = results.find(({ ok }) => ok);
      // A range that holds the address knows better why it cannot be had.
      const outside = (result: Allocation) =>
        !result.ok && result.message.endsWith('does not match the current range');
      return (
        good ??
        results.find((result) => !outside(result)) ??
        results[0] ?? {
          ok: false,
          message: `failed to allocate IP ${ip}: the provided network does not match the current range`,
        }
      );
    },
    allocateNext(family) {
      for (const range of every()) {
        if (range.prefix.address.family !== family) continue;
        const allocation = range.allocateNext();
        if (allocation.ok) return allocation;
      }
      return { ok: false, message: 'range is full' };
    },
    release(ip) {
      const address = parseIPSloppy(ip);
      if (address) taken.delete(formatIP(address));
    },
    addRange(cidr, owner) {
      owners.set(cidr, (owners.get(cidr) ?? new Set<string>()).add(owner));
      if (!ranges.has(cidr)) ranges.set(cidr, createClusterIPAllocator(cidr, random, taken));
    },
    removeRange(cidr, owner) {
      owners.get(cidr)?.delete(owner);
      if ((owners.get(cidr)?.size ?? 0) === 0) ranges.delete(cidr);
    },
  };
}
