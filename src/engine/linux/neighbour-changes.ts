import { fail, noDevice, OK } from './netlink-result.ts';
import type { Netns } from './netns.ts';
import type { NetnsState } from './netns-state.ts';

/** What `ip neighbour` and `bridge fdb` do. */
export function neighbourChanges(
  state: NetnsState,
  now: () => number,
): Pick<Netns, 'addNeighbour' | 'deleteNeighbour' | 'addVxlanRemote' | 'deleteVxlanRemote'> {
  const { links } = state;
  return {
    addNeighbour(device, address, mac) {
      if (!links.has(device)) return noDevice(device);
      state.neighbours.set({ device, address, mac, permanent: true, confirmedAt: now() });
      return OK;
    },
    deleteNeighbour(device, address) {
      if (!state.neighbours.find(device, address))
        return fail('ESRCH', 'RTNETLINK answers: No such file or directory');
      state.neighbours.remove((neighbour) => neighbour.device === device && neighbour.address === address);
      return OK;
    },
    addVxlanRemote(device, mac, remote) {
      const link = links.get(device);
      if (link?.kind !== 'vxlan') return noDevice(device);
      link.remotes.set(mac, remote);
      return OK;
    },
    deleteVxlanRemote(device, mac) {
      const link = links.get(device);
      if (link?.kind !== 'vxlan' || !link.remotes.delete(mac))
        return fail('ESRCH', 'RTNETLINK answers: No such file or directory');
      return OK;
    },
  };
}
