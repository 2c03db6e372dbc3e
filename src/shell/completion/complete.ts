import { RESOURCES, type ResourceName } from '../../engine/index.ts';
import { findResource } from '../commands/kubectl/resource-arguments.ts';
import type { ArgumentKind, Command, FileSystem, Flag, Machine, Session } from '../process.ts';
import type { ShellState } from '../syntax/state.ts';
import type { Completion } from '../types.ts';

export interface CompletionContext {
  readonly session: Session;
  readonly commands: readonly Command[];
  /** The names of what the shell itself can do. */
  readonly builtins: readonly string[];
  readonly state: ShellState;
  readonly machine: Machine;
  readonly files: FileSystem;
}

interface Option {
  readonly text: string;
  readonly detail?: string;
}

const BEFORE_A_COMMAND = /^(?:(?:do|then|else|elif|if|while|until|time|sudo|!|\w+=\S*)\s+)+/;

/** What Tab offers at the cursor: commands, verbs, flags and their values, kinds, names, files. */
export function complete(line: string, cursor: number, context: CompletionContext): Completion {
  const before = line.slice(0, cursor);
  // The last simple command of the line, and its words so far.
  const segment = /(?:^|[|;&(]|\bdo\b|\bthen\b|--\s)\s*([^|;&()]*)$/.exec(before)?.[1] ?? before;
  // Words of the shell's own language, and variables for one command, may stand before its name.
  const words = segment.trimStart().replace(BEFORE_A_COMMAND, '').split(/\s+/);
  const word = words.at(-1) ?? '';
  const from = cursor - word.length;
  const fitting = (options: readonly Option[]) => ({
    from,
    options: options.filter(({ text }) => text.startsWith(word) && text !== word).slice(0, 200),
  });
  const variable = /\$\{?(\w*)$/.exec(word);
  if (variable) {
    const at = cursor - variable[1]!.length;
    const names = [...context.state.variables.keys(), ...context.state.arrays.keys()].sort();
    return {
      from: at,
      options: names
        .filter((name) => name.startsWith(variable[1]!) && name !== variable[1])
        .map((text) => ({ text })),
    };
  }
  if (words.length === 1) return fitting(commandNames(context));

  const named = context.commands.find(
    ({ name, aliases }) => name === words[0] || aliases?.includes(words[0]!),
  );
  if (!named) return fitting(fileNames(word, context));
  const { command, depth } = deepest(named, words);
  if (command.subcommands && depth === words.length - 1 && !word.startsWith('-')) {
    return fitting(command.subcommands.map(({ name, usage }) => ({ text: name, detail: usage })));
  }
  const previous = words.at(-2) ?? '';
  const flag = flagOf(command, previous);
  if (flag?.value === 'CONTAINER') return fitting(containersOf(words, context));
  if (flag?.value && !previous.includes('=')) return fitting(flagValues(flag, context, word));
  if (word.startsWith('-')) {
    return fitting(
      command.flags.map((each) => ({
        text: each.name && each.name !== each.short ? `--${each.name}` : `-${each.short}`,
        detail: each.help,
      })),
    );
  }
  return fitting(argumentsFor(command, words.slice(depth, -1), word, namespaceIn(words, context), context));
}

/** The subcommand that the words lead to, and how many words that took. The last word is still being typed. */
function deepest(
  start: Command,
  words: readonly string[],
): { readonly command: Command; readonly depth: number } {
  let command = start;
  let depth = 1;
  for (; depth < words.length - 1; depth++) {
    const nested: Command | undefined = command.subcommands?.find(({ name }) => name === words[depth]);
    if (!nested) break;
    command = nested;
  }
  return { command, depth };
}

/** Programs of this machine, what the shell itself can do, and the learner's own functions and aliases. */
function commandNames(context: CompletionContext): readonly Option[] {
  const own = [...context.builtins, ...context.state.functions.keys(), ...context.state.aliases.keys()];
  const programs = programNames(context);
  const known = new Set(programs.map(({ text }) => text));
  return [
    ...programs,
    ...own.filter((name) => /^\w/.test(name) && !known.has(name)).map((text) => ({ text })),
  ];
}

function programNames({ commands, machine }: CompletionContext): readonly Option[] {
  const { tools } = machine.context;
  return commands
    .filter(({ where, builtin, name }) =>
      machine.kind === 'workstation'
        ? where !== 'machines'
        : where !== 'workstation' && (builtin || tools === undefined || tools.includes(name)),
    )
    .map(({ name, usage }) => ({ text: name, detail: usage }));
}

function flagOf(command: Command, word: string): Flag | undefined {
  return command.flags.find(
    ({ name, short }) => word === `--${name}` || (short !== undefined && word === `-${short}`),
  );
}

function flagValues(flag: Flag, context: CompletionContext, word: string): readonly Option[] {
  if (flag.value === 'NAMESPACE') return names('namespaces', undefined, context);
  if (flag.value === 'FILE') return fileNames(word, context);
  if (flag.name === 'output')
    return ['wide', 'yaml', 'json', 'name', 'jsonpath=', 'custom-columns='].map((text) => ({ text }));
  if (flag.value?.includes('|')) return flag.value.split('|').map((text) => ({ text }));
  return [];
}

function namespaceIn(words: readonly string[], { session }: CompletionContext): string {
  const at = words.findIndex((word) => word === '-n' || word === '--namespace');
  return (at === -1 ? undefined : words[at + 1]) || session.namespace;
}

/** The arguments' kinds in order; the last one goes on for ever. */
function argumentsFor(
  command: Command,
  typed: readonly string[],
  word: string,
  namespace: string,
  context: CompletionContext,
): readonly Option[] {
  const kinds = command.arguments ?? ['file'];
  const words = typed.filter(
    (each, index) => !each.startsWith('-') && !flagOf(command, typed[index - 1] ?? '')?.value,
  );
  const kind: ArgumentKind | undefined = kinds[Math.min(words.length, kinds.length - 1)];
  switch (kind) {
    case 'resource':
      return word.includes('/')
        ? slashed(word, namespace, context)
        : RESOURCES.map(({ name, shortNames }) => ({
            text: name,
            ...(shortNames[0] && { detail: shortNames[0] }),
          }));
    case 'name': {
      const resource = findResource(words[0]?.split(',')[0] ?? '');
      return resource ? names(resource.name, resource.namespaced ? namespace : undefined, context) : [];
    }
    case 'pod':
      return word.includes('/')
        ? slashed(word, namespace, context)
        : [
            ...names('pods', namespace, context),
            ...['deployments', 'services', 'statefulsets'].flatMap((resource) =>
              names(resource as ResourceName, namespace, context).map(({ text }) => ({
                text: `${SHORT[resource]}/${text}`,
              })),
            ),
          ];
    case 'container':
      return containerNames(words[0] ?? '', namespace, context);
    case 'node':
      return [...names('nodes', undefined, context), { text: 'client' }];
    case 'namespace':
      return names('namespaces', undefined, context);
    case 'command':
      return context.commands.map(({ name }) => ({ text: name }));
    case 'place':
      return [
        ...names('nodes', undefined, context),
        { text: 'client' },
        ...names('pods', namespace, context),
        ...addresses(context, ''),
      ];
    case 'address':
      return addresses(context, /^https?:\/\//.exec(word)?.[0] ?? '');
    case 'file':
      return fileNames(word, context);
    default:
      return [];
  }
}

function containerNames(word: string, namespace: string, { session }: CompletionContext): readonly Option[] {
  const pod = session.cluster.api.get('pods', namespace, word.replace(/^pods?\//, ''));
  if (!pod.ok) return [];
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.object.spec;
  return [...containers, ...initContainers, ...ephemeralContainers].map(({ name }) => ({ text: name }));
}

/** `-c` after a pod's name: the containers of the first word that is a pod. */
function containersOf(words: readonly string[], context: CompletionContext): readonly Option[] {
  const namespace = namespaceIn(words, context);
  for (const word of words.slice(2)) {
    const found = containerNames(word, namespace, context);
    if (found.length > 0) return found;
  }
  return [];
}

const SHORT: Readonly<Record<string, string>> = {
  deployments: 'deploy',
  services: 'svc',
  statefulsets: 'sts',
};

function names(
  resource: ResourceName,
  namespace: string | undefined,
  { session }: CompletionContext,
): readonly Option[] {
  return session.cluster.api
    .list(resource, namespace === undefined ? {} : { namespace })
    .map(({ metadata }) => ({ text: metadata.name }));
}

function slashed(word: string, namespace: string, context: CompletionContext): readonly Option[] {
  const type = word.slice(0, word.indexOf('/'));
  const resource = findResource(type);
  return resource
    ? names(resource.name, resource.namespaced ? namespace : undefined, context).map(({ text }) => ({
        text: `${type}/${text}`,
      }))
    : [];
}

/** Services by name and address, and pods by address. */
function addresses({ session }: CompletionContext, prefix: string): readonly Option[] {
  const { api } = session.cluster;
  return [
    ...api.list('services').map(({ metadata, spec }) => ({
      text: `${prefix}${metadata.name}.${metadata.namespace}`,
      detail: spec.clusterIP ?? '',
    })),
    ...api
      .list('pods')
      .flatMap(({ metadata, status }) =>
        status?.podIP ? [{ text: prefix + status.podIP, detail: metadata.name }] : [],
      ),
  ];
}

function fileNames(word: string, { files }: CompletionContext): readonly Option[] {
  const folder = word.includes('/') ? word.slice(0, word.lastIndexOf('/') + 1) : '';
  return (files.list(folder === '' ? '.' : folder) ?? []).map((name) => ({ text: folder + name }));
}
