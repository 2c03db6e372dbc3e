import type { Netns } from '../../engine/index.ts';
import type { Command, Process } from '../process.ts';
import { mayConfigure, netnsOf } from './netns.ts';
import { nftRule } from './nft/translate-rule.ts';

const TABLES = ['raw', 'mangle', 'filter', 'nat'] as const;
type Table = (typeof TABLES)[number];

/** How nft prints the hook of each built-in chain that iptables-nft makes. */
const BASES: Readonly<Record<Table, Readonly<Record<string, string>>>> = {
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
  usage: 'nft list (ruleset | tables | table ip TABLE | chain ip TABLE CHAIN)',
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
    const fits = ['list', 'reset'].includes(verb) && object !== undefined;
    if (!mayConfigure(process)) {
      process.stderr.write(
        'Operation not permitted (you must be root)\nnetlink: Error: cache initialization failed: Operation not permitted\n',
      );
      return 1;
    }
    if (fits && object === 'tables') {
      process.stdout.write(
        tablesOf(netns)
          .map((table) => `table ip ${table}\n`)
          .join('') + [...ownTables(netns).keys()].map((table) => `table ${table}\n`).join(''),
      );
      return 0;
    }
    if (fits && object === 'ruleset') {
      const tables = tablesOf(netns);
      process.stdout.write(tables.map((table) => tableText(netns, table, stateless)).join(''));
      process.stdout.write(netns.nftList());
      warn(process, tables);
      return 0;
    }
    const [family, name, chain] = ['ip', 'inet', 'ip6'].includes(rest[0] ?? '') ? rest : ['ip', ...rest];
    const own = ownTables(netns).get(`${family} ${name}`);
    const text = own && fits ? (object === 'table' ? own : blockOf(own, object, chain)) : undefined;
    if (text) {
      process.stdout.write(text);
      return 0;
    }
    if (fits && (object === 'table' || object === 'chain') && name !== undefined) {
      const table = tablesOf(netns).find((each) => each === name);
      const text =
        table &&
        family === 'ip' &&
        tableText(netns, table, stateless, object === 'chain' ? chain : undefined);
      if (!text || !table) {
        const line = words.join(' ');
        const place = object === 'chain' && table ? (chain ?? '') : name;
        process.stderr.write(
          `Error: No such file or directory\n${line}\n${' '.repeat(line.lastIndexOf(place))}${'^'.repeat(place.length)}\n`,
        );
        return 1;
      }
      process.stdout.write(text);
      warn(process, [table]);
      return 0;
    }
    const known = [
      'add',
      'create',
      'delete',
      'destroy',
      'flush',
      'insert',
      'replace',
      'rename',
      'monitor',
      'list',
      'reset',
    ];
    if (known.includes(verb) && verb !== 'list') {
      process.stderr.write(
        `${process.session.say({ id: 'shell.not-simulated', values: { command: `nft ${verb}` } })}\n`,
      );
      return 1;
    }
    const line = words.join(' ');
    process.stderr.write(
      `Error: syntax error, unexpected newline${words.length === 1 && verb !== 'list' ? ', expecting string' : ''}\n${line}\n${' '.repeat(line.length)}^\n`,
    );
    return 1;
  },
};

function tablesOf(netns: Netns): readonly Table[] {
  return TABLES.filter(
    (table) =>
      netns.iptablesSave({ table }).includes('-A ') || netns.iptablesSave({ table }).includes(':KUBE'),
  );
}

function warn(process: Process, tables: readonly string[]): void {
  for (const table of tables)
    process.stderr.write(`# Warning: table ip ${table} is managed by iptables-nft, do not touch!\n`);
}

/** nft's own tables, which kube-proxy in nftables mode has, by `ip kube-proxy`: as they are listed. */
function ownTables(netns: Netns): ReadonlyMap<string, string> {
  const texts = netns.nftList().split(/^(?=table )/m);
  return new Map(
    texts
      .flatMap((text) => /^table (\S+ \S+) \{/.exec(text)?.[1] ?? [])
      .map((name, place) => [name, texts[place]!]),
  );
}

/** A chain, set or map of a listed table; undefined: there is none of that name. */
function blockOf(table: string, object: string, name: string | undefined): string | undefined {
  const blocks = table.split(/^(?=\t(?:chain|set|map) )/m);
  const block = blocks.find((each) => each.startsWith(`\t${object} ${name} {`));
  if (!block) return undefined;
  const inside = block.slice(0, block.indexOf('\n\t}\n') + '\n\t}\n'.length);
  return `${table.slice(0, table.indexOf('\n') + 1)}${inside}}\n`;
}

/** A whole table, or one chain of it; undefined: there is no such chain. */
function tableText(netns: Netns, table: Table, stateless: boolean, only?: string): string | undefined {
  const chains: { readonly name: string; readonly policy: string; readonly rules: string[] }[] = [];
  for (const line of netns.iptablesSave({ table, counters: true }).split('\n')) {
    const declared = /^:(\S+) (\S+)/.exec(line);
    if (declared) chains.push({ name: declared[1]!, policy: declared[2]!, rules: [] });
    const chain = /^\[\d+:\d+\] -A (\S+)/.exec(line)?.[1];
    chains.find(({ name }) => name === chain)?.rules.push(line);
  }
  const shown = chains.filter(({ name }) => only === undefined || name === only);
  if (only !== undefined && shown.length === 0) return undefined;
  const text = shown.map(({ name, policy, rules }) => {
    const base = BASES[table][name];
    const lines = [
      ...(base ? [`type ${base}; policy ${policy.toLowerCase()};`] : []),
      ...rules.map((rule) => nftRule(rule, stateless)),
    ];
    return `\tchain ${name} {\n${lines.map((each) => `\t\t${each}\n`).join('')}\t}\n`;
  });
  return `table ip ${table} {\n${text.join('\n')}}\n`;
}
