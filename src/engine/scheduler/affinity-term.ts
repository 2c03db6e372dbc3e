import type { LabelSelector, Labels, Pod, PodAffinityTerm } from '../api/index.ts';
import { type Selector, selectorMatches, toSelector } from '../apimachinery/index.ts';

/** One pod affinity or anti-affinity term, ready to be compared with pods. */
export interface AffinityTerm {
  readonly topologyKey: string;
  readonly weight: number;
  matches(pod: Pod, namespaceLabels: (namespace: string) => Labels): boolean;
}

/** Reads a term of `owner`: without namespaces of its own it speaks of the owner's namespace (framework.newAffinityTerm). */
export function affinityTerm(owner: Pod, term: PodAffinityTerm, weight = 0): AffinityTerm {
  const selector = compile(term.labelSelector);
  const namespaceSelector = compile(term.namespaceSelector);
  const names = new Set(
    term.namespaces?.length || term.namespaceSelector
      ? term.namespaces
      : [owner.metadata.namespace ?? 'default'],
  );
  return {
    topologyKey: term.topologyKey,
    weight,
    matches(pod, namespaceLabels) {
      const namespace = pod.metadata.namespace ?? 'default';
      const inNamespace =
        names.has(namespace) ||
        (namespaceSelector !== undefined && selectorMatches(namespaceSelector, namespaceLabels(namespace)));
      return inNamespace && selector !== undefined && selectorMatches(selector, pod.metadata.labels ?? {});
    },
  };
}

function compile(selector: LabelSelector | undefined): Selector | undefined {
  return selector && toSelector(selector);
}
