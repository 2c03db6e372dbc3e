import { type Cluster, type ClusterOptions, createCluster, type Exchange } from '../engine/index.ts';
import { createTranslator } from '../i18n/index.ts';
import { AREAS } from '../i18n/messages/index.ts';
import { parseManifest, stringifyYaml } from '../manifest/index.ts';
import { type CommandIo, createShell, formatExchange, type ShellHost } from '../shell/index.ts';
import type { RunArguments } from './arguments.ts';
import { createFiles, readText } from './files.ts';
import { type CommandResult, plainExchange } from './results.ts';

/** Wide enough that nothing is wrapped when the output goes to a file. */
const say = createTranslator('en', ...Object.values(AREAS));

/** Applies, settles, runs. Answers the exit status. */
export async function run(options: RunArguments, io: CommandIo): Promise<number> {
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
  const host: ShellHost = {
    cluster,
    files: createFiles(options.paths),
    parseManifests: parseManifest,
    stringifyYaml,
    say,
  };
  const shell = createShell(host);
  const results: CommandResult[] = [];

  const runLine = async (line: string, to: Pick<CommandIo, 'write' | 'writeError'>): Promise<number> => {
    const output: string[] = [];
    const errors: string[] = [];
    const collect: CommandIo = options.json
      ? { ...io, write: (text) => void output.push(text), writeError: (text) => void errors.push(text) }
      : { ...io, ...to };
    if (!options.json) to.write(`$ ${line}\n`);
    const { status, exchanges } = await shell.run(line, collect);
    cluster.settle();
    if (options.json)
      results.push({
        command: line,
        status,
        output: output.join(''),
        errors: errors.join(''),
        exchanges: exchanges.map((exchange) => plainExchange(exchange, cluster)),
      });
    else if (options.trace) printTraces(exchanges, cluster, to.write);
    return status;
  };

  let status = 0;
  if (options.paths.length > 0) {
    // What was applied is said beside the commands' own output, not in it.
    const aside = { write: io.writeError, writeError: io.writeError };
    status = await runLine(
      `kubectl apply ${options.paths.map((path) => `-f ${quote(path)}`).join(' ')}`,
      aside,
    );
  }
  for (const command of options.commands) {
    if (io.signal.aborted) return 130;
    status = await runLine(command, io);
  }
  if (options.json) {
    const [applied, ...commands] = options.paths.length > 0 ? results : [undefined, ...results];
    io.write(`${JSON.stringify({ ...(applied && { applied }), commands, status }, null, 2)}\n`);
  }
  return status;
}

function printTraces(exchanges: readonly Exchange[], cluster: Cluster, write: (text: string) => void): void {
  for (const exchange of exchanges) write(`\n${formatExchange(exchange, cluster, { say })}`);
  if (exchanges.length > 0) write('\n');
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
