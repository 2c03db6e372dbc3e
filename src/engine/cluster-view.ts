import type { ObjectReference } from './api/index.ts';

/** The cluster as a map shows it: plain data, cheap to send out of a worker, computed anew after each change. */
export interface ClusterView {
  /** Virtual milliseconds. */
  readonly time: number;
  readonly nodes: readonly NodeView[];
  readonly pods: readonly PodView[];
  readonly services: readonly ServiceView[];
  readonly nodeCIDR: string;
  readonly gateway: string;
}

export interface NodeView {
  readonly name: string;
  readonly address: string;
  readonly podCIDR: string;
  readonly role: 'control-plane' | 'worker';
  readonly ready: boolean;
  /** The bridge's name and address; absent with the ptp plugin or while no pod has come. */
  readonly bridge?: { readonly name: string; readonly address: string };
}

export interface PodView {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly node?: string;
  readonly ip?: string;
  readonly hostNetwork: boolean;
  /** As `kubectl get pods` prints it: Running, ContainerCreating, CrashLoopBackOff … */
  readonly status: string;
  readonly ready: boolean;
  /** The names of those that run beside each other (sidecars too), in order. */
  readonly containers: readonly string[];
  /** The name of its network namespace in traces. The node's own for hostNetwork. */
  readonly netns?: string;
  /** The node's end of the pod's veth pair: veth1, veth2 … */
  readonly veth?: string;
  /** `Deployment hello-deployment`: the top of its owners. */
  readonly owner?: ObjectReference;
  /** Images of its containers that are in no table: a server of no particular kind answers on their declared ports. */
  readonly genericImages?: readonly string[];
}

export interface ServiceView {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  readonly clusterIP?: string;
  /** ExternalName: what its name stands for. */
  readonly externalName?: string;
  /** Where it is reached from outside: the balancer's addresses, and `spec.externalIPs`. */
  readonly externalAddresses: readonly string[];
  readonly ports: readonly {
    readonly name?: string;
    readonly protocol: string;
    readonly port: number;
    readonly targetPort: number | string;
    readonly nodePort?: number;
  }[];
  readonly selector?: Readonly<Record<string, string>>;
  readonly endpoints: readonly { readonly address: string; readonly pod?: string; readonly ready: boolean }[];
}
