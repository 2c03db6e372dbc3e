import type { Node } from '../../api/index.ts';
import { addressAt, formatIP, type Prefix, parseCIDR, prefixSize } from '../../apimachinery/index.ts';
import { createEventRecorder } from '../../apiserver/index.ts';
import type { Controller, ControllerContext } from '../shared/context.ts';

export interface NodeIpamOptions {
  /** --cluster-cidr: `100.96.0.0/11`. */
  readonly clusterCIDR: string;
  /** --node-cidr-mask-size. Default 24. */
  readonly nodeCIDRMaskSize?: number;
}

/**
 * Gives every node a range of pod addresses: the next free one, in the order in which nodes appear.
 * Models the range allocator (pkg/controller/nodeipam/ipam/range_allocator.go, v1.36).
 */
export function startNodeIpamController(context: ControllerContext, options: NodeIpamOptions): Controller {
  const { api, informers } = context;
  const record = createEventRecorder({ ...context, client: api, component: 'cidrAllocator' });
  const cluster = parseCIDR(options.clusterCIDR);
  const maskSize = options.nodeCIDRMaskSize ?? 24;
  const used = new Set<string>();
  let next = 0;

  informers.of('nodes').subscribe({
    added(node) {
      if (node.spec.podCIDR) used.add(node.spec.podCIDR);
      else if (cluster) allocate(node, cluster);
    },
    deleted(node) {
      if (node.spec.podCIDR) used.delete(node.spec.podCIDR);
    },
  });

  function allocate(node: Node, range: Prefix): void {
    const current = api.get('nodes', '', node.metadata.name);
    if (!current.ok || current.object.spec.podCIDR) return;
    const podCIDR = nextFree(range);
    if (podCIDR === undefined) {
      record(
        node,
        'Normal',
        'CIDRNotAvailable',
        `Node ${node.metadata.name} status is now: CIDRNotAvailable`,
      );
      return;
    }
    used.add(podCIDR);
    api.patch('nodes', '', node.metadata.name, 'merge', { spec: { podCIDR, podCIDRs: [podCIDR] } });
  }

  /** Goes on from the last one given out, so that a freed range is not used again at once. */
  function nextFree(range: Prefix): string | undefined {
    const size = 2 ** (32 - maskSize);
    const count = Math.floor(prefixSize(range) / size);
    for (let tried = 0; tried < count; tried++) {
      const candidate = `${formatIP(addressAt(range, ((next + tried) % count) * size))}/${maskSize}`;
      if (used.has(candidate)) continue;
      next = (next + tried + 1) % count;
      return candidate;
    }
    return undefined;
  }

  return { stop() {} };
}
