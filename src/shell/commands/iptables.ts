import { parseFlags } from '../flags.ts';
import type { Command, Flag, Process } from '../process.ts';
import { protocolColumn, ruleColumns } from './iptables/rule-columns.ts';
import { IPTABLES_VERSION } from './iptables/save.ts';
import { mayConfigure, netnsOf } from './netns.ts';

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
  /^-[ADIRPNXFZ]$|^--(?:append|delete|insert|replace|policy|new-chain|delete-chain|flush|zero)$/;

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
    const { args, chain } = chainWord(process.args);
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
      process.stderr.write('iptables: No chain/target/match by that name.\n');
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
          }),
        )
        .join('\n'),
    );
    return 0;
  },
};

/** `-L CHAIN`: the chain is the next word, unless that is a flag. `-nvL CHAIN` is the same. */
function chainWord(args: readonly string[]): { readonly args: readonly string[]; readonly chain?: string } {
  const rest: string[] = [];
  let chain: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    rest.push(word);
    const lists = /^-[a-zA-Z]*[LS]$/.test(word) || word === '--list' || word === '--list-rules';
    if (lists && args[at + 1] !== undefined && !args[at + 1]!.startsWith('-')) {
      chain = args[++at]!;
      if (args[at + 1] !== undefined && /^\d+$/.test(args[at + 1]!)) at++;
    }
  }
  return { args: rest, ...(chain !== undefined && { chain }) };
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
  },
): string {
  const { verbose, numbers, exact } = options;
  const about =
    policy === undefined
      ? `${options.counts.get(name) ?? 0} references`
      : verbose
        ? `policy ${policy} ${counter(packets, exact, 0).trim()} packets, ${counter(bytes, exact, 0).trim()} bytes`
        : `policy ${policy}`;
  const number = (text: string) => (numbers ? text.padEnd(5) : '');
  const header = `${number('num')}${verbose ? ' pkts bytes ' : ''}${'target'.padEnd(10)} ${'prot opt'}${verbose ? ' in     out    ' : ''} ${'source'.padEnd(20)} ${'destination'.padEnd(20)}`;
  const lines = rules.map((line, index) => {
    const rule = ruleColumns(line);
    const counts = verbose ? `${counter(rule.packets, exact, 5)} ${counter(rule.bytes, exact, 5)} ` : '';
    const devices = verbose ? ` ${rule.in.padEnd(6)} ${rule.out.padEnd(6)}` : '';
    return `${number(String(index + 1))}${counts}${rule.target.padEnd(10)} ${protocolColumn(rule.protocol).padEnd(4)} --${verbose ? '  ' : ''}${verbose ? devices.slice(1) : ' '} ${rule.source.padEnd(20)} ${rule.destination.padEnd(20)} ${rule.rest}`.trimEnd();
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
  const line = words
    .filter((word) => word !== '-w')
    .map((word) => (/[\s"]/.test(word) ? `"${word.replaceAll('"', '\\"')}"` : word))
    .join(' ');
  const result = netnsOf(process).iptablesRestore(`*${table}\n${line}\nCOMMIT\n`, { noflush: true });
  if (result.ok) return 0;
  process.stderr.write(
    `iptables ${IPTABLES_VERSION} (nf_tables): ${result.error.message}\nTry \`iptables -h' or 'iptables --help' for more information.\n`,
  );
  return 2;
}
