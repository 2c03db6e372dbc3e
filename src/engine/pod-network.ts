import { type NodeNetwork, setUpNode } from './cni/index.ts';
import type { PodNetwork } from './kubelet/index.ts';
import type { Network, RouteView } from './linux/index.ts';
import { NODE_SEGMENT } from './outside.ts';
import type { ResolvedOptions } from './resolve-options.ts';

/** The pod networks of all nodes, and what the map and the traces ask of them. */
export interface PodNetworks {
  /** What that node's kubelet works with: not ready until the node has its range. */
  of(node: string): PodNetwork;
  /** The node has got its range: sets up its CNI and the routes between it and the others. Answers whether that was new. */
  assign(node: string, podCIDR: string): boolean;
  bridge(node: string): { readonly name: string; readonly address: string } | undefined;
  /** The node's end of the veth pair that leads into that namespace. */
  veth(netns: string): string | undefined;
  /** The pod (`namespace/name`) and the host port that a rule line of that node translates for. */
  hostPortOf(node: string, line: string): ReturnType<NodeNetwork['portOf']>;
  /** The node whose pods a route leads to; undefined: another kind of route. */
  nodeOfRoute(route: RouteView): string | undefined;
}

const NOT_READY =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';

export function createPodNetworks(network: Network, options: ResolvedOptions): PodNetworks {
  const ready = new Map<
    string,
    { readonly net: NodeNetwork; readonly address: string; readonly podCIDR: string }
  >();
  for (const node of options.nodes) network.addNetns(node.name);
  const length = options.nodeCIDR.slice(options.nodeCIDR.indexOf('/') + 1);

  return {
    of: (node) => ({
      notReady: () => (ready.has(node) ? ready.get(node)!.net.notReady() : NOT_READY),
      add: (sandbox) => ready.get(node)?.net.add(sandbox) ?? { ok: false, message: NOT_READY },
      remove: (sandbox) => ready.get(node)?.net.remove(sandbox),
    }),
    assign(name, podCIDR) {
      const node = options.nodes.find((each) => each.name === name);
      if (!node || ready.has(name)) return false;
      const net = setUpNode(network, {
        ...options.cni,
        name,
        address: `${node.address}/${length}`,
        gateway: options.gateway,
        segment: NODE_SEGMENT,
        podCIDR,
        clusterCIDR: options.podCIDR,
        bridgeNfCallIptables: options.bridgeNfCallIptables,
      });
      for (const [other, peer] of ready) {
        peer.net.addPeer({ name, address: node.address, podCIDR });
        net.addPeer({ name: other, address: peer.address, podCIDR: peer.podCIDR });
      }
      ready.set(name, { net, address: node.address, podCIDR });
      return true;
    },
    bridge(node) {
      const netns = network.netns(node);
      const bridge = netns?.links().find((link) => link.kind === 'bridge');
      const address = bridge && netns?.addresses().find((each) => each.device === bridge.name);
      return bridge && address ? { name: bridge.name, address: address.address } : undefined;
    },
    veth: (netns) =>
      network
        .netns(netns)
        ?.links()
        .find((link) => link.peer && link.peer.netns !== netns)?.peer?.device,
    hostPortOf: (node, line) => ready.get(node)?.net.portOf(line),
    nodeOfRoute: (route) => /^(?:host-gw|vxlan) (\S+)$/.exec(route.owner ?? '')?.[1],
  };
}
