import type { ApiClient, Status } from '../../../engine/index.ts';
import { type FlagError, type ParsedFlags, parseFlags } from '../../flags.ts';
import type { ArgumentKind, Flag, Process } from '../../process.ts';

/** A verb of kubectl, as data and code. */
export interface KubectlCommand {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** After `kubectl`: `get TYPE [NAME…]`. */
  readonly usage: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
  readonly examples: readonly string[];
  readonly arguments?: readonly ArgumentKind[];
  readonly subcommands?: readonly KubectlCommand[];
  /** The words after the first argument belong to another program (`exec POD COMMAND`). */
  readonly stopAtFirst?: boolean;
  run?(context: KubectlContext): Promise<number> | number;
}

/** What a verb gets: its flags and arguments, and the API server seen through kubectl's context. */
export interface KubectlContext {
  readonly process: Process;
  readonly api: ApiClient;
  readonly flags: ParsedFlags;
  readonly args: readonly string[];
  /** From -n, else the context's. */
  readonly namespace: string;
  readonly allNamespaces: boolean;
  /** `kubectl get`, for usage messages. */
  readonly path: string;
  out(text: string): void;
  /** A line on stderr. */
  err(text: string): void;
  /** `error: …` on stderr; answers 1. */
  fail(message: string): number;
  /** The same, with where to find help. */
  usageError(message: string): number;
  /** Several errors at once: one alone gets its `error: `, more are listed as they are (cmdutil.checkErr); answers 1. */
  failAll(messages: readonly string[]): number;
  /** A server's refusal as kubectl words it; answers 1. */
  failStatus(status: Status, options?: { readonly doing?: string }): number;
  warn(warnings: readonly string[]): void;
}

/** Flags that every verb takes. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  { name: 'namespace', short: 'n', value: 'NAMESPACE', help: 'Namespace to work in' },
  { name: 'context', value: 'NAME', help: 'Context of the kubeconfig to use' },
  { name: 'kubeconfig', value: 'FILE', help: 'Path to the kubeconfig' },
  { name: 'cluster', value: 'NAME', help: 'Cluster of the kubeconfig to use' },
  { name: 'user', value: 'NAME', help: 'User of the kubeconfig to use' },
  { name: 'server', short: 's', value: 'ADDRESS', help: 'Address of the API server' },
  { name: 'request-timeout', value: 'DURATION', help: 'How long to wait for one request' },
  { name: 'v', short: 'v', value: 'LEVEL', type: 'int', help: 'Verbosity of the log' },
  { name: 'help', short: 'h', help: 'Help for this command' },
];

export const FLAG = {
  allNamespaces: { name: 'all-namespaces', short: 'A', help: 'In all namespaces' },
  output: {
    name: 'output',
    short: 'o',
    value: 'FORMAT',
    help: 'json, yaml, name, wide, jsonpath=…, custom-columns=…',
  },
  selector: { name: 'selector', short: 'l', value: 'SELECTOR', help: 'Only objects whose labels match' },
  fieldSelector: { name: 'field-selector', value: 'SELECTOR', help: 'Only objects whose fields match' },
  filename: { name: 'filename', short: 'f', value: 'FILE', help: 'Files, folders or - for standard input' },
  recursive: { name: 'recursive', short: 'R', help: 'Follow folders given with -f' },
  dryRun: {
    name: 'dry-run',
    value: 'none|server|client',
    alone: 'unchanged',
    help: 'Only say what would be done',
  },
  validate: {
    name: 'validate',
    value: 'strict|warn|ignore',
    alone: 'strict',
    help: 'What to do about unknown fields',
  },
  fieldManager: { name: 'field-manager', value: 'NAME', help: 'Name of the manager of the fields' },
  container: { name: 'container', short: 'c', value: 'CONTAINER', help: 'Name of the container' },
} as const satisfies Record<string, Flag>;

/** Global flags may stand before a verb: `kubectl -n kube-system rollout restart deploy`. */
export function splitGlobals(args: readonly string[]): {
  readonly leading: readonly string[];
  readonly rest: readonly string[];
} {
  let at = 0;
  while (at < args.length && args[at]!.startsWith('-')) {
    const word = args[at]!;
    const flag = GLOBAL_FLAGS.find(
      ({ name, short }) =>
        word === `--${name}` || word.startsWith(`--${name}=`) || (short && word.startsWith(`-${short}`)),
    );
    if (!flag?.value) break;
    at +=
      word.includes('=') ||
      (flag.short && word.startsWith(`-${flag.short}`) && word.length > 2 && !word.startsWith('--'))
        ? 1
        : 2;
  }
  return { leading: args.slice(0, at), rest: args.slice(at) };
}

/** Runs a verb: flags as pflag reads them, help, errors in cobra's words. */
export async function runVerb(
  command: KubectlCommand,
  path: string,
  args: readonly string[],
  process: Process,
): Promise<number> {
  const flags = [
    ...command.flags,
    ...GLOBAL_FLAGS.filter((flag) => !command.flags.some(({ name }) => name === flag.name)),
  ];
  const { leading, rest } = splitGlobals(args);
  const [first, ...others] = rest;
  const nested = command.subcommands?.find(
    ({ name, aliases }) => name === first || aliases?.includes(first ?? ''),
  );
  if (nested) return runVerb(nested, `${path} ${nested.name}`, [...leading, ...others], process);

  const parsed = parseFlags(args, flags, { stopAtFirst: command.stopAtFirst === true });
  if (!parsed.ok) {
    process.stderr.write(`error: ${flagMessage(parsed.error)}\nSee '${path} --help' for usage.\n`);
    return 1;
  }
  if (parsed.flags.has('help')) {
    process.stdout.write(helpText(command, path));
    return 0;
  }
  if (!command.run) {
    if (parsed.flags.rest.length === 0) {
      process.stdout.write(helpText(command, path));
      return 0;
    }
    process.stderr.write(
      `error: unknown command "${parsed.flags.rest.join(' ')}"\nSee '${path} -h' for help and examples\n`,
    );
    return 1;
  }
  const file = parsed.flags.text('kubeconfig');
  const contextError =
    file && process.files.read(file) === undefined
      ? `error: stat ${file}: no such file or directory`
      : checkContext(parsed.flags);
  if (contextError) {
    process.stderr.write(`${contextError}\n`);
    return 1;
  }
  return command.run(contextFor(process, parsed.flags, path));
}

