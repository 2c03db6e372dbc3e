import type { Command, Process } from '../process.ts';
import { mayConfigure, netnsOf } from './netns.ts';

const VERSION = 'ipset v7.17';

/** ipset 7: lists the kernel's sets and changes them. */
export const ipsetCommand: Command = {
  name: 'ipset',
  group: 'network',
  usage: 'ipset (list | save | create | add | del | test | flush | destroy) [SET] …',
  flags: [
    { name: 'name', short: 'n', help: 'Only the sets’ names' },
    { name: 'terse', short: 't', help: 'Without the members' },
  ],
  examples: ['ssh node-1 ipset list', 'ssh node-1 ipset create allowed hash:ip'],
  run(process) {
    const words = process.args.filter((word) => !word.startsWith('-') || word === '-exist');
    const flagged = process.args.filter((word) => word.startsWith('-') && word !== '-exist');
    const verb = words.shift() ?? letterVerb(flagged) ?? 'help';
    const netns = netnsOf(process);
    const complain = (text: string) => {
      process.stderr.write(`${VERSION}: ${text}\n`);
      return 1;
    };
    if (!mayConfigure(process)) return complain('Kernel error received: Operation not permitted');
    const [name, ...rest] = words;
    const sets = netns.ipsets();
    const set = sets.find((one) => one.name === name);
    const missing = () => complain('The set with the given name does not exist');
    switch (verb) {
      case 'list':
      case 'L': {
        if (name !== undefined && !set) return missing();
        const shown = set ? [set] : sets;
        const brief = flagged.some((word) => /^-(?:n|-name)$/.test(word));
        const terse = flagged.some((word) => /^-(?:t|-terse)$/.test(word));
        process.stdout.write(
          brief
            ? shown.map((one) => `${one.name}\n`).join('')
            : shown.map((one) => describe(process, one.name, one.type, [...one.entries], terse)).join('\n'),
        );
        return 0;
      }
      case 'save':
        process.stdout.write(
          sets
            .map(
              (one) =>
                `create ${one.name} ${one.type} ${options(one.type)}\n${[...one.entries].map((entry) => `add ${one.name} ${entry}\n`).join('')}`,
            )
            .join(''),
        );
        return 0;
      case 'test': {
        if (!set) return missing();
        const has = [...set.entries].includes(rest[0] ?? '');
        if (has) process.stderr.write(`Warning: ${rest[0]} is in set ${name}.\n`);
        else process.stderr.write(`${rest[0]} is NOT in set ${name}.\n`);
        return has ? 0 : 1;
      }
      case 'create':
        if (set) return complain('Set cannot be created: set with the same name already exists');
        break;
      case 'add':
        if (!set) return missing();
        if ([...set.entries].includes(rest[0] ?? ''))
          return words.includes('-exist')
            ? 0
            : complain("Element cannot be added to the set: it's already added");
        break;
      case 'del':
        if (!set) return missing();
        if (![...set.entries].includes(rest[0] ?? ''))
          return complain("Element cannot be deleted from the set: it's not added");
        break;
      case 'flush':
      case 'destroy':
        if (name !== undefined && !set) return missing();
        if (verb === 'destroy' && name !== undefined && netns.iptablesSave().includes(`--match-set ${name} `))
          return complain('Set cannot be destroyed: it is in use by a kernel component');
        break;
      default:
        return complain(`No command specified: unknown argument ${verb}`);
    }
    const result = netns.ipsetRestore(`${[verb, ...words].filter((word) => word !== '-exist').join(' ')}\n`);
    return result.ok ? 0 : complain(result.error.message.replace(/^ipset v7\.17: Error in line \d+: /, ''));
  },
};

function letterVerb(flags: readonly string[]): string | undefined {
  const letters: Readonly<Record<string, string>> = {
    '-L': 'list',
    '-N': 'create',
    '-A': 'add',
    '-D': 'del',
    '-T': 'test',
    '-F': 'flush',
    '-X': 'destroy',
    '-S': 'save',
  };
  return flags.map((flag) => letters[flag]).find(Boolean);
}

function options(type: string): string {
  return type.startsWith('hash:')
    ? 'family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x00000000'
    : '';
}

function describe(
  process: Process,
  name: string,
  type: string,
  entries: readonly string[],
  terse: boolean,
): string {
  const references = netnsOf(process).iptablesSave().split(`--match-set ${name} `).length - 1;
  const size = 200 + entries.length * 56;
  const members = terse ? '' : `Members:\n${entries.map((entry) => `${entry}\n`).join('')}`;
  return `Name: ${name}\nType: ${type}\nRevision: ${type === 'hash:ip' ? 6 : 7}\nHeader: ${options(type)}\nSize in memory: ${size}\nReferences: ${references}\nNumber of entries: ${entries.length}\n${members}`;
}
