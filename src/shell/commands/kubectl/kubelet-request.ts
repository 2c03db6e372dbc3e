import type { Pod } from '../../../engine/index.ts';
import type { KubectlContext } from './kubectl-command.ts';

const KUBELET_PORT = 10250;

/** What the API server would ask the kubelet of a pod's node. */
export interface KubeletRequest {
  readonly method: 'Get' | 'Post';
  /** `containerLogs`, `exec`, `attach`. */
  readonly what: string;
  readonly container: string;
  readonly query: readonly (readonly [string, string])[];
}

/**
 * The API server's own error when the kubelet it asks does not listen; undefined: it does.
 * Models LogLocation and streamLocation (pkg/registry/core/pod/strategy.go, v1.36): the query is sorted, as url.Values are.
 */
export function kubeletRefusal(
  context: KubectlContext,
  pod: Pod,
  { method, what, container, query }: KubeletRequest,
): string | undefined {
  const refused = dialRefusal(context, pod);
  if (refused === undefined) return undefined;
  const { namespace, name } = pod.metadata;
  const sorted = query
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll('%20', '+')}`)
    .join('&');
  const path = `/${what}/${namespace}/${name}/${container}${sorted && `?${sorted}`}`;
  return `${method} "https://${refused.address}${path}": ${refused.why}`;
}

/** Where the pod's kubelet should listen and does not; undefined: it does. */
export function dialRefusal(
  { api, process }: KubectlContext,
  pod: Pod,
): { readonly address: string; readonly why: string } | undefined {
  const { nodeName } = pod.spec;
  if (!nodeName || process.session.cluster.kubelet(nodeName)?.running() !== false) return undefined;
  const node = api.get('nodes', '', nodeName);
  const addresses = node.ok ? (node.object.status?.addresses ?? []) : [];
  const host = addresses.find(({ type }) => type === 'InternalIP')?.address ?? nodeName;
  const address = `${host}:${KUBELET_PORT}`;
  return { address, why: `dial tcp ${address}: connect: connection refused` };
}
