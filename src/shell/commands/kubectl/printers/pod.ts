import { type Pod, summarizePod } from '../../../../engine/index.ts';
import type { Columns } from './column.ts';
import { AGE, age } from './shared.ts';

function hasCondition(pod: Pod, type: string): boolean {
  return (
    pod.status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ??
    false
  );
}

function readinessGates(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? [];
  return gates.length === 0
    ? '<none>'
    : `${gates.filter(({ conditionType }) => hasCondition(pod, conditionType)).length}/${gates.length}`;
}

export const POD_COLUMNS: Columns<Pod> = [
  { name: 'READY', cell: (pod) => summarizePod(pod).ready },
  { name: 'STATUS', cell: (pod) => summarizePod(pod).status },
  {
    name: 'RESTARTS',
    cell(pod, { now }) {
      const { restarts, lastRestart } = summarizePod(pod);
      return restarts !== 0 && lastRestart ? `${restarts} (${age(lastRestart, now)} ago)` : String(restarts);
    },
  },
  AGE,
  { name: 'IP', wide: true, cell: (pod) => pod.status?.podIPs?.[0]?.ip || pod.status?.podIP || '<none>' },
  { name: 'NODE', wide: true, cell: (pod) => pod.spec.nodeName || '<none>' },
  { name: 'NOMINATED NODE', wide: true, cell: () => '<none>' },
  { name: 'READINESS GATES', wide: true, cell: readinessGates },
];
