import type { Node } from '../api/index.ts';
import type { PodInfo } from './pod-info.ts';
import { type Amounts, allocatableOf } from './resources.ts';

/** A node and the pods that are on it, or will be (framework.NodeInfo). */
export interface NodeInfo {
  readonly name: string;
  readonly node: Node;
  readonly allocatable: Amounts;
  readonly pods: ReadonlyMap<string, PodInfo>;
  readonly requested: Amounts;
  readonly requestedForScore: { readonly milliCpu: number; readonly memory: number };
  /** Those of `pods` with affinity or anti-affinity terms of any kind. */
  readonly podsWithAffinity: ReadonlySet<PodInfo>;
}

export interface MutableNodeInfo extends NodeInfo {
  setNode(node: Node): void;
  add(pod: PodInfo): void;
  remove(key: string): PodInfo | undefined;
  /** The same node without some of its pods, for "would it fit then". */
  without(pods: readonly PodInfo[]): MutableNodeInfo;
}

export function createNodeInfo(node: Node): MutableNodeInfo {
  let current = node;
  let allocatable = allocatableOf(node);
  const pods = new Map<string, PodInfo>();
  const requested = new Map<string, number>();
  const forScore = { milliCpu: 0, memory: 0 };
  const withAffinity = new Set<PodInfo>();

  function count(pod: PodInfo, sign: 1 | -1): void {
    for (const [name, amount] of pod.requests)
      requested.set(name, (requested.get(name) ?? 0) + sign * amount);
    forScore.milliCpu += sign * pod.forScore.milliCpu;
    forScore.memory += sign * pod.forScore.memory;
  }

  const info: MutableNodeInfo = {
    get name() {
      return current.metadata.name;
    },
    get node() {
      return current;
    },
    get allocatable() {
      return allocatable;
    },
    pods,
    requested,
    requestedForScore: forScore,
    podsWithAffinity: withAffinity,
    setNode(next) {
      current = next;
      allocatable = allocatableOf(next);
    },
    add(pod) {
      info.remove(pod.key);
      pods.set(pod.key, pod);
      count(pod, 1);
      if (hasAffinity(pod)) withAffinity.add(pod);
    },
    remove(key) {
      const pod = pods.get(key);
      if (!pod) return undefined;
      pods.delete(key);
      withAffinity.delete(pod);
      count(pod, -1);
      return pod;
    },
    without(goners) {
      const copy = createNodeInfo(current);
      for (const pod of pods.values()) if (!goners.includes(pod)) copy.add(pod);
      return copy;
    },
  };
  return info;
}

function hasAffinity(pod: PodInfo): boolean {
  const { requiredAffinity, requiredAntiAffinity, preferredAffinity, preferredAntiAffinity } = pod;
  return (
    requiredAffinity.length +
      requiredAntiAffinity.length +
      preferredAffinity.length +
      preferredAntiAffinity.length >
    0
  );
}
