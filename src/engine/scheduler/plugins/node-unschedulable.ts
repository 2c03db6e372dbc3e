import { tolerates } from '../../api/index.ts';
import { type FilterPlugin, unresolvable } from '../framework.ts';

const TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;

/** Cordoned nodes (plugins/nodeunschedulable). */
export const nodeUnschedulable: FilterPlugin = {
  name: 'NodeUnschedulable',
  prepare: ({ pod }) => ({
    filter: ({ node }) =>
      node.spec?.unschedulable && !tolerates(pod.spec.tolerations, TAINT)
        ? unresolvable('node(s) were unschedulable')
        : undefined,
  }),
};
