import { type Cluster, createCluster } from '../../../src/engine/index.ts';
import { shellOn } from '../../support/shell-on.ts';

/** The recorded tools' cluster: the default one, with the manifest applied and settled. */
export async function labCluster(manifest: string): Promise<Cluster> {
  const cluster = createCluster();
  const shell = shellOn(cluster, new Map([['lab.yaml', manifest]]));
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
