export type { CniResult } from './attachment.ts';
export type { NetConf, NetConfList } from './netconf.ts';
export type { PortMapping } from './portmap.ts';
export { type AddResult, type Cni, type CniArguments, createCni } from './run-plugins.ts';
export { type HostOptions, setUpHost } from './set-up-host.ts';
export {
  type NodeNetwork,
  type NodeNetworkOptions,
  type Peer,
  type Sandbox,
  setUpNode,
} from './set-up-node.ts';
