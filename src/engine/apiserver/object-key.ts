import type { KubernetesObject } from '../api/index.ts';

/** `namespace/name`, or `name` alone for cluster-scoped objects (cache.MetaNamespaceKeyFunc). */
export function objectKey({ metadata }: Pick<KubernetesObject, 'metadata'>): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
}

/** The namespace is '' for a cluster-scoped object. */
export function splitKey(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return { namespace: slash < 0 ? '' : key.slice(0, slash), name: key.slice(slash + 1) };
}
