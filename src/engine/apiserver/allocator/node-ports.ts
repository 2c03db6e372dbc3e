import type { Random } from '../../apimachinery/index.ts';
import { staticBand } from './band.ts';
import { randomFreePlace } from './random-place.ts';

export type PortAllocation =
  | { readonly ok: true; readonly port: number }
  | { readonly ok: false; readonly message: string };

/** The ports of `--service-node-port-range` (pkg/registry/core/service/portallocator): 30000-32767, from 30086 at random. */
export interface NodePortAllocator {
  readonly first: number;
  readonly last: number;
  allocate(port: number): PortAllocation;
  allocateNext(): PortAllocation;
  release(port: number): void;
  has(port: number): boolean;
}

export function createNodePortAllocator(range: string, random: Random): NodePortAllocator {
  const [first, last] = range.split('-').map(Number) as [number, number];
  const band = staticBand(last - first + 1, { step: 32, lower: 16, upper: 128 });
  const taken = new Set<number>();
  const isTaken = (port: number) => taken.has(port);
  const take = (port: number): PortAllocation => {
    taken.add(port);
    return { ok: true, port };
  };
  return {
    first,
    last,
    allocate(port) {
      if (!Number.isInteger(port) || port < first || port > last) {
        return {
          ok: false,
          message: `provided port is not in the valid range. The range of valid ports is ${range}`,
        };
      }
      return taken.has(port) ? { ok: false, message: 'provided port is already allocated' } : take(port);
    },
    allocateNext() {
      const port =
        randomFreePlace(random, first + band, last + 1, isTaken) ??
        randomFreePlace(random, first, first + band, isTaken);
      return port === undefined ? { ok: false, message: 'range is full' } : take(port);
    },
    release: (port) => taken.delete(port),
    has: (port) => taken.has(port),
  };
}
