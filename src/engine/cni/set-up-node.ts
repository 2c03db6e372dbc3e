import type { Network } from '../linux/index.ts';
import type { NetConfList } from './netconf.ts';
import { flannelForwardRules, flannelRules, kindnetRules } from './pod-egress.ts';
import type { PortMapping } from './portmap.ts';
import { type Cni, createCni } from './run-plugins.ts';

export interface NodeNetworkOptions {
  /** The node's name, and that of its namespace. */
  readonly name: string;
  /** On the nodes' network, with its length: `10.0.0.11/24`. */
  readonly address: string;
  /** The nodes' default gateway. */
  readonly gateway: string;
  /** The segment that the nodes' eth0 are on. */
  readonly segment: string;
  /** The node's part of the pods' addresses: `100.96.1.0/24`. */
  readonly podCIDR: string;
  /** All of them. */
  readonly clusterCIDR: string;
  readonly plugin?: 'bridge' | 'ptp';
  readonly hairpinMode?: boolean;
  readonly backend?: 'host-gw' | 'vxlan';
  readonly ipMasq?: boolean;
  readonly bridgeNfCallIptables?: boolean;
  /** Of eth0. Default 1500. */
  readonly mtu?: number;
}

/** Another node, as the routes need to know it. */
export interface Peer {
  readonly name: string;
  /** `10.0.0.12` */
  readonly address: string;
  readonly podCIDR: string;
}

/** A pod's sandbox as the runtime hands it to the plugins. */
export interface Sandbox {
  readonly containerId: string;
  /** The namespace to make and to connect: `namespace/podname`. */
  readonly netns: string;
  readonly portMappings: readonly PortMapping[];
}

/** One node's network: its own card and routes, and what connects its pods. */
export interface NodeNetwork {
  /** The configuration list in /etc/cni/net.d. */
  readonly config: string;
  /** Why no pod can be connected yet; undefined: ready. */
  notReady(): string | undefined;
  /** Makes the sandbox's namespace and connects it. */
  add(
    sandbox: Sandbox,
  ):
    | { readonly ok: true; readonly addresses: readonly string[]; readonly veth: string }
    | { readonly ok: false; readonly message: string };
  /** Disconnects it and takes its namespace away. */
  remove(sandbox: Sandbox): void;
  /** The sandbox and the host port that a rule line translates for; undefined: it is no such rule. */
  portOf: Cni['portOf'];
  /** The way to another node's pods (both nodes must be set up). Again: with its new data. */
  addPeer(peer: Peer): void;
  removePeer(name: string): void;
}

const VXLAN_DEVICE = 'flannel.1';
/** Outer IP, UDP, VXLAN and the inner Ethernet header. */
const VXLAN_OVERHEAD = 50;

/** Sets up a node as an installer, its CNI agent and a look at /etc/sysctl.d leave it. */
export function setUpNode(network: Network, options: NodeNetworkOptions): NodeNetwork {
  const { name, podCIDR, backend = 'host-gw', plugin = 'bridge', mtu = 1500 } = options;
  const node = network.addNetns(name);
  node.addLink('eth0', { kind: 'ethernet', segment: options.segment, mtu });
  node.setLink('eth0', { up: true });
  node.addAddress('eth0', options.address);
  node.addRoute({ destination: 'default', via: options.gateway, owner: 'node' });
  node.setSysctl('net.ipv4.ip_forward', '1');
  node.setSysctl('net.bridge.bridge-nf-call-iptables', (options.bridgeNfCallIptables ?? true) ? '1' : '0');

  const ownAddress = options.address.split('/')[0]!;
  const overlay = backend === 'vxlan';
  if (overlay) {
    node.addLink(VXLAN_DEVICE, { kind: 'vxlan', vni: 1, local: ownAddress, mtu: mtu - VXLAN_OVERHEAD });
    node.setLink(VXLAN_DEVICE, { up: true });
    node.addAddress(VXLAN_DEVICE, `${podCIDR.split('/')[0]}/32`);
  }
  const egress = { clusterCIDR: options.clusterCIDR, podCIDR };
  const masquerade = options.ipMasq ?? true;
  const rules =
    plugin === 'ptp'
      ? masquerade
        ? kindnetRules(egress)
        : ''
      : masquerade
        ? flannelRules(egress)
        : flannelForwardRules(options.clusterCIDR);
  if (rules) node.iptablesRestore(rules, { noflush: true });

  const config = JSON.stringify(confList(options, overlay ? mtu - VXLAN_OVERHEAD : mtu), null, 2);
  const cni = createCni(network, name);
  const peers = new Map<string, Peer>();

  const removePeer = (peerName: string): void => {
    const peer = peers.get(peerName);
    if (!peer) return;
    peers.delete(peerName);
    node.deleteRoute({ destination: peer.podCIDR });
    const far = peer.podCIDR.split('/')[0]!;
    const mac = node
      .neighbours()
      .find((neighbour) => neighbour.device === VXLAN_DEVICE && neighbour.address === far)?.mac;
    if (mac) {
      node.deleteNeighbour(VXLAN_DEVICE, far);
      node.deleteVxlanRemote(VXLAN_DEVICE, mac);
    }
  };

  return {
    config,
    notReady: () => undefined,
    add(sandbox) {
      network.addNetns(sandbox.netns);
      const added = cni.add(config, { ...sandbox, ifName: 'eth0' });
      if (!added.ok) {
        network.removeNetns(sandbox.netns);
        return added;
      }
      const { ips, interfaces } = added.result;
      return {
        ok: true,
        addresses: ips.map(({ address }) => address.split('/')[0]!),
        veth: interfaces[0]!.name,
      };
    },
    remove(sandbox) {
      cni.del(config, { ...sandbox, ifName: 'eth0' });
      network.removeNetns(sandbox.netns);
    },
    portOf: cni.portOf,
    addPeer(peer) {
      removePeer(peer.name);
      peers.set(peer.name, peer);
      if (!overlay) {
        node.addRoute({
          destination: peer.podCIDR,
          via: peer.address,
          device: 'eth0',
          owner: `host-gw ${peer.name}`,
        });
        return;
      }
      const far = peer.podCIDR.split('/')[0]!;
      node.addRoute({
        destination: peer.podCIDR,
        via: far,
        device: VXLAN_DEVICE,
        onlink: true,
        owner: `vxlan ${peer.name}`,
      });
      const mac = network
        .netns(peer.name)
        ?.links()
        .find((link) => link.name === VXLAN_DEVICE)?.mac;
      if (!mac) return;
      node.addNeighbour(VXLAN_DEVICE, far, mac);
      node.addVxlanRemote(VXLAN_DEVICE, mac, peer.address);
    },
    removePeer,
  };
}

function confList({ plugin, podCIDR, hairpinMode }: NodeNetworkOptions, mtu: number): NetConfList {
  const ipam = {
    type: 'host-local',
    ranges: [[{ subnet: podCIDR }]],
    routes: [{ dst: '0.0.0.0/0' }],
  } as const;
  const main =
    plugin === 'ptp'
      ? ({ type: 'ptp', ipMasq: false, mtu, ipam } as const)
      : ({
          type: 'bridge',
          bridge: 'cni0',
          isGateway: true,
          hairpinMode: hairpinMode ?? true,
          ipMasq: false,
          mtu,
          ipam,
        } as const);
  return {
    cniVersion: '1.0.0',
    name: plugin === 'ptp' ? 'kindnet' : 'cbr0',
    plugins: [main, { type: 'portmap', capabilities: { portMappings: true } }],
  };
}
