import { type Cluster, createCluster } from '../../../src/engine/index.ts';
import { parseManifest, stringifyYaml } from '../../../src/manifest/index.ts';
import { createShell, type Shell, type ShellTime } from '../../../src/shell/index.ts';

/** A terminal on the cluster, without files. */
export function shellOf(cluster: Cluster, time: ShellTime): Shell {
  return createShell({
    cluster,
    time,
    files: { list: () => ['lab.yaml'], read: () => undefined, write() {} },
    parseManifests: parseManifest,
    stringifyYaml,
  });
}

/** The recorded tools' cluster: the default one, with the manifest applied and settled. */
export async function labCluster(manifest: string): Promise<Cluster> {
  const cluster = createCluster();
  const shell = createShell({
    cluster,
    files: {
      list: () => ['lab.yaml'],
      read: (name) => (name === 'lab.yaml' ? manifest : undefined),
      write() {},
    },
    parseManifests: parseManifest,
    stringifyYaml,
  });
  let errors = '';
  const { status } = await shell.run('kubectl apply -f lab.yaml', {
    write() {},
    writeError: (text) => {
      errors += text;
    },
    columns: 80,
    signal: new AbortController().signal,
  });
  if (status !== 0) throw new Error(errors);
  cluster.settle();
  cluster.clock.advance(60_000);
  return cluster;
}
