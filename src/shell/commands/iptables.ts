import { parseHostsFile } from '../../engine/index.ts';
import { parseFlags } from '../flags.ts';
import type { Command, Flag, Process } from '../process.ts';
import { protocolColumn, type RuleColumns, ruleColumns } from './iptables/rule-columns.ts';
import { IPTABLES_VERSION } from './iptables/save.ts';
import { mayConfigure, netnsOf } from './netns.ts';
import { SERVICE_NAMES } from './service-names.ts';

const FLAGS: readonly Flag[] = [
  { name: 'table', short: 't', value: 'TABLE', help: 'The table: filter, nat, mangle, raw' },
  { name: 'list', short: 'L', value: 'CHAIN', alone: '', help: 'List the rules' },
  {
    name: 'list-rules',
    short: 'S',
    value: 'CHAIN',
    alone: '',
    help: 'Print the rules as iptables-save does',
  },
  { name: 'numeric', short: 'n', help: 'Numbers, not names' },
  { name: 'verbose', short: 'v', help: 'With packets, bytes and devices' },
  { name: 'exact', short: 'x', help: 'Exact counters' },
  { name: 'line-numbers', help: 'With the number of each rule' },
  { name: 'wait', short: 'w', value: 'SECONDS', alone: '', help: 'Wait for the lock' },
  { name: 'version', short: 'V', help: 'The version' },
];
const TABLES = ['filter', 'nat', 'mangle', 'raw'];
const CHANGES =
  /^-[ACDIRPNXFZE]$|^--(?:append|check|delete|insert|replace|policy|new-chain|delete-chain|flush|zero|rename-chain)$/;

/** iptables 1.8: lists as `print_firewall` does; changes go to the kernel as iptables-restore would send them. */
export const iptablesCommand: Command = {
  name: 'iptables',
  aliases: ['iptables-legacy', 'iptables-nft'],
  group: 'network',
  usage: 'iptables [-t TABLE] (-L | -S) [CHAIN] [-n] [-v] [--line-numbers]',
  flags: FLAGS,
  examples: [
    'ssh node-1 iptables -t nat -L KUBE-SERVICES -n',
    'ssh node-1 iptables -t nat -L -n -v --line-numbers',
    'ssh node-1 iptables -A INPUT -p tcp --dport 80 -j DROP',
  ],
  run(process) {
    if (process.args.some((word) => CHANGES.test(word))) return change(process);
    const { args, chain, extra } = chainWord(process.args);
    if (extra !== undefined) return complain(process, `Bad argument \`${extra}'`, 2, false);
    const parsed = parseFlags(args, FLAGS);
    if (!parsed.ok) {
      process.stderr.write(
        `iptables ${IPTABLES_VERSION} (nf_tables): unknown option "${parsed.error.word}"\nTry \`iptables -h' or 'iptables --help' for more information.\n`,
      );
      return 2;
    }
    const { flags } = parsed;
    if (flags.has('version')) {
      process.stdout.write(`iptables ${IPTABLES_VERSION} (nf_tables)\n`);
      return 0;
    }
    if (!flags.has('list') && flags.text('list') === undefined && flags.text('list-rules') === undefined) {
      process.stderr.write(
        `iptables ${IPTABLES_VERSION} (nf_tables): no command specified\nTry \`iptables -h' or 'iptables --help' for more information.\n`,
      );
      return 2;
    }
    const table = flags.text('table') ?? 'filter';
    if (!mayConfigure(process)) {
      process.stderr.write(
        `iptables ${IPTABLES_VERSION} (nf_tables): Could not fetch rule set generation id: Permission denied (you must be root)\n`,
      );
      return 4;
    }
    if (!TABLES.includes(table)) {
      process.stderr.write(
        `iptables ${IPTABLES_VERSION} (nf_tables): table '${table}' does not exist\nPerhaps iptables or your kernel needs to be upgraded.\n`,
      );
      return 3;
    }
    const chains = readChains(netnsOf(process).iptablesSave({ table: table as 'nat', counters: true }));
    const shown = chain === undefined ? chains : chains.filter(({ name }) => name === chain);
    if (chain !== undefined && shown.length === 0) {
      process.stderr.write(
        flags.has('list')
          ? `iptables ${IPTABLES_VERSION} (nf_tables): chain \`${chain}' in table \`${table}' is incompatible, use 'nft' tool.\n`
          : 'iptables: No chain/target/match by that name.\n',
      );
      return 1;
    }
    if (flags.text('list-rules') !== undefined) {
      process.stdout.write(listRules(shown, flags.has('verbose')));
      return 0;
    }
    const counts = references(chains);
    process.stdout.write(
      shown
        .map((one) =>
          listChain(one, {
            counts,
            verbose: flags.has('verbose'),
            numbers: flags.has('line-numbers'),
            exact: flags.has('exact'),
            names: flags.has('numeric') ? undefined : (address) => nameOf(process, address),
          }),
        )
        .join('\n'),
    );
    return 0;
  },
};

