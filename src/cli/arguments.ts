/** What `hop run` was asked to do. */
export interface RunArguments {
  /** Manifests, or folders of them. */
  readonly paths: readonly string[];
  readonly commands: readonly string[];
  readonly json: boolean;
  readonly trace: boolean;
  /** A file with ClusterOptions, as YAML or JSON. */
  readonly cluster?: string;
}

export type ParsedArguments =
  | { readonly kind: 'run' | 'netns'; readonly options: RunArguments }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string };

export const USAGE = `Usage: npm run -s hop -- run [flags] FILE_OR_FOLDER… -- 'COMMAND' 'COMMAND' …
       npm run -s hop -- netns [--cluster FILE] FILE_OR_FOLDER… > lab.sh

run    Applies the manifests to a simulated cluster, lets it settle, and runs each command line as the lab's terminal
       would. Exits with the status of the last command (without commands: of the manifests).
netns  Writes a shell script that builds the same network with real Linux network namespaces: sh lab.sh up,
       sh lab.sh exec POD COMMAND…, sh lab.sh down (as root).

  --trace          also print the hops of every packet
  --json           print the results and traces as JSON, nothing else
  --cluster FILE   the cluster's options, as YAML or JSON

Examples:
  npm run -s hop -- run hello.yaml client.yaml -- 'kubectl get pods -o wide'
  npm run -s hop -- run manifests/ --trace -- 'kubectl exec deploy/client -- curl -s http://hello-service.hello-namespace'
  npm run -s hop -- run -- 'kubectl get nodes' 'ssh node-1 ip route'
`;

/** Reads `run [flags] FILE… -- 'COMMAND' …`. Flags may stand anywhere before the `--`. */
export function parseArguments(args: readonly string[]): ParsedArguments {
  const [verb, ...rest] = args;
  if (verb === undefined) return { kind: 'wrong', message: 'a verb is missing: run or netns' };
  if (['help', '--help', '-h'].includes(verb)) return { kind: 'help' };
  if (verb !== 'run' && verb !== 'netns')
    return { kind: 'wrong', message: `unknown verb ${JSON.stringify(verb)}: there are run and netns` };
  const dash = rest.indexOf('--');
  const before = dash === -1 ? rest : rest.slice(0, dash);
  const commands = dash === -1 ? [] : rest.slice(dash + 1);
  const paths: string[] = [];
  let json = false;
  let trace = false;
  let cluster: string | undefined;
  for (let at = 0; at < before.length; at++) {
    const word = before[at]!;
    if (word === '--json') json = true;
    else if (word === '--trace') trace = true;
    else if (word === '--help' || word === '-h') return { kind: 'help' };
    else if (word === '--cluster' || word.startsWith('--cluster=')) {
      cluster = word.includes('=') ? word.slice(word.indexOf('=') + 1) : before[++at];
      if (!cluster) return { kind: 'wrong', message: '--cluster needs a file' };
    } else if (word.startsWith('-')) return { kind: 'wrong', message: `unknown flag ${word}` };
    else paths.push(word);
  }
  if (verb === 'netns' && (commands.length > 0 || json || trace))
    return { kind: 'wrong', message: 'netns takes manifests and --cluster only' };
  if (verb === 'run' && paths.length === 0 && commands.length === 0)
    return { kind: 'wrong', message: 'neither a manifest nor a command was given' };
  return {
    kind: verb,
    options: { paths, commands, json, trace, ...(cluster !== undefined && { cluster }) },
  };
}
