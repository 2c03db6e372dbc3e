import type { Netns } from '../../engine/index.ts';
import type { Command, Process } from '../process.ts';
import { readAll } from '../streams.ts';
import { mayConfigure, netnsOf } from './netns.ts';
import { nftRule } from './nft/translate-rule.ts';

const TABLES = ['raw', 'mangle', 'filter', 'nat'] as const;
type IptablesTable = (typeof TABLES)[number];
const FAMILIES: readonly string[] = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev'];
const CHANGES = ['add', 'create', 'delete', 'destroy', 'flush', 'insert', 'replace'];

/** How nft prints the hook of each built-in chain that iptables-nft makes. */
const BASES: Readonly<Record<IptablesTable, Readonly<Record<string, string>>>> = {
  raw: { PREROUTING: 'filter hook prerouting priority raw', OUTPUT: 'filter hook output priority raw' },
  mangle: {
    PREROUTING: 'filter hook prerouting priority mangle',
    INPUT: 'filter hook input priority mangle',
    FORWARD: 'filter hook forward priority mangle',
    OUTPUT: 'route hook output priority mangle',
    POSTROUTING: 'filter hook postrouting priority mangle',
  },
  filter: {
    INPUT: 'filter hook input priority filter',
    FORWARD: 'filter hook forward priority filter',
    OUTPUT: 'filter hook output priority filter',
  },
  nat: {
    PREROUTING: 'nat hook prerouting priority dstnat',
    INPUT: 'nat hook input priority 100',
    OUTPUT: 'nat hook output priority -100',
    POSTROUTING: 'nat hook postrouting priority srcnat',
  },
};

/** nftables' `nft list`: on hosts whose iptables is iptables-nft, iptables' tables are nft's, and look like this. */
export const nftCommand: Command = {
  name: 'nft',
  group: 'network',
  usage:
    'nft list (ruleset | tables | table ip TABLE | chain|set|map ip TABLE NAME) | nft -f FILE | nft add …',
  flags: [
    { name: 'handle', short: 'a', help: 'With handles (not simulated)' },
    { name: 'stateless', short: 's', help: 'Without counters' },
    { name: 'numeric', short: 'n', help: 'Numbers, not names' },
  ],
  examples: ['ssh node-1 nft list ruleset', 'ssh node-1 nft list chain ip nat KUBE-SERVICES'],
  run(process) {
    const words = process.args.filter((word) => !word.startsWith('-'));
    const stateless = process.args.some((word) => /^-\w*s|^--stateless$/.test(word));
    const [verb, object, ...rest] = words;
    if (verb === undefined) {
      process.stderr.write("nft: no command specified\nTry `nft --help' for more information.\n");
      return 1;
    }
    const netns = netnsOf(process);
    if (!mayConfigure(process)) {
      process.stderr.write(
        'Operation not permitted (you must be root)\nnetlink: Error: cache initialization failed: Operation not permitted\n',
      );
      return 1;
    }
    if (process.args[0] === '-f') return load(process, process.args[1]);
    const tables = [
      ...nativeTables(netns),
      ...tablesOf(netns).map((name) => translated(netns, name, stateless)),
    ];
    const listing = ['list', 'reset'].includes(verb) && object !== undefined;
    if (listing && object === 'tables') {
      process.stdout.write(tables.map(({ family, name }) => `table ${family} ${name}\n`).join(''));
      return 0;
    }
    if (listing && object === 'ruleset') {
      for (const table of tables) print(process, table, table.text);
      return 0;
    }
    if (listing && ['table', 'chain', 'set', 'map'].includes(object)) {
      const [family, name, part] = FAMILIES.includes(rest[0] ?? '') ? rest : ['ip', ...rest];
      const table = tables.find((each) => each.family === family && each.name === name);
      const text = table && (object === 'table' ? table.text : partOf(table, object, part ?? ''));
      if (table && text !== undefined) {
        print(process, table, text);
        return 0;
      }
      const line = words.join(' ');
      const place = table ? (part ?? '') : (name ?? '');
      process.stderr.write(
        `Error: No such file or directory\n${line}\n${' '.repeat(Math.max(0, line.lastIndexOf(place)))}${'^'.repeat(Math.max(1, place.length))}\n`,
      );
      return 1;
    }
    if (CHANGES.includes(verb)) return change(process, words.join(' '));
    const line = words.join(' ');
    process.stderr.write(
      `Error: syntax error, unexpected newline${words.length === 1 && verb !== 'list' ? ', expecting string' : ''}\n${line}\n${' '.repeat(line.length)}^\n`,
    );
    return 1;
  },
};

