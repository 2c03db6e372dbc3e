import { formatPrefix, parsePrefix } from '../ipv4.ts';
import type { TableName } from '../trace.ts';
import { MATCHES } from './known-matches.ts';
import type { MatchBuilder } from './match.ts';
import { failParse, ParseFailure } from './parse-failure.ts';
import type { Rule } from './rule.ts';
import { plain, TARGETS, type TargetBuilder } from './target.ts';

const PROTOCOLS: Readonly<Record<string, string>> = {
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '132': 'sctp',
  '0': 'all',
};
/** Known, though no packet here is of the last ones. */
const PROTOCOL_NAMES = ['tcp', 'udp', 'icmp', 'all', 'sctp', 'udplite', 'esp', 'ah', 'ipip', 'gre'];
const VERDICTS: Readonly<Record<string, 'accept' | 'drop' | 'return'>> = {
  ACCEPT: 'accept',
  DROP: 'drop',
  RETURN: 'return',
};

export type ParsedRules =
  | { readonly ok: true; readonly rules: readonly Rule[] }
  | { readonly ok: false; readonly message: string };

/**
 * Reads the words of a rule after its chain: `-s 10.0.0.1 -p tcp -m tcp --dport 80 -j DROP`. Several addresses after
 * `-s` or `-d` make several rules, as in iptables. `text` is kept as the rule's own text.
 * Errors are in iptables' words; the models are iptables/xshared.c and the extensions' own parsers.
 */
export function parseRule(
  table: TableName,
  chain: string,
  words: readonly string[],
  text: string,
): ParsedRules {
  try {
    return { ok: true, rules: readRule(table, chain, words, text) };
  } catch (error) {
    if (error instanceof ParseFailure) return { ok: false, message: error.message };
    throw error;
  }
}

