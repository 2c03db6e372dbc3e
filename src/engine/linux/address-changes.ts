import type { Route } from './fib.ts';
import { maskOf, parseIpv4, parsePrefix } from './ipv4.ts';
import { fail, noDevice, OK } from './netlink-result.ts';
import type { Netns } from './netns.ts';
import type { InterfaceAddress, NetnsState } from './netns-state.ts';

/** What `ip address` does. */
export function addressChanges(state: NetnsState): Pick<Netns, 'addAddress' | 'deleteAddress'> {
  const { fib, links } = state;
  return {
    addAddress(device, cidr, options = {}) {
      if (!links.has(device)) return noDevice(device);
      const [address = '', length = '32'] = cidr.split('/');
      if (parseIpv4(address) === undefined || !parsePrefix(cidr))
        return fail('EINVAL', `Error: any valid prefix is expected rather than "${cidr}".`);
      if (
        state.addresses.some(
          (other) => other.device === device && other.address === address && other.length === Number(length),
        )
      ) {
        return fail('EEXIST', 'RTNETLINK answers: File exists');
      }
      const entry: InterfaceAddress = {
        device,
        address,
        length: Number(length),
        scope: options.scope ?? 'global',
      };
      state.addresses.push(entry);
      for (const route of connectedRoutes(entry, links.get(device)?.kind === 'loopback')) fib.add(route);
      return OK;
    },

    deleteAddress(device, cidr) {
      const [address, length = '32'] = cidr.split('/');
      const place = state.addresses.findIndex(
        (other) => other.device === device && other.address === address && other.length === Number(length),
      );
      if (place < 0) return fail('EADDRNOTAVAIL', 'RTNETLINK answers: Cannot assign requested address');
      state.addresses.splice(place, 1);
      fib.remove(
        (route) => route.device === device && route.source === address && route.protocol === 'kernel',
      );
      return OK;
    },
  };
}

/** The routes that come with an address: to itself, to its network, to the network's last address (fib_add_ifaddr). */
export function connectedRoutes({ device, address, length }: InterfaceAddress, isLo: boolean): Route[] {
  const value = parseIpv4(address)!;
  const network = (value & maskOf(length)) >>> 0;
  const common = { device, protocol: 'kernel', metric: 0, onlink: false, source: address } as const;
  const routes: Route[] = [
    { ...common, prefix: { network: value, length: 32 }, type: 'local', scope: 'host', table: 'local' },
  ];
  if (length < 32) {
    const prefix = { network, length };
    routes.push(
      isLo
        ? { ...common, prefix, type: 'local', scope: 'host', table: 'local' }
        : { ...common, prefix, type: 'unicast', scope: 'link', table: 'main' },
    );
  }
  if (length < 31) {
    const last = (network | ~maskOf(length)) >>> 0;
    routes.push({
      ...common,
      prefix: { network: last, length: 32 },
      type: 'broadcast',
      scope: 'link',
      table: 'local',
    });
  }
  return routes;
}
