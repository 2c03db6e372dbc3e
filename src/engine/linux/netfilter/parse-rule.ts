import { formatPrefix } from '../ipv4.ts';
import type { TableName } from '../trace.ts';
import type { Match, MatchBuilder } from './match.ts';
import { failParse, ParseFailure } from './parse-failure.ts';
import type { Rule, RuleHeader } from './rule.ts';
import { readOptions, WITH_MATCH } from './rule-options.ts';
import type { Target } from './target.ts';

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
  const { headers, matches: builders, target: wanted } = readOptions(table, chain, words);
  const protocol = headers[0]?.protocol;
  checkMatches(builders, protocol);
  const matches = builders.map((builder) => builder.build());
  const built = wanted?.builder.build();
  if (built) checkTarget(built.target, protocol);
  return headers.map((header) => {
    const parts = [`-A ${chain}`, ...savedHeader(header), ...matches.map((match: Match) => match.text)];
    if (wanted && built) parts.push(`${wanted.flag} ${built.text}`);
    return { ...header, chain, text, saved: parts.join(' '), matches, target: built?.target };
  });
}

/** Ports and flags are looked for only where they can be. */
function checkMatches(matches: readonly MatchBuilder[], protocol: RuleHeader['protocol']): void {
  const is = (names: readonly string[]) =>
    protocol !== undefined && !protocol.inverted && names.includes(protocol.name);
  for (const { name } of matches) {
    if (name === 'multiport' && !is(['tcp', 'udp', 'sctp']))
      failParse('multiport: only works with TCP, UDP, UDPLITE, SCTP and DCCP');
    if (WITH_MATCH.includes(name) && !is([name]))
      failParse(`RULE_APPEND failed (Invalid argument): -m ${name} needs \`-p ${name}'`);
  }
}

function checkTarget(target: Target, protocol: RuleHeader['protocol']): void {
  const ports = 'range' in target ? target.range.ports : 'ports' in target ? target.ports : undefined;
  if (ports && !protocol) failParse('Need TCP, UDP, SCTP or DCCP with port specification');
  const isTcp = protocol !== undefined && protocol.name === 'tcp' && !protocol.inverted;
  if (target.kind === 'reject' && target.answer === 'tcp-reset' && !isTcp)
    failParse("RULE_APPEND failed (Invalid argument): tcp-reset needs `-p tcp'");
}

/** In the order of iptables-save. A prefix of length 0 says nothing. */
function savedHeader({ source, destination, inDevice, outDevice, protocol, fragment }: RuleHeader): string[] {
  const words: string[] = [];
  const add = (part: { readonly inverted: boolean } | undefined, text: () => string) => {
    if (part) words.push(`${part.inverted ? '! ' : ''}${text()}`);
  };
  add(source?.prefix.length === 0 ? undefined : source, () => `-s ${formatPrefix(source!.prefix)}`);
  add(
    destination?.prefix.length === 0 ? undefined : destination,
    () => `-d ${formatPrefix(destination!.prefix)}`,
  );
  add(inDevice, () => `-i ${inDevice!.pattern}`);
  add(outDevice, () => `-o ${outDevice!.pattern}`);
  add(protocol, () => `-p ${protocol!.name}`);
  add(fragment, () => '-f');
  return words;
}
