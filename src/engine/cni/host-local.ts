import type { HostLocalConf } from './netconf.ts';

/** What an address comes with. */
export interface Lease {
  readonly address: string;
  readonly prefixLength: number;
  readonly gateway: string;
}

/** The addresses that one node gives to its pods. */
export interface HostLocal {
  allocate(
    containerId: string,
  ): { readonly ok: true; readonly lease: Lease } | { readonly ok: false; readonly message: string };
  release(containerId: string): void;
  leases(): ReadonlyMap<string, string>;
}

/**
 * Models the host-local plugin (plugins/ipam/host-local): `.0` is the network, `.1` the gateway, the last address is
 * not given. It goes round: the next address is the one after the last that was given, so that an address which was
 * freed just now is not used again at once.
 */
export function createHostLocal(conf: HostLocalConf): HostLocal {
  const range = conf.ranges[0]![0]!;
  const [base = '', length = '24'] = range.subnet.split('/');
  const prefixLength = Number(length);
  const network = toNumber(base);
  const size = 2 ** (32 - prefixLength);
  const gateway = range.gateway ?? toText(network + 1);
  const first = network + 1;
  const last = network + size - 2;
  const byContainer = new Map<string, string>();
  let lastGiven: number | undefined;

  return {
    allocate(containerId) {
      const taken = new Set(byContainer.values());
      const start = lastGiven ?? first - 1;
      for (let step = 1; step <= last - first + 1; step++) {
        const candidate = first + ((start - first + step) % (last - first + 1));
        const address = toText(candidate);
        if (address === gateway || taken.has(address)) continue;
        byContainer.set(containerId, address);
        lastGiven = candidate;
        return { ok: true, lease: { address, prefixLength, gateway } };
      }
      return {
        ok: false,
        message: `failed to allocate for range 0: no IP addresses available in range set: ${toText(first)}-${toText(last)}`,
      };
    },
    release: (containerId) => void byContainer.delete(containerId),
    leases: () => byContainer,
  };
}

function toNumber(address: string): number {
  return address.split('.').reduce((value, octet) => value * 256 + Number(octet), 0);
}

function toText(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}
