import { type FilterPlugin, unschedulable } from '../framework.ts';
import type { HostPort } from '../pod-info.ts';

/** Two pods on a node cannot have the same hostPort on the same address (plugins/nodeports). */
export const nodePorts: FilterPlugin = {
  name: 'NodePorts',
  prepare({ hostPorts }) {
    if (hostPorts.length === 0) return undefined;
    return {
      filter: ({ pods }) => {
        for (const pod of pods.values()) {
          if (pod.hostPorts.some((used) => hostPorts.some((wanted) => clash(used, wanted)))) {
            return unschedulable("node(s) didn't have free ports for the requested pod ports");
          }
        }
        return undefined;
      },
    };
  },
};

const ANY = '0.0.0.0';

function clash(a: HostPort, b: HostPort): boolean {
  return a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === ANY || b.ip === ANY);
}
