import type { EndpointAddress, Endpoints } from '../../api/index.ts';

export type EndpointSubset = NonNullable<Endpoints['subsets']>[number];
type SubsetPort = NonNullable<EndpointSubset['ports']>[number];

/** One address with one set of ports. */
export interface EndpointFact {
  readonly address: EndpointAddress;
  /** In their canonical order. */
  readonly ports: readonly SubsetPort[];
  readonly ready: boolean;
  /** Equal for the same ports; groups stand in its order. */
  readonly portsKey: string;
  /** The place of the address within its group. */
  readonly addressKey: string;
}

export function endpointFact(
  address: EndpointAddress,
  ports: readonly SubsetPort[],
  ready: boolean,
): EndpointFact {
  const sorted = [...ports].sort((a, b) => (portText(a) < portText(b) ? -1 : 1));
  return {
    address,
    ports: sorted,
    ready,
    portsKey: sorted.map(portText).join(),
    addressKey: addressText(address),
  };
}

/**
 * Groups addresses in the canonical form: those with the same ports and the same readiness together, all in order
 * (pkg/api/v1/endpoints/util.go, RepackSubsets).
 */
export function packSubsets(facts: readonly EndpointFact[]): readonly EndpointSubset[] {
  const groups = new Map<string, EndpointFact[]>();
  for (const fact of facts) {
    const group = groups.get(fact.portsKey);
    if (group) group.push(fact);
    else groups.set(fact.portsKey, [fact]);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => {
      group.sort((a, b) => (a.addressKey < b.addressKey ? -1 : 1));
      const addresses = group.filter(({ ready }) => ready).map(({ address }) => address);
      const notReadyAddresses = group.filter(({ ready }) => !ready).map(({ address }) => address);
      const { ports } = group[0]!;
      return {
        ...(addresses.length > 0 ? { addresses } : {}),
        ...(notReadyAddresses.length > 0 ? { notReadyAddresses } : {}),
        ...(ports.length > 0 ? { ports } : {}),
      };
    });
}

function portText({ name, port, protocol }: SubsetPort): string {
  return `${name ?? ''} ${port} ${protocol ?? 'TCP'}`;
}

/** LessEndpointAddress: addresses as texts, so that .10 comes before .9. */
function addressText({ ip, targetRef }: EndpointAddress): string {
  return `${ip} ${targetRef?.uid ?? ''}`;
}
