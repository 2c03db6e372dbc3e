import type { Route } from './fib.ts';
import { maskOf, parseIpv4 } from './ipv4.ts';
import type { InterfaceAddress, NetnsState } from './netns-state.ts';

/** The order of scopes: a packet to the world may not bear an address that only the host knows. */
const WIDTH = { global: 0, link: 253, host: 254 } as const;

/**
 * The address that a packet out of `device` towards `nexthop` bears: one on the next hop's own network first, else the
 * device's first, else any other device's. Models inet_select_addr (net/ipv4/devinet.c); MASQUERADE asks it too.
 */
export function selectAddress(
  netns: NetnsState,
  device: string,
  nexthop: string | undefined,
  scope: keyof typeof WIDTH = 'global',
): string | undefined {
  const fits = (address: InterfaceAddress) => WIDTH[address.scope] <= WIDTH[scope];
  const own = netns.addresses.filter((address) => address.device === device && fits(address));
  const near = nexthop === undefined ? undefined : own.find((address) => isOnNetwork(address, nexthop));
  const elsewhere = () => netns.addresses.find((address) => fits(address) && address.scope !== 'link');
  return (near ?? own[0] ?? elsewhere())?.address;
}

function isOnNetwork({ address, length }: InterfaceAddress, other: string): boolean {
  return ((parseIpv4(address)! ^ parseIpv4(other)!) & maskOf(length)) === 0;
}

/** The source of a packet that follows this route. */
export function sourceFor(netns: NetnsState, route: Route, destination: string): string | undefined {
  if (route.type === 'local') return route.source ?? destination;
  return (
    route.source ??
    selectAddress(
      netns,
      route.device,
      route.via ?? destination,
      route.scope === 'host' ? 'host' : route.scope,
    )
  );
}