export const CONTEXT_NAME = 'kubernetes-admin@kubernetes';

function checkContext(flags: ParsedFlags): string | undefined {
  const named = (name: string) => flags.text(name) || undefined;
  const [context, cluster, user] = [named('context'), named('cluster'), named('user')];
  if (context && context !== CONTEXT_NAME)
    return `Error in configuration: context was not found for specified context: ${context}`;
  if (cluster && cluster !== 'kubernetes') return `error: no server found for cluster "${cluster}"`;
  return user && user !== 'kubernetes-admin' ? `error: auth info "${user}" does not exist` : undefined;
}

function contextFor(process: Process, flags: ParsedFlags, path: string): KubectlContext {
  const err = (text: string) => process.stderr.write(`${text}\n`);
  const fail = (message: string) => {
    err(message.startsWith('error: ') ? message : `error: ${message}`);
    return 1;
  };
  return {
    process,
    api: process.session.cluster.api,
    flags,
    args: flags.rest,
    namespace: flags.text('namespace') || process.session.namespace,
    allNamespaces: flags.has('all-namespaces'),
    path,
    out: (text) => process.stdout.write(text),
    err,
    fail,
    usageError: (message) => fail(`${message}\nSee '${path} -h' for help and examples`),
    failAll(messages) {
      if (messages.length === 1) return fail(messages[0]!);
      for (const message of messages) err(message);
      return messages.length > 0 ? 1 : 0;
    },
    failStatus(status, options) {
      err(statusMessage(status, options?.doing));
      return 1;
    },
    warn(warnings) {
      for (const warning of warnings) err(`Warning: ${warning}`);
    },
  };
}

/** A refused request as kubectl prints it (cmdutil.StandardErrorMessage, checkErr). `doing`: `error when creating "x.yaml"`. */
export function statusMessage(status: Status, doing?: string): string {
  if (status.reason === 'Invalid') {
    const { kind = '', name = '', causes = [] } = status.details ?? {};
    const named = kind !== '' || name !== '';
    const what = named ? `The ${kind} "${name}" is invalid` : 'The request is invalid';
    if (causes.length === 0) return named || !status.message ? what : `${what}: ${status.message}`;
    const lines = Array.from(new Set(causes.map(({ field, message }) => `${field}: ${message}`)));
    return lines.length === 1
      ? `${what}: ${lines[0]}`
      : `${what}: \n${lines.map((line) => `* ${line}`).join('\n')}`;
  }
  return `Error from server (${status.reason}): ${doing ? `${doing}: ` : ''}${status.message}`;
}

function flagMessage(error: FlagError): string {
  switch (error.kind) {
    case 'unknown-long':
      return `unknown flag: ${error.flag}`;
    case 'unknown-short':
      return `unknown shorthand flag: '${error.flag}' in ${error.word}`;
    case 'missing-value':
      return error.flag.startsWith('--')
        ? `flag needs an argument: ${error.flag}`
        : `flag needs an argument: '${error.flag}' in ${error.word}`;
    case 'invalid-value': {
      const spec = error.spec!;
      const name =
        spec.short && spec.name && spec.short !== spec.name
          ? `-${spec.short}, --${spec.name}`
          : `--${spec.name ?? spec.short}`;
      const parser =
        spec.type === 'int'
          ? `strconv.ParseInt: parsing "${error.value}": invalid syntax`
          : spec.type === 'duration'
            ? durationProblem(error.value ?? '')
            : `strconv.ParseBool: parsing "${error.value}": invalid syntax`;
      return `invalid argument "${error.value}" for "${name}" flag: ${parser}`;
    }
  }
}

/** What Go's time.ParseDuration says. */
function durationProblem(text: string): string {
  const unit = /^[-+]?[\d.]*\d([a-zA-Zµ]+)/.exec(text)?.[1];
  if (/^[-+]?(?:\d+\.?\d*|\.\d+)$/.test(text)) return `time: missing unit in duration "${text}"`;
  return unit ? `time: unknown unit "${unit}" in duration "${text}"` : `time: invalid duration "${text}"`;
}

export function helpText(command: KubectlCommand, path: string): string {
  const lines = [command.summary, ''];
  if (command.examples.length > 0)
    lines.push('Examples:', ...command.examples.map((example) => `  ${example}`), '');
  if (command.subcommands)
    lines.push(
      'Available Commands:',
      ...columns(command.subcommands.map(({ name, summary }) => [name, summary])),
      '',
    );
  if (command.flags.length > 0)
    lines.push('Options:', ...columns(command.flags.map((flag) => [flagText(flag), flag.help])), '');
  lines.push('Usage:', `  ${path.split(' ').slice(0, -1).join(' ')} ${command.usage}`.trimEnd(), '');
  return `${lines.join('\n')}\n`;
}

export function flagText(flag: Flag): string {
  const short = flag.short ? `-${flag.short}` : '  ';
  const long = flag.name && flag.name !== flag.short ? `--${flag.name}` : '';
  return `${short}${flag.short && long ? ', ' : '  '}${long}${flag.value ? ` ${flag.value}` : ''}`;
}

export function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}   ${right}`);
}
