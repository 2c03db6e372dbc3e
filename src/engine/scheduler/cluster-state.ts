import type { Labels, Node, Pod, Service } from '../api/index.ts';
import { type Selector, toSelector } from '../apimachinery/index.ts';
import type { ClusterState } from './framework.ts';
import { createNodeInfo, type MutableNodeInfo } from './node-info.ts';
import { createPodIndex } from './pod-index.ts';
import { type PodInfo, podInfo, podKey } from './pod-info.ts';

/** What the scheduler looks up beside nodes and pods; all of it may be absent. */
export interface Lookups {
  namespaceLabels?(namespace: string): Labels;
  /** Services whose selector may fit a pod with these labels. */
  servicesFor?(namespace: string, labels: Labels): readonly Service[];
  /** The label selector of the ReplicaSet, StatefulSet … that controls the pod. */
  ownerSelector?(pod: Pod): Selector | undefined;
  volumeClaim?(namespace: string, name: string): { readonly bound: boolean } | undefined;
}

/** Nodes and the pods on them, kept as they come and go; pods that were just bound are on their node at once (the cache). */
export interface SchedulerCache extends ClusterState {
  setNode(node: Node): void;
  removeNode(name: string): void;
  /** Puts a pod on its `spec.nodeName`, or on `node`. A pod that has ended, or is on a node that is not there, is on none. */
  setPod(pod: Pod, node?: string): void;
  removePod(pod: Pod): void;
}

export function createSchedulerCache(lookups: Lookups = {}): SchedulerCache {
  const nodes = new Map<string, MutableNodeInfo>();
  const placeOf = new Map<string, string>();
  /** Pods whose node has not been seen yet. */
  const waiting = new Map<string, Map<string, PodInfo>>();
  let list: readonly MutableNodeInfo[] | undefined;
  const index = createPodIndex();

  function removeKey(key: string): void {
    const node = placeOf.get(key);
    if (node === undefined) return;
    placeOf.delete(key);
    index.remove(key);
    nodes.get(node)?.remove(key);
    waiting.get(node)?.delete(key);
  }

  return {
    get nodes() {
      list ??= [...nodes.values()];
      return list;
    },
    namespaceLabels: (namespace) => lookups.namespaceLabels?.(namespace) ?? {},
    countPods: index.count,
    defaultSelector(pod) {
      const labels = pod.metadata.labels ?? {};
      const requirements: Selector[number][] = [];
      for (const { spec } of lookups.servicesFor?.(pod.metadata.namespace ?? 'default', labels) ?? []) {
        const pairs = Object.entries(spec.selector ?? {});
        if (pairs.length > 0 && pairs.every(([key, value]) => labels[key] === value)) {
          requirements.push(...toSelector({ matchLabels: spec.selector ?? {} }));
        }
      }
      requirements.push(...(lookups.ownerSelector?.(pod) ?? []));
      return requirements.length > 0 ? requirements : undefined;
    },
    volumeClaim: (namespace, name) => lookups.volumeClaim?.(namespace, name),
    setNode(node) {
      const { name } = node.metadata;
      const known = nodes.get(name);
      if (known) return known.setNode(node);
      const info = createNodeInfo(node);
      nodes.set(name, info);
      list = undefined;
      for (const pod of waiting.get(name)?.values() ?? []) info.add(pod);
      waiting.delete(name);
    },
    removeNode(name) {
      const info = nodes.get(name);
      if (!info) return;
      nodes.delete(name);
      list = undefined;
      waiting.set(name, new Map(info.pods));
    },
    setPod(pod, node = pod.spec.nodeName) {
      const key = podKey(pod);
      removeKey(key);
      if (!node || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return;
      const info = podInfo(pod);
      placeOf.set(key, node);
      index.add(info, node);
      const place = nodes.get(node);
      if (place) place.add(info);
      else waiting.set(node, (waiting.get(node) ?? new Map<string, PodInfo>()).set(key, info));
    },
    removePod: (pod) => removeKey(podKey(pod)),
  };
}
