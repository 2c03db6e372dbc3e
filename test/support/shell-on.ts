import type { Cluster } from '../../src/engine/index.ts';
import { parseManifest, stringifyYaml } from '../../src/manifest/index.ts';
import { createShell, type Shell, type ShellTime } from '../../src/shell/index.ts';

/** A terminal on a cluster with these files, by name; what commands write joins them. Without a time, in one of its own. */
export function shellOn(cluster: Cluster, files: Map<string, string> = new Map(), time?: ShellTime): Shell {
  return createShell({
    cluster,
    ...(time ? { time } : {}),
    files: {
      list: () => [...files.keys()],
      read: (name) => files.get(name),
      write: (name, text) => void files.set(name, text),
    },
    parseManifests: parseManifest,
    stringifyYaml,
  });
}
