import { parsePrefix } from '../ipv4.ts';
import type { TableName } from '../trace.ts';
import { MATCHES } from './known-matches.ts';
import type { MatchBuilder } from './match.ts';
import { REAL_MATCHES, REAL_TARGETS } from './not-simulated.ts';
import { failParse } from './parse-failure.ts';
import type { RuleHeader } from './rule.ts';
import { plain, TARGETS, type TargetBuilder } from './target.ts';

/** What the words of a rule said, before its parts are put together. */
export interface RuleOptions {
  readonly headers: readonly RuleHeader[];
  readonly matches: readonly MatchBuilder[];
  readonly target: { readonly flag: '-j' | '-g'; readonly builder: TargetBuilder } | undefined;
}

const PROTOCOL_NUMBERS: Readonly<Record<string, string>> = {
  '0': 'all',
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '132': 'sctp',
};
/** Known, though no packet here is of the last ones. */
const PROTOCOLS = ['tcp', 'udp', 'icmp', 'all', 'sctp', 'udplite', 'esp', 'ah', 'ipip', 'gre'];
/** Protocols whose own match bears their name: `-p tcp --dport 80` means `-p tcp -m tcp --dport 80`. */
export const WITH_MATCH: readonly string[] = ['tcp', 'udp', 'icmp', 'sctp'];
const VERDICTS: Readonly<Record<string, 'accept' | 'drop' | 'return'>> = {
  ACCEPT: 'accept',
  DROP: 'drop',
  RETURN: 'return',
};
/** The long and the older names of options. */
const ALIASES: Readonly<Record<string, string>> = {
  '--protocol': '-p',
  '--proto': '-p',
  '--source': '-s',
  '--src': '-s',
  '--destination': '-d',
  '--dst': '-d',
  '--in-interface': '-i',
  '--out-interface': '-o',
  '--fragment': '-f',
  '--match': '-m',
  '--jump': '-j',
  '--goto': '-g',
  '--set-counters': '-c',
};
const NO_OPTIONS = {
  protocol: undefined,
  source: undefined,
  destination: undefined,
  inDevice: undefined,
  outDevice: undefined,
  fragment: undefined,
};

/** Reads options one by one; those that are no option of iptables itself belong to the matches and the target named before. */
export function readOptions(table: TableName, chain: string, words: readonly string[]): RuleOptions {
  let position = 0;
  let header: RuleHeader = NO_OPTIONS;
  let sources: readonly RuleHeader['source'][] = [undefined];
  let destinations: readonly RuleHeader['destination'][] = [undefined];
  const matches: MatchBuilder[] = [];
  let target: RuleOptions['target'];

  while (position < words.length) {
    const inverted = words[position] === '!';
    if (inverted) position++;
    if (inverted && words[position] === '!') failParse('multiple consecutive ! not allowed');
    readOption(words[position++] ?? failParse('nothing after !'), inverted);
  }
  const headers = sources.flatMap((source) =>
    destinations.map((destination) => ({ ...header, source, destination })),
  );
  return { headers, matches, target };

  function take(): string {
    if (words[position] === '!') failParse('unexpected ! flag before value');
    return words[position++] ?? failParse(`option "${words[position - 2]}" requires an argument`);
  }

  function readOption(word: string, inverted: boolean): void {
    switch (ALIASES[word] ?? word) {
      case '-p':
        header = { ...header, protocol: readProtocol(take(), inverted) };
        return;
      case '-s':
        sources = readAddresses(take(), inverted);
        return;
      case '-d':
        destinations = readAddresses(take(), inverted);
        return;
      case '-i':
        if (chain === 'OUTPUT' || chain === 'POSTROUTING') failParse(`Can't use -i with ${chain}`);
        header = { ...header, inDevice: { pattern: take(), inverted } };
        return;
      case '-o':
        if (chain === 'PREROUTING' || chain === 'INPUT') failParse(`Can't use -o with ${chain}`);
        header = { ...header, outDevice: { pattern: take(), inverted } };
        return;
      case '-f':
        header = { ...header, fragment: { inverted } };
        return;
      case '-m':
        loadMatch(take());
        return;
      case '-j':
      case '-g': {
        if (target) failParse('multiple -j flags not allowed');
        const flag = (ALIASES[word] ?? word) as '-j' | '-g';
        target = { flag, builder: targetBuilder(table, chain, take(), flag) };
        return;
      }
      case '-c':
        take();
        take();
        return;
      default:
        if (!isOfExtension(word, inverted))
          failParse(word.startsWith('-') ? `unknown option "${word}"` : `Bad argument \`${word}'`);
    }
  }

  function isOfExtension(option: string, inverted: boolean): boolean {
    if (target?.builder.option(option, inverted, take)) return true;
    if ([...matches].reverse().some((match) => match.option(option, inverted, take))) return true;
    const { protocol } = header;
    const implied =
      protocol && !protocol.inverted && WITH_MATCH.includes(protocol.name) ? protocol.name : undefined;
    if (!implied || matches.some((match) => match.name === implied)) return false;
    return loadMatch(implied).option(option, inverted, take);
  }

  function loadMatch(name: string): MatchBuilder {
    const make = Object.hasOwn(MATCHES, name) ? MATCHES[name] : undefined;
    if (!make && REAL_MATCHES.includes(name)) failParse(`the match "${name}" is not simulated here`);
    const builder = (make ?? failParse(`Couldn't load match \`${name}':No such file or directory`))();
    matches.push(builder);
    return builder;
  }
}

function readProtocol(text: string, inverted: boolean): RuleHeader['protocol'] {
  const given = text.toLowerCase();
  const name = PROTOCOL_NUMBERS[given] ?? given;
  if (!PROTOCOLS.includes(name)) failParse(`unknown protocol "${given}" specified`);
  if (name === 'all' && inverted) failParse('rule would never match protocol');
  return name === 'all' ? undefined : { name, inverted };
}

/** Several addresses make several rules. */
function readAddresses(text: string, inverted: boolean): RuleHeader['source'][] {
  const words = text.split(',');
  if (inverted && words.length > 1)
    failParse('! not allowed with multiple source or destination IP addresses');
  return words.map((word) => ({
    prefix: parsePrefix(word) ?? failParse(`host/network \`${word}' not found`),
    inverted,
  }));
}

function targetBuilder(table: TableName, chain: string, name: string, flag: '-j' | '-g'): TargetBuilder {
  if (flag === '-g') return plain(name, { kind: 'goto', chain: name });
  const verdict = VERDICTS[name];
  if (verdict) {
    if (verdict === 'drop' && table === 'nat')
      failParse('The "nat" table is not intended for filtering, the use of DROP is therefore inhibited.');
    return plain(name, { kind: verdict });
  }
  const known = Object.hasOwn(TARGETS, name) ? TARGETS[name] : undefined;
  if (!known && REAL_TARGETS.includes(name)) failParse(`the target "${name}" is not simulated here`);
  if (!known) return plain(name, { kind: 'jump', chain: name });
  const misplaced =
    (known.tables && !known.tables.includes(table)) ||
    (known.chains && isBuiltIn(chain) && !known.chains.includes(chain));
  if (misplaced)
    failParse(
      `RULE_APPEND failed (Invalid argument): rule in chain ${chain}: ${name} cannot stand in table ${table}, chain ${chain}`,
    );
  return known.builder();
}

function isBuiltIn(chain: string): boolean {
  return ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'].includes(chain);
}
