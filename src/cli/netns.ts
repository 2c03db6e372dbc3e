import { toShellScript } from '../engine/index.ts';
import type { CommandIo } from '../shell/index.ts';
import type { RunArguments } from './arguments.ts';
import { applyLine, openLab } from './open-lab.ts';

/** `hop netns FILE…`: the settled cluster's network as a script for a real Linux machine. Answers the exit status. */
export async function writeScript(options: RunArguments, io: CommandIo): Promise<number> {
  const opened = openLab(options, io);
  if (typeof opened === 'number') return opened;
  const { cluster, shell } = opened;
  if (options.paths.length > 0) {
    const { status } = await shell.run(applyLine(options.paths), { ...io, write: io.writeError });
    if (status !== 0) return status;
    cluster.settle();
  }
  io.write(toShellScript(cluster.network, { about: options.paths.map((path) => `Made from ${path}`) }));
  return 0;
}
