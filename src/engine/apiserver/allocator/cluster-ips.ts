import {
  addressAt,
  formatIP,
  maskPrefix,
  offsetOf,
  type Prefix,
  parseCIDR,
  parseIPSloppy,
  prefixContains,
  prefixSize,
  type Random,
} from '../../apimachinery/index.ts';
import { staticBand } from './band.ts';
import { randomFreePlace } from './random-place.ts';

export type Allocation =
  | { readonly ok: true; readonly ip: string }
  | { readonly ok: false; readonly message: string };

/**
 * The Service addresses of one ServiceCIDR (pkg/registry/core/service/ipallocator, v1.36).
 *
 * ```
 * 10.96.0.0  │ 10.96.0.1 … 10.96.1.0 │ 10.96.1.1 … 10.111.255.254 │ 10.111.255.255
 * network    │ static band           │ given out at random        │ broadcast
 * ```
 */
export interface ClusterIPAllocator {
  readonly prefix: Prefix;
  /** Takes the very address that was asked for. */
  allocate(ip: string): Allocation;
  /** Takes a random free one: above the static band, and in it only when the rest is full. */
  allocateNext(): Allocation;
  release(ip: string): void;
  has(ip: string): boolean;
}

/** `taken`: the addresses that are given out, which ranges that overlap share. */
export function createClusterIPAllocator(
  cidr: string,
  random: Random,
  taken: Set<string> = new Set(),
): ClusterIPAllocator {
  const parsed = parseCIDR(cidr);
  if (!parsed) throw new Error(`not a CIDR: ${cidr}`);
  const prefix = maskPrefix(parsed);
  const size = prefixSize(prefix);
  // The network address is never given out; in IPv4 the broadcast address is not either.
  const last = prefix.address.family === 'IPv4' ? size - 2 : size - 1;
  const band = staticBand(size - 2, { step: 16, lower: 16, upper: 256 });
  const textAt = (offset: number) => formatIP(addressAt(prefix, offset));
  const isTaken = (offset: number) => taken.has(textAt(offset));

  return {
    prefix,
    allocate(text) {
      const address = parseIPSloppy(text);
      if (!address || !prefixContains(prefix, address)) {
        return {
          ok: false,
          message: `failed to allocate IP ${text}: the provided network does not match the current range`,
        };
      }
      const offset = offsetOf(prefix, address);
      const ip = formatIP(address);
      if (offset < 1 || offset > last)
        return {
          ok: false,
          message: `failed to allocate IP ${text}: provided IP ${ip} is not in the valid range`,
        };
      if (taken.has(ip))
        return { ok: false, message: `failed to allocate IP ${text}: provided IP is already allocated` };
      taken.add(ip);
      return { ok: true, ip };
    },
    allocateNext() {
      const offset =
        randomFreePlace(random, band + 1, last + 1, isTaken) ?? randomFreePlace(random, 1, band + 1, isTaken);
      if (offset === undefined) return { ok: false, message: 'range is full' };
      const ip = textAt(offset);
      taken.add(ip);
      return { ok: true, ip };
    },
    release(text) {
      const address = parseIPSloppy(text);
      if (address) taken.delete(formatIP(address));
    },
    has(text) {
      const address = parseIPSloppy(text);
      return address !== undefined && taken.has(formatIP(address));
    },
  };
}
