import type { Labels, Taint } from '../api/index.ts';
import type { Clock, Random } from '../apimachinery/index.ts';
import type { ApiClient } from '../apiserver/index.ts';
import type { PacketNetwork } from '../linux/index.ts';
import type { ImageTable } from './images/image.ts';

/** A pod's sandbox as containerd hands it to the CNI plugins. */
export interface SandboxNetwork {
  readonly containerId: string;
  /** The network namespace to make and to connect: `namespace/podname`. */
  readonly netns: string;
  readonly namespace: string;
  readonly pod: string;
  readonly portMappings: readonly {
    readonly hostPort: number;
    readonly containerPort: number;
    readonly protocol: 'tcp' | 'udp' | 'sctp';
    readonly hostIP?: string;
  }[];
}

/** What connects sandboxes on one node: makes the namespace and runs the CNI plugins in order. */
export interface PodNetwork {
  /** Why no pod can be connected yet, in the runtime's words; undefined: ready. */
  notReady(): string | undefined;
  /** CNI ADD. `message` is the plugin's own error. */
  add(
    sandbox: SandboxNetwork,
  ):
    | { readonly ok: true; readonly addresses: readonly string[] }
    | { readonly ok: false; readonly message: string };
  /** CNI DEL; the namespace goes too. */
  remove(sandbox: SandboxNetwork): void;
}

export interface KubeletOptions {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds since 1970 of the virtual instant 0. Default 2026-01-01T00:00:00Z. */
  readonly epochMs?: number;
  readonly network: PacketNetwork;
  readonly podNetwork: PodNetwork;
  readonly images: ImageTable;
  readonly nodeName: string;
  readonly nodeAddress: string;
  readonly labels?: Labels;
  /** `--register-with-taints` */
  readonly taints?: readonly Taint[];
  /** cpu, memory, pods, ephemeral-storage; the rest of a usual virtual machine is filled in. */
  readonly capacity?: Readonly<Record<string, string>>;
  readonly clusterDNS: readonly string[];
  readonly clusterDomain: string;
  /** The node's own files. '' for resolv.conf: the kubelet runs with `--resolv-conf=""`. */
  readonly hostResolvConf: string;
  readonly hostHostsFile?: string;
}