/** `-L CHAIN`: the chain is the next word, unless that is a flag. `-nvL CHAIN` is the same. */
function chainWord(args: readonly string[]): {
  readonly args: readonly string[];
  readonly chain?: string;
  /** A word that stands for nothing. */
  readonly extra?: string;
} {
  const rest: string[] = [];
  let chain: string | undefined;
  let extra: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    rest.push(word);
    const lists = /^-[a-zA-Z]*[LS]$/.test(word) || word === '--list' || word === '--list-rules';
    if (lists && args[at + 1] !== undefined && !args[at + 1]!.startsWith('-')) {
      chain = args[++at]!;
      if (args[at + 1] !== undefined && /^\d+$/.test(args[at + 1]!)) at++;
    } else if (!word.startsWith('-') && !/^-(?:[a-zA-Z]*[tw]|-table|-wait)$/.test(args[at - 1] ?? ''))
      extra ??= word;
  }
  return { args: rest, ...(chain !== undefined && { chain }), ...(extra !== undefined && { extra }) };
}

interface Chain {
  readonly name: string;
  /** Built-in chains have one. */
  readonly policy?: string;
  readonly packets: number;
  readonly bytes: number;
  readonly rules: readonly string[];
}

function readChains(text: string): readonly Chain[] {
  const chains = new Map<
    string,
    { name: string; policy?: string; packets: number; bytes: number; rules: string[] }
  >();
  for (const line of text.split('\n')) {
    const declared = /^:(\S+) (\S+) \[(\d+):(\d+)\]/.exec(line);
    if (declared) {
      const [, name = '', policy = '-', packets, bytes] = declared;
      chains.set(name, {
        name,
        ...(policy !== '-' && { policy }),
        packets: Number(packets),
        bytes: Number(bytes),
        rules: [],
      });
    }
    const rule = /^(?:\[\d+:\d+\] )?-A (\S+)/.exec(line);
    if (rule) chains.get(rule[1]!)?.rules.push(line);
  }
  return Array.from(chains.values());
}

function references(chains: readonly Chain[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { rules } of chains) {
    for (const rule of rules) {
      const target = / -[jg] (\S+)/.exec(rule)?.[1];
      if (target) counts.set(target, (counts.get(target) ?? 0) + 1);
    }
  }
  return counts;
}

/** Counters above 99999 are shortened: 100K, 12M (xtables_print_num). */
function counter(value: number, exact: boolean, width: number): string {
  if (exact) return String(value).padStart(width);
  let number = value;
  for (const unit of ['', 'K', 'M', 'G', 'T']) {
    if (number <= 99999)
      return unit === '' ? String(number).padStart(width) : `${String(number).padStart(width - 1)}${unit}`;
    number = Math.floor((number + 500) / 1000);
  }
  return String(number).padStart(width);
}

function listChain(
  { name, policy, packets, bytes, rules }: Chain,
  options: {
    readonly counts: ReadonlyMap<string, number>;
    readonly verbose: boolean;
    readonly numbers: boolean;
    readonly exact: boolean;
    /** Without -n: the name of an address. */
    readonly names: ((address: string) => string) | undefined;
  },
): string {
  const { verbose, numbers, exact, names } = options;
  const about =
    policy === undefined
      ? `${options.counts.get(name) ?? 0} references`
      : verbose
        ? `policy ${policy} ${counter(packets, exact, 0).trim()} packets, ${counter(bytes, exact, 0).trim()} bytes`
        : `policy ${policy}`;
  const number = (text: string) => (numbers ? text.padEnd(5) : '');
  const header = `${number('num')}${verbose ? (exact ? '    pkts      bytes ' : ' pkts bytes ') : ''}${'target'.padEnd(10)} ${'prot opt'}${verbose ? ' in     out    ' : ''} ${'source'.padEnd(20)} ${'destination'.padEnd(20)}`;
  const lines = rules.map((line, index) => {
    const rule = names ? withNames(ruleColumns(line), names) : ruleColumns(line);
    const width = exact ? 8 : 5;
    const counts = verbose
      ? `${counter(rule.packets, exact, width)} ${counter(rule.bytes, exact, exact ? 10 : width)} `
      : '';
    const devices = verbose ? ` ${rule.in.padEnd(6)} ${rule.out.padEnd(6)} ` : '';
    const protocol = names ? rule.protocol : protocolColumn(rule.protocol);
    // The blank before a protocol or an address is where its `!` would stand.
    const signed = (text: string, width: number) =>
      (text.startsWith('!') ? text : ` ${text}`).padEnd(width + 1);
    return `${number(String(index + 1))}${counts}${rule.target.padEnd(9)} ${signed(protocol, 4)} -- ${devices}${signed(rule.source, 19)} ${signed(rule.destination, 19)} ${rule.rest === '' ? '' : ` ${rule.rest}`}`.replace(
      / +$/,
      (blanks) => (rule.rest === '' ? ' '.repeat(Math.min(blanks.length, 11)) : ''),
    );
  });
  return `Chain ${name} (${about})\n${header}\n${lines.map((line) => `${line}\n`).join('')}`;
}

