import { type Cluster, type ClusterOptions, createCluster } from '../engine/index.ts';
import { createTranslator } from '../i18n/index.ts';
import { AREAS } from '../i18n/messages/index.ts';
import { parseManifest, stringifyYaml } from '../manifest/index.ts';
import { type CommandIo, createShell, type Shell } from '../shell/index.ts';
import type { RunArguments } from './arguments.ts';
import { createFiles, readText } from './files.ts';

export const say = createTranslator('en', ...Object.values(AREAS));

/** A settled cluster and a terminal on it; or the exit status, when the options are no cluster. */
export function openLab(
  options: RunArguments,
  io: CommandIo,
): { readonly cluster: Cluster; readonly shell: Shell } | number {
  const clusterOptions = readClusterOptions(options.cluster);
  if (typeof clusterOptions === 'string') {
    io.writeError(`hop: ${clusterOptions}\n`);
    return 2;
  }
  let cluster: Cluster;
  try {
    cluster = createCluster(clusterOptions);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    io.writeError(`hop: ${options.cluster}: ${error.message}\n`);
    return 2;
  }
  cluster.settle();
  const shell = createShell({
    cluster,
    files: createFiles(options.paths),
    parseManifests: parseManifest,
    stringifyYaml,
    say,
  });
  return { cluster, shell };
}

/** The command that applies what was given on the command line. */
export function applyLine(paths: readonly string[]): string {
  return `kubectl apply ${paths.map((path) => `-f ${quote(path)}`).join(' ')}`;
}

/** The cluster's options, or what is wrong with the file. */
function readClusterOptions(file: string | undefined): ClusterOptions | string {
  if (file === undefined) return {};
  const text = readText(file);
  if (text === undefined) return `cannot read ${file}`;
  const { documents, problems } = parseManifest(text, file);
  if (problems[0]) return problems[0].message.replace(/^error: /, '');
  const value = documents[0]?.object ?? {};
  return typeof value === 'object' && !Array.isArray(value)
    ? (value as ClusterOptions)
    : `${file}: expected a map of options`;
}

function quote(word: string): string {
  return /^[\w./@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
