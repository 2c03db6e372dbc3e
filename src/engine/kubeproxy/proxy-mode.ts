import type { ProxyEndpoint } from './endpoint.ts';
import type { RuleOwner } from './rule.ts';
import type { ServicePort } from './service-port.ts';
import type { ServiceState } from './service-tracker.ts';

/** How a proxy tells the kernel what it knows of Services (`mode` of KubeProxyConfiguration). */
export interface ProxyMode {
  /** Says what is known of a Service (`namespace/name`) now. Answers its ports: none when it gets no rules. */
  update(key: string, state: ServiceState): readonly ServicePort[];
  /** The node's zone; answers whether it is another than before. */
  setZone(zone: string): boolean;
  /** The CIDRs of ClusterIPs; answers whether this mode wants to write other rules now. */
  setServiceCIDRs(cidrs: readonly string[]): boolean;
  /** Brings the kernel from the last time to now. `step` names what changed: the same for all nodes. */
  sync(step: string, now: number): void;
  /** Whom a rule serves, and the element that it found, if it looked one up. */
  ownersOf(line: string, element?: string): readonly RuleOwner[] | undefined;
  /** Every Service port and its endpoints, as of the last update. */
  ports(): Iterable<{ readonly port: ServicePort; readonly endpoints: readonly ProxyEndpoint[] }>;
}
