import type { Network } from '../linux/index.ts';
import type { Attachment, CniResult, Connected } from './attachment.ts';
import { addToBridge } from './bridge.ts';
import { createHostLocal, type HostLocal } from './host-local.ts';
import { addMasquerade, removeMasquerade } from './ip-masq.ts';
import { type NetConfList, parseNetConfList } from './netconf.ts';
import { addPortMappings, type PortMapping, removePortMappings } from './portmap.ts';
import { addPointToPoint } from './ptp.ts';

/** What the runtime tells the plugins of one sandbox. */
export interface CniArguments {
  readonly containerId: string;
  /** The sandbox's namespace, which must be there. */
  readonly netns: string;
  readonly ifName: string;
  readonly portMappings?: readonly PortMapping[];
}

export type AddResult =
  | { readonly ok: true; readonly result: CniResult }
  | { readonly ok: false; readonly message: string };

/** The CNI plugins of one node: they know its namespace and a configuration list, and never the API server. */
export interface Cni {
  add(config: string, args: CniArguments): AddResult;
  /** Forgives what is already gone. */
  del(config: string, args: CniArguments): void;
  /** The sandbox and the port that a rule line translates for; undefined: it is no such rule. */
  portOf(line: string): { readonly netns: string; readonly mapping: PortMapping } | undefined;
}

interface Kept {
  readonly connected: Connected;
  readonly portMappings: readonly PortMapping[];
  /** By the rule line that translates for it. */
  readonly mappingOf: ReadonlyMap<string, PortMapping>;
}

export function createCni(network: Network, node: string): Cni {
  const ipam = new Map<string, HostLocal>();
  const kept = new Map<string, Kept>();
  let veths = 0;

  const ipamOf = (list: NetConfList): HostLocal => {
    const main = list.plugins.find((plugin) => plugin.type !== 'portmap')!;
    const known = ipam.get(list.name) ?? createHostLocal(main.ipam);
    ipam.set(list.name, known);
    return known;
  };

  /** Numbers are not used twice, so that a name in an old trace means one pod for ever. */
  const nextVeth = (): string => {
    const taken = network
      .netns(node)!
      .links()
      .map(({ name }) => name);
    do veths++;
    while (taken.includes(`veth${veths}`));
    return `veth${veths}`;
  };

  return {
    add(config, { containerId, netns, ifName, portMappings = [] }) {
      const parsed = parseNetConfList(config);
      if (!parsed.ok) return parsed;
      const { list } = parsed;
      const main = list.plugins.find((plugin) => plugin.type !== 'portmap');
      if (!main) return { ok: false, message: 'no plugin in the list makes an interface' };
      if (!network.netns(netns))
        return { ok: false, message: `failed to open netns "${netns}": no such file or directory` };
      const leased = ipamOf(list).allocate(containerId);
      if (!leased.ok)
        return { ok: false, message: `plugin type="${main.type}" failed (add): ${leased.message}` };
      const attachment: Attachment = {
        network,
        networkName: list.name,
        node,
        containerId,
        netns,
        ifName,
        vethName: nextVeth(),
      };
      const connected: Connected = { ...attachment, lease: leased.lease };
      let mappingOf: Kept['mappingOf'] = new Map();
      for (const plugin of list.plugins) {
        if (plugin.type === 'portmap') {
          mappingOf = addPortMappings(plugin, connected, portMappings);
          continue;
        }
        const made =
          plugin.type === 'bridge' ? addToBridge(plugin, connected) : addPointToPoint(plugin, connected);
        if (!made.ok) {
          ipamOf(list).release(containerId);
          return { ok: false, message: `plugin type="${plugin.type}" failed (add): ${made.message}` };
        }
        if (plugin.ipMasq) addMasquerade(connected);
      }
      kept.set(containerId, { connected, portMappings, mappingOf });
      return { ok: true, result: resultOf(connected) };
    },

    del(config, { containerId, netns, ifName }) {
      const parsed = parseNetConfList(config);
      const known = kept.get(containerId);
      if (!parsed.ok || !known) return;
      kept.delete(containerId);
      for (const plugin of [...parsed.list.plugins].reverse()) {
        if (plugin.type === 'portmap') removePortMappings(known.connected, known.portMappings);
        else if (plugin.ipMasq) removeMasquerade(known.connected);
      }
      network.netns(netns)?.deleteLink(ifName);
      ipamOf(parsed.list).release(containerId);
    },

    portOf(line) {
      for (const { connected, mappingOf } of kept.values()) {
        const mapping = mappingOf.get(line);
        if (mapping) return { netns: connected.netns, mapping };
      }
      return undefined;
    },
  };
}

function resultOf({ network, node, netns, ifName, vethName, lease }: Connected): CniResult {
  const mac = (name: string, device: string) =>
    network
      .netns(name)!
      .links()
      .find((link) => link.name === device)!.mac;
  return {
    interfaces: [
      { name: vethName, mac: mac(node, vethName) },
      { name: ifName, mac: mac(netns, ifName), sandbox: netns },
    ],
    ips: [{ address: `${lease.address}/${lease.prefixLength}`, gateway: lease.gateway }],
    routes: [{ dst: '0.0.0.0/0', gw: lease.gateway }],
  };
}
