import type { Labels, Pod } from '../api/index.ts';
import type { Selector } from '../apimachinery/index.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';

/** What the scheduler knows of the cluster while it places one pod. */
export interface ClusterState {
  /** In the order in which they came. */
  readonly nodes: readonly NodeInfo[];
  namespaceLabels(namespace: string): Labels;
  /**
   * How many pods of the namespace that are not on their way out the selector fits, by the name of their node.
   * Absent: to be counted on the nodes themselves, which hold other pods than the cluster does ("what if").
   */
  countPods?(namespace: string, selector: Selector): ReadonlyMap<string, number>;
  /** What a Service or a workload says that the pod is one of; undefined: nothing says so (helper.DefaultSelector). */
  defaultSelector(pod: Pod): Selector | undefined;
  /** A PersistentVolumeClaim, by name: whether it is bound or waits for its first consumer; undefined: there is none. */
  volumeClaim(namespace: string, name: string): { readonly bound: boolean } | undefined;
}

/** Why a node does not take a pod. */
export interface Rejection {
  readonly reasons: readonly string[];
  /** True when removing other pods from the node could not help (UnschedulableAndUnresolvable). */
  readonly unresolvable: boolean;
}

/** Whether a node can take a pod: made for one pod and one state of the cluster, asked for each node. */
export type Filter = (node: NodeInfo) => Rejection | undefined;

export interface FilterPlugin {
  readonly name: string;
  /** Looks at the pod once: undefined when it has nothing to say of it; a rejection when no node can take it. */
  prepare(
    pod: PodInfo,
    state: ClusterState,
  ):
    | { readonly filter: Filter; readonly nodeNames?: ReadonlySet<string> }
    | { readonly rejected: Rejection }
    | undefined;
}

export interface ScorePlugin {
  readonly name: string;
  readonly weight: number;
  /**
   * The score of each of the nodes that can take the pod, in their order, each from 0 to 100; undefined when the
   * plugin has nothing to say.
   */
  score(pod: PodInfo, feasible: readonly NodeInfo[], state: ClusterState): readonly number[] | undefined;
}

export const MAX_NODE_SCORE = 100;

/** Stretches scores so that the highest is 100; with `reverse`, the lowest (helper.DefaultNormalizeScore). */
export function normalize(scores: readonly number[], reverse: boolean): readonly number[] {
  const highest = Math.max(0, ...scores);
  if (highest === 0) return scores.map(() => (reverse ? MAX_NODE_SCORE : 0));
  return scores.map((score) => {
    const share = Math.trunc((MAX_NODE_SCORE * score) / highest);
    return reverse ? MAX_NODE_SCORE - share : share;
  });
}

export const unschedulable = (...reasons: readonly string[]): Rejection => ({ reasons, unresolvable: false });
export const unresolvable = (...reasons: readonly string[]): Rejection => ({ reasons, unresolvable: true });