function listRules(chains: readonly Chain[], verbose: boolean): string {
  const declared = chains.map(({ name, policy, packets, bytes }) =>
    policy === undefined
      ? `-N ${name}\n`
      : `-P ${name} ${policy}${verbose ? ` -c ${packets} ${bytes}` : ''}\n`,
  );
  const rules = chains.flatMap((chain) =>
    chain.rules.map(
      (line) =>
        `${verbose ? line.replace(/^\[(\d+):(\d+)\] (.*?)( -[jg] .*)?$/, '$3 -c $1 $2$4') : line.replace(/^\[\d+:\d+\] /, '')}\n`,
    ),
  );
  return [...declared, ...rules].join('');
}

/** `-A`, `-I`, `-D`, `-N`, `-F` …: one line of iptables-restore's input. */
function change(process: Process): number {
  if (!mayConfigure(process)) {
    process.stderr.write(
      `iptables ${IPTABLES_VERSION} (nf_tables): Could not fetch rule set generation id: Permission denied (you must be root)\n`,
    );
    return 4;
  }
  const words = [...process.args];
  const at = words.findIndex((word) => word === '-t' || word === '--table');
  const table = at === -1 ? 'filter' : (words.splice(at, 2)[1] ?? 'filter');
  if (!TABLES.includes(table))
    return complain(
      process,
      `table '${table}' does not exist\nPerhaps iptables or your kernel needs to be upgraded.`,
      3,
      false,
      '',
    );
  const quoted = (list: readonly string[]) =>
    list.map((word) => (/[\s"]/.test(word) ? `"${word.replaceAll('"', '\\"')}"` : word)).join(' ');
  const given = words.filter((word) => word !== '-w' && word !== '--wait');
  const netns = netnsOf(process);
  const check = given.findIndex((word) => word === '-C' || word === '--check');
  if (check !== -1) {
    // A rule is there if it can be taken away; without a COMMIT nothing is.
    const tried = netns.iptablesRestore(`*${table}\n${quoted(given.with(check, '-D'))}\n`, { noflush: true });
    const problem = tried.ok ? '' : tried.error.message;
    return problem.endsWith('has no COMMIT') ? 0 : refuse(process, problem, given);
  }
  const result = netns.iptablesRestore(`*${table}\n${quoted(given)}\nCOMMIT\n`, { noflush: true });
  return result.ok ? 0 : refuse(process, result.error.message, given);
}

/** iptables-restore's complaint, as iptables itself words it. */
function refuse(process: Process, message: string, words: readonly string[]): number {
  const plain = (text: string) => {
    process.stderr.write(`iptables: ${text}\n`);
    return 1;
  };
  if (/^(?:No chain|Chain already exists|Bad rule)/.test(message)) return plain(message);
  if (message.startsWith('Bad policy')) return plain("Bad policy name. Run `dmesg' for more information.");
  const range = /^RULE_(DELETE|INSERT|REPLACE) failed \(Numerical result out of range\)/.exec(message);
  if (range)
    return plain(
      {
        DELETE: 'Index of deletion too big.',
        INSERT: 'Index of insertion too big.',
        REPLACE: 'Index of replacement too big.',
      }[range[1] as 'DELETE'],
    );
  if (message.startsWith('CHAIN_DEL failed')) {
    process.stderr.write(`iptables ${IPTABLES_VERSION} (nf_tables):  ${message}\n`);
    return 4;
  }
  const target = /no chain or target `([^']+)'$/.exec(message)?.[1];
  if (target !== undefined && words.some((word) => word === '-j' || word === '--jump'))
    return complain(process, `Chain '${target}' does not exist`, 2);
  return complain(process, message, 2);
}

function complain(
  process: Process,
  message: string,
  status: number,
  versioned = true,
  hint = "\nTry `iptables -h' or 'iptables --help' for more information.",
): number {
  process.stderr.write(`${versioned ? `iptables ${IPTABLES_VERSION} (nf_tables): ` : ''}${message}${hint}\n`);
  return status;
}

/** The name of an address in /etc/hosts, as `-L` without `-n` shows it. */
function nameOf(process: Process, address: string): string {
  if (address === '0.0.0.0/0') return 'anywhere';
  const [sign = '', bare = ''] = address.startsWith('!') ? ['!', address.slice(1)] : ['', address];
  const entry = parseHostsFile(process.machine.context.readFile('/etc/hosts') ?? '').find(
    (one) => one.address === bare,
  );
  return `${sign}${entry?.names[0] ?? bare}`;
}

/** A rule without `-n`: names for what has one. */
function withNames(rule: RuleColumns, names: (address: string) => string): RuleColumns {
  return {
    ...rule,
    source: names(rule.source),
    destination: names(rule.destination),
    rest: rule.rest
      .replace(/\b(dpt|spt):(!?)(\d+)/g, (all, kind: string, not: string, port: string) =>
        SERVICE_NAMES[Number(port)] ? `${kind}:${not}${SERVICE_NAMES[Number(port)]}` : all,
      )
      .replace(/LOG flags 0 level 4/, 'LOG level warn'),
  };
}