/** A table as `nft list` prints it. */
interface Table {
  readonly family: string;
  readonly name: string;
  readonly text: string;
  /** Made by iptables-nft, which nft says beside it. */
  readonly foreign: boolean;
}

/** The tables that were made by nft itself: kube-proxy's in nftables mode. */
function nativeTables(netns: Netns): readonly Table[] {
  return netns
    .nftList()
    .split(/^(?=table )/m)
    .flatMap((text) => {
      const [, family, name] = /^table (\S+) (\S+) \{/.exec(text) ?? [];
      return family && name ? [{ family, name, text, foreign: false }] : [];
    });
}

/** iptables' tables that hold anything. */
function tablesOf(netns: Netns): readonly IptablesTable[] {
  return TABLES.filter((table) => /^(?:-A|:\S+ - )/m.test(netns.iptablesSave({ table })));
}

function print(process: Process, { family, name, foreign }: Table, text: string): void {
  process.stdout.write(text);
  if (foreign)
    process.stderr.write(`# Warning: table ${family} ${name} is managed by iptables-nft, do not touch!\n`);
}

/** One chain, set or map of a table, with the table's own lines around it; undefined: there is none. */
function partOf({ text }: Table, kind: string, name: string): string | undefined {
  const [head = ''] = text.split('\n');
  const start = text.indexOf(`\t${kind} ${name} {\n`);
  if (start === -1) return undefined;
  const end = text.indexOf('\n\t}\n', start);
  return `${head}\n${text.slice(start, end)}\n\t}\n}\n`;
}

/** `nft add rule …`, `nft delete table …`: one line of what `nft -f` reads. */
function change(process: Process, text: string): number {
  const result = netnsOf(process).nftLoad(`${text}\n`);
  if (result.ok) return 0;
  process.stderr.write(`Error: ${result.error.message}\n${text}\n`);
  return 1;
}

async function load(process: Process, file: string | undefined): Promise<number> {
  const text = file === '-' ? await readAll(process.stdin) : file && process.files.read(file);
  if (text === undefined || file === undefined) {
    process.stderr.write(
      `internal:0:0-0: Error: Could not open file "${file ?? ''}": No such file or directory\n\n\n`,
    );
    return 1;
  }
  return change(process, text);
}

function translated(netns: Netns, name: IptablesTable, stateless: boolean): Table {
  return { family: 'ip', name, text: tableText(netns, name, stateless), foreign: true };
}

function tableText(netns: Netns, table: IptablesTable, stateless: boolean): string {
  const chains: { readonly name: string; readonly policy: string; readonly rules: string[] }[] = [];
  for (const line of netns.iptablesSave({ table, counters: true }).split('\n')) {
    const declared = /^:(\S+) (\S+)/.exec(line);
    if (declared) chains.push({ name: declared[1]!, policy: declared[2]!, rules: [] });
    const chain = /^\[\d+:\d+\] -A (\S+)/.exec(line)?.[1];
    chains.find(({ name }) => name === chain)?.rules.push(line);
  }
  const text = chains.map(({ name, policy, rules }) => {
    const base = BASES[table][name];
    const lines = [
      ...(base ? [`type ${base}; policy ${policy.toLowerCase()};`] : []),
      ...rules.map((rule) => nftRule(rule, stateless)),
    ];
    return `\tchain ${name} {\n${lines.map((each) => `\t\t${each}\n`).join('')}\t}\n`;
  });
  return `table ip ${table} {\n${text.join('\n')}}\n`;
}
