import type { Message, Step } from '../engine/index.ts';

/** A step in a word or two, for the note beside the line of YAML that it comes from: `DNAT`, `iptables`, `route`. */
export function stepName(step: Step): Message {
  switch (step.kind) {
    case 'nat':
      return {
        id: step.change.startsWith('un-') ? 'lab.step.undone' : 'lab.step.nat',
        values: { change: step.change.includes('snat') ? 'SNAT' : 'DNAT' },
      };
    case 'table':
      return {
        id: step.table.includes(' ') ? 'lab.step.nftables' : 'lab.step.table',
        values: { table: step.table },
      };
    case 'route':
    case 'deliver':
    case 'originate':
      return { id: `lab.step.${step.kind}`, values: {} };
    default:
      return { id: 'lab.step.other', values: {} };
  }
}
