import type { Command } from '../process.ts';
import { FLAGS } from './jq/flags.ts';

/** jq 1.6: a subset of its language, without assignments, modules and functions of one's own. */
export const jqCommand: Command = {
  name: 'jq',
  group: 'text',
  usage: 'jq [-r] [-c] [-n] [-s] PROGRAM [FILE…]',
  flags: FLAGS,
  examples: [
    "kubectl get pods -o json | jq -r '.items[].status.podIP'",
    'kubectl get svc -o json | jq -r \'.items[] | "\\(.metadata.name)\\t\\(.spec.clusterIP)"\'',
    'kubectl get pods -o json | jq \'.items | map(select(.status.phase != "Running")) | length\'',
  ],
  arguments: ['file'],
  async run(process) {
    // Few need it: it is loaded when the first does.
    const { runJq } = await import('./jq/run.ts');
    return runJq(process);
  },
};