function readRule(table: TableName, chain: string, words: readonly string[], text: string): Rule[] {
  let position = 0;
  let inverted = false;
  let protocol: Rule['protocol'];
  let sources: Rule['source'][] = [undefined];
  let destinations: Rule['destination'][] = [undefined];
  let inDevice: Rule['inDevice'];
  let outDevice: Rule['outDevice'];
  let fragment = '';
  const matches: MatchBuilder[] = [];
  let target: TargetBuilder | undefined;
  let jump: 'jump' | 'goto' | undefined;

  const take = (): string => {
    if (words[position] === '!') failParse('unexpected ! flag before value');
    return (
      words[position++] ?? failParse(`option "${words[position - 2] ?? words.at(-1)}" requires an argument`)
    );
  };
  const addresses = () =>
    take()
      .split(',')
      .map((word) => ({
        prefix: parsePrefix(word) ?? failParse(`host/network \`${word}' not found`),
        inverted: isInverted,
      }));
  const loadMatch = (name: string): MatchBuilder => {
    const builder = (
      MATCHES[name] ?? failParse(`Couldn't load match \`${name}':No such file or directory`)
    )();
    matches.push(builder);
    return builder;
  };

  let isInverted = false;
  while (position < words.length) {
    const word = words[position++]!;
    if (word === '!') {
      if (inverted) failParse('multiple consecutive ! not allowed');
      inverted = true;
      continue;
    }
    isInverted = inverted;
    inverted = false;
    switch (word) {
      case '-p':
      case '--protocol':
      case '--proto': {
        const given = take().toLowerCase();
        const name = PROTOCOLS[given] ?? given;
        if (!PROTOCOL_NAMES.includes(name)) failParse(`unknown protocol "${given}" specified`);
        if (name === 'all' && isInverted) failParse('rule would never match protocol');
        protocol = name === 'all' ? undefined : { name, inverted: isInverted };
        break;
      }
      case '-s':
      case '--source':
      case '--src':
        sources = addresses();
        break;
      case '-d':
      case '--destination':
      case '--dst':
        destinations = addresses();
        break;
      case '-i':
      case '--in-interface':
        if (['OUTPUT', 'POSTROUTING'].includes(chain)) failParse(`Can't use -i with ${chain}`);
        inDevice = { pattern: take(), inverted: isInverted };
        break;
      case '-o':
      case '--out-interface':
        if (['PREROUTING', 'INPUT'].includes(chain)) failParse(`Can't use -o with ${chain}`);
        outDevice = { pattern: take(), inverted: isInverted };
        break;
      case '-f':
      case '--fragment':
        fragment = `${isInverted ? '! ' : ''}-f`;
        break;
      case '-m':
      case '--match':
        loadMatch(take());
        break;
      case '-j':
      case '--jump':
      case '-g':
      case '--goto': {
        if (target) failParse(`multiple -j flags not allowed`);
        const name = take();
        jump = word === '-g' || word === '--goto' ? 'goto' : 'jump';
        target = targetBuilder(table, name, jump);
        break;
      }
      case '-c':
      case '--set-counters':
        take();
        take();
        break;
      default:
        if (!readOption(word))
          failParse(word.startsWith('-') ? `unknown option "${word}"` : `Bad argument \`${word}'`);
    }
  }
  if (fragment !== '') failParse('-f is not understood here: no packet is a fragment');

  function readOption(option: string): boolean {
    if (target?.option(option, isInverted, take)) return true;
    for (const match of [...matches].reverse()) {
      if (match.option(option, isInverted, take)) return true;
    }
    // `-p tcp --dport 80` loads the protocol's own match.
    if (
      !protocol ||
      protocol.inverted ||
      !MATCHES[protocol.name] ||
      matches.some((match) => match.name === protocol!.name)
    )
      return false;
    if (!['tcp', 'udp', 'icmp'].includes(protocol.name)) return false;
    return loadMatch(protocol.name).option(option, isInverted, take);
  }

  for (const { name } of matches) {
    const needsPorts = name === 'multiport';
    const needs = needsPorts ? ['tcp', 'udp'] : ['tcp', 'udp', 'icmp'].includes(name) ? [name] : undefined;
    if (needs && (!protocol || protocol.inverted || !needs.includes(protocol.name))) {
      failParse(
        needsPorts
          ? 'multiport: only works with TCP, UDP, UDPLITE, SCTP and DCCP'
          : `unknown option: -m ${name} needs \`-p ${name}'`,
      );
    }
  }
  const built = matches.map((match) => match.build());
  const goal = target?.build();
  if (goal && 'ports' in goal.target && goal.target.ports && protocol === undefined)
    failParse('Need TCP, UDP, SCTP or DCCP with port specification');

  return sources.flatMap((source) =>
    destinations.map((destination) => {
      const saved = [`-A ${chain}`];
      const not = (part: { inverted: boolean }) => (part.inverted ? '! ' : '');
      if (source && source.prefix.length > 0) saved.push(`${not(source)}-s ${formatPrefix(source.prefix)}`);
      if (destination && destination.prefix.length > 0)
        saved.push(`${not(destination)}-d ${formatPrefix(destination.prefix)}`);
      if (inDevice) saved.push(`${not(inDevice)}-i ${inDevice.pattern}`);
      if (outDevice) saved.push(`${not(outDevice)}-o ${outDevice.pattern}`);
      if (protocol) saved.push(`${not(protocol)}-p ${protocol.name}`);
      saved.push(...built.map((match) => match.text));
      if (goal) saved.push(`${jump === 'goto' ? '-g' : '-j'} ${goal.text}`);
      return {
        chain,
        text,
        saved: saved.join(' '),
        protocol,
        source,
        destination,
        inDevice,
        outDevice,
        matches: built,
        target: goal?.target,
      };
    }),
  );
}

function targetBuilder(table: TableName, name: string, jump: 'jump' | 'goto'): TargetBuilder {
  if (jump === 'goto') return plain(name, { kind: 'goto', chain: name });
  const verdict = VERDICTS[name];
  if (verdict) return plain(name, { kind: verdict });
  const known = TARGETS[name];
  if (!known) return plain(name, { kind: 'jump', chain: name });
  if (!known.tables.includes(table))
    failParse(`${name}: only valid in ${known.tables.join(', ')} table, not "${table}"`);
  return known.builder();
}
