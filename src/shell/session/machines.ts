import type { Cluster, ExecutionContext } from '../../engine/index.ts';
import type { Machine } from '../process.ts';
import { HOME } from './file-system.ts';

/**
 * The reader's own terminal: the outside client of the cluster's network, with kubectl and the lab's files. A cluster
 * without such a machine leaves a terminal that only kubectl works in.
 */
export function workstation(cluster: Cluster): Machine {
  const client = cluster.machine('client');
  const context: ExecutionContext = {
    netns: client?.netns ?? 'client',
    hostname: client?.hostname ?? 'client',
    libc: client?.libc ?? 'glibc',
    tools: undefined,
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
      ...client?.env,
      HOME,
      USER: 'learner',
      PWD: HOME,
    },
    readFile: (path) => client?.readFile(path),
    readDirectory: (path) => client?.readDirectory(path),
    ...(client?.writeFile && { writeFile: (path: string, text: string) => client.writeFile!(path, text) }),
    ...(client?.removeFile && { removeFile: (path: string) => client.removeFile!(path) }),
  };
  return { kind: 'workstation', name: 'workstation', context };
}

/** A node, or the outside client, as `ssh` reaches it. */
export function hostMachine(cluster: Cluster, name: string): Machine | undefined {
  const context = cluster.machine(name);
  return context && { kind: 'host', name, context };
}

export function promptOf(machine: Machine, directory: string): string {
  if (machine.kind === 'workstation') return '$ ';
  if (machine.kind === 'container') return `${directory} # `;
  const home = machine.context.env.HOME ?? '/root';
  return `root@${machine.context.hostname}:${directory === home ? '~' : directory}# `;
}
