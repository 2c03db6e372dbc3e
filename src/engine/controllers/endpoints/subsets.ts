import type { EndpointAddress, Endpoints } from '../../api/index.ts';

export type EndpointSubset = NonNullable<Endpoints['subsets']>[number];
type SubsetPort = NonNullable<EndpointSubset['ports']>[number];

/** One address with one set of ports. */
export interface EndpointFact {
  readonly address: EndpointAddress;
  readonly ports: readonly SubsetPort[];
  readonly ready: boolean;
}

/**
 * Groups addresses in the canonical form: those with the same ports and the same readiness together, all in order
 * (pkg/api/v1/endpoints/util.go, RepackSubsets).
 */
export function packSubsets(facts: readonly EndpointFact[]): readonly EndpointSubset[] {
  const groups = new Map<
    string,
    {
      readonly ports: readonly SubsetPort[];
      readonly ready: EndpointAddress[];
      readonly notReady: EndpointAddress[];
    }
  >();
  for (const { address, ports, ready } of facts) {
    const sorted = [...ports].sort((a, b) => (portText(a) < portText(b) ? -1 : 1));
    const key = sorted.map(portText).join();
    const group = groups.get(key) ?? { ports: sorted, ready: [], notReady: [] };
    groups.set(key, group);
    (ready ? group.ready : group.notReady).push(address);
  }
  const byAddress = (a: EndpointAddress, b: EndpointAddress) => (addressText(a) < addressText(b) ? -1 : 1);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { ports, ready, notReady }]) => ({
      ...(ready.length > 0 ? { addresses: ready.sort(byAddress) } : {}),
      ...(notReady.length > 0 ? { notReadyAddresses: notReady.sort(byAddress) } : {}),
      ...(ports.length > 0 ? { ports } : {}),
    }));
}

function portText({ name, port, protocol }: SubsetPort): string {
  return `${name ?? ''} ${port} ${protocol ?? 'TCP'}`;
}

/** Addresses as numbers in text, so that .9 comes before .10. */
function addressText({ ip, targetRef }: EndpointAddress): string {
  return `${ip
    .split('.')
    .map((part) => part.padStart(3, '0'))
    .join('.')} ${targetRef?.uid ?? ''}`;
}
