import type { ObjectReference } from './api/index.ts';
import type { VirtualClock } from './apimachinery/index.ts';
import type { ApiClient } from './apiserver/index.ts';
import type { ClusterOptions } from './cluster-options.ts';
import type { ClusterView } from './cluster-view.ts';
import type { ExecutionContext } from './execution.ts';
import type { PacketNetwork, Trace } from './linux/index.ts';
import type { Observation, Station } from './traceflow/index.ts';

/** A whole simulated cluster: every component wired to its neighbours, all of it driven by one virtual clock. */
export interface Cluster {
  readonly options: ClusterOptions;
  /** The API server, as kubectl reaches it. */
  readonly api: ApiClient;
  /** Virtual time. `clock.advance(ms)` is how a command's `sleep` passes. */
  readonly clock: VirtualClock;
  /** The machines' network: sockets and traces. */
  readonly network: PacketNetwork;
  /** RFC 3339 of the virtual instant now. */
  timestamp(): string;
  /** Lets the cluster work until nothing is left to do but to wait. Answers false when it is still busy after 5 minutes. */
  settle(): boolean;
  /** A running container, as `kubectl exec` enters it. The error is kubectl's own sentence. */
  exec(namespace: string, pod: string, container?: string): { readonly ok: true; readonly context: ExecutionContext } | { readonly ok: false; readonly message: string };
  /** A node's own shell, or the outside client's; undefined: no such machine. */
  machine(name: string): ExecutionContext | undefined;
  /** What the container has written, as `kubectl logs` prints it; undefined: no such container or never started. */
  logs(namespace: string, pod: string, container: string, previous?: boolean): string | undefined;
  view(): ClusterView;
  /** What the steps of a trace meant to Kubernetes. */
  explain(trace: Trace): readonly Observation[];
  /** The stops of a trace, by hop, with the wire between two nodes as a stop of its own. */
  stations(trace: Trace): readonly Station[];
  /** The object that a network namespace belongs to: a Pod or a Node. */
  ownerOf(netns: string): ObjectReference | undefined;
}

export declare function createCluster(options?: ClusterOptions): Cluster;
