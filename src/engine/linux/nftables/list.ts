import { parseIpv4 } from '../ipv4.ts';
import { hex } from './parse-rule.ts';
import type { NftRuleset } from './ruleset.ts';
import {
  type BaseChain,
  HOOKS,
  type NftChain,
  type NftElement,
  type NftRule,
  type NftSet,
  type NftTable,
  type NftVerdict,
  PRIORITIES,
  type Statement,
} from './types.ts';

/** What `nft list ruleset` prints. */
export function listRuleset(ruleset: NftRuleset, now: number): string {
  return [...ruleset.tables.values()].map((table) => listTable(table, now)).join('');
}

/** What `nft list table ip kube-proxy` prints. */
export function listTable({ family, name, comment, sets, chains }: NftTable, now: number): string {
  const blocks = [
    ...[...sets.values()].map((set) => listSet(set, now)),
    ...[...chains.values()].map(listChain),
  ];
  return [
    `table ${family} ${name} {\n`,
    comment === undefined ? '' : `\tcomment "${comment}"\n`,
    blocks.join('\n'),
    '}\n',
  ].join('');
}

function block(head: string, lines: readonly (string | undefined)[]): string {
  const inside = lines.filter((line) => line !== undefined).map((line) => `\t\t${line}\n`);
  return `\t${head} {\n${inside.join('')}\t}\n`;
}

function listSet(set: NftSet, now: number): string {
  const { name, kind, types, flags, timeoutMs, comment } = set;
  return block(`${kind} ${name}`, [
    `type ${types.join(' . ')}${kind === 'map' ? ' : verdict' : ''}`,
    flags.includes('dynamic') ? 'size 65535' : undefined,
    flags.length > 0 ? `flags ${flags.join(',')}` : undefined,
    timeoutMs === undefined ? undefined : `timeout ${duration(timeoutMs)}`,
    comment === undefined ? undefined : `comment "${comment}"`,
    listElements(set, now),
  ]);
}

function listElements({ kind, types, elements, expiry }: NftSet, now: number): string | undefined {
  const dynamic = [...expiry]
    .filter(([, at]) => at > now)
    .map(([key, at]) => `${key} expires ${duration(at - now)}`);
  const fixed = [...elements.values()].map(elementText);
  if (dynamic.length + fixed.length === 0) return undefined;
  const isList = kind === 'set' && types.length === 1;
  const all = isList ? [...fixed, ...dynamic].sort(byAddress) : [...fixed, ...dynamic];
  const perLine = isList ? 2 : 1;
  let text = '';
  for (const [place, element] of all.entries()) {
    if (place > 0) text += place % perLine === 0 ? ',\n\t\t\t     ' : ', ';
    text += element;
  }
  return `elements = { ${text} }`;
}

function byAddress(a: string, b: string): number {
  return (parseIpv4(a.split(' ')[0] ?? '') ?? 0) - (parseIpv4(b.split(' ')[0] ?? '') ?? 0);
}

function elementText({ key, comment, verdict }: NftElement): string {
  return [
    key,
    comment === undefined ? '' : ` comment "${comment}"`,
    verdict ? ` : ${verdictText(verdict)}` : '',
  ].join('');
}

function listChain({ name, base, comment, rules }: NftChain): string {
  return block(`chain ${name}`, [
    comment === undefined ? undefined : `comment "${comment}"`,
    base && `type ${base.type} hook ${hookName(base)} priority ${priorityText(base)}; policy ${base.policy};`,
    ...rules.map(ruleText),
  ]);
}

function hookName({ hook }: BaseChain): string {
  return Object.keys(HOOKS).find((name) => HOOKS[name] === hook)!;
}

/** By name where nft has one that is no more than 10 away: `dstnat - 10`. */
function priorityText({ hook, priority }: BaseChain): string {
  for (const [name, known] of Object.entries(PRIORITIES)) {
    const off = priority - known.value;
    if (Math.abs(off) > 10 || (known.hook !== undefined && known.hook !== hook)) continue;
    return off === 0 ? name : `${name} ${off < 0 ? '-' : '+'} ${Math.abs(off)}`;
  }
  return String(priority);
}

/** The rule as nft prints it. */
export function ruleText({ statements, comment }: NftRule): string {
  const words = statements.map(statementText);
  return [...words, ...(comment === undefined ? [] : [`comment "${comment}"`])].join(' ');
}

function statementText(statement: Statement): string {
  switch (statement.kind) {
    case 'match': {
      const { fields, inverted, operand } = statement;
      return `${fields.join(' . ')} ${inverted ? '!= ' : ''}${operandText(statement, operand)}`;
    }
    case 'mark-is': {
      const { mask, value, inverted } = statement;
      const masked = mask === 0xffffffff ? '' : `& ${hex(mask)} `;
      const equals = inverted ? '!= ' : masked ? '== ' : '';
      return `meta mark ${masked}${equals}${hex(value)}`;
    }
    case 'set-mark':
      return `meta mark set ${statement.text}`;
    case 'vmap': {
      const { key, map } = statement;
      const left = key.kind === 'random' ? `numgen random mod ${key.modulus}` : key.fields.join(' . ');
      const right =
        map.kind === 'map'
          ? `@${map.name}`
          : `{ ${[...map.elements].map(([at, verdict]) => `${at} : ${verdictText(verdict)}`).join(', ')} }`;
      return `${left} vmap ${right}`;
    }
    case 'update':
      return `update @${statement.set} { ${statement.field} }`;
    case 'verdict':
      return verdictText(statement.verdict);
    case 'reject':
      return statement.text;
    case 'dnat':
    case 'snat':
      return `${statement.kind} to ${statement.text}${statement.random ? ' fully-random' : ''}`;
    case 'masquerade':
      return `masquerade${statement.random ? ' fully-random' : ''}`;
    case 'counter':
      return 'counter packets 0 bytes 0';
  }
}

function operandText(
  { fields }: Extract<Statement, { kind: 'match' }>,
  operand: Extract<Statement, { kind: 'match' }>['operand'],
): string {
  if (operand.kind === 'set') return `@${operand.name}`;
  const [field] = fields;
  const isName = field === 'iifname' || field === 'oifname';
  const values = operand.values.map((value) => (isName ? `"${value}"` : value));
  if (values.length === 1) return values[0]!;
  if (field === 'ct state') return values.join(',');
  return `{ ${[...values].sort(byPrefix).join(', ')} }`;
}

function byPrefix(a: string, b: string): number {
  const start = (text: string) => parseIpv4(text.split('/')[0] ?? '') ?? 0;
  return start(a) - start(b);
}

function verdictText(verdict: NftVerdict): string {
  return 'chain' in verdict ? `${verdict.kind} ${verdict.chain}` : verdict.kind;
}

/** `3h`, `2h59m58s`, `500ms`. */
function duration(ms: number): string {
  const parts: string[] = [];
  let left = ms;
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
    ['ms', 1],
  ] as const) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.join('') || '0s';
}
