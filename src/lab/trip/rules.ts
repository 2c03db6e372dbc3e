import type { RuleReference, RuleVisit, Step } from '../../engine/index.ts';

type TableStep = Extract<Step, { kind: 'table' }>;

/** A piece of a rule's text; `strong` for what decides: its probability and where it jumps. */
export interface RulePiece {
  readonly text: string;
  readonly strong: boolean;
}

/** The rule as iptables or nft prints it, cut into words that should not break and those that matter. */
export function piecesOf(rule: RuleReference): readonly RulePiece[] {
  if (isNft(rule)) return nftPieces(rule);
  const words = rule.text.match(/(?:! )?--?[\w-]+(?:\s+(?:"[^"]*"|(?!-|!)\S+))*|\S+/g) ?? [rule.text];
  return words.map((text) => ({
    text,
    strong: /^(-j|-g|-P|--probability|--to-destination|--to-source|--reject-with)\b/.test(text),
  }));
}

/** A table of nftables has its family in its name: `ip kube-proxy`. */
function isNft({ table }: RuleReference): boolean {
  return table.includes(' ');
}

/** Without the words that name the chain again; then the element of the map that the rule found. */
function nftPieces({ table, chain, text, element }: RuleReference): readonly RulePiece[] {
  const rule = text.replace(`add rule ${table} ${chain} `, '');
  const found = element?.replace(/^add element [^{]*/, '');
  const words = rule.match(/(?:jump|goto|vmap|dnat to|update) \S+|comment "[^"]*"|\S+/g) ?? [rule];
  return [
    ...words.map((word) => ({
      text: word,
      strong: /^(jump|goto|vmap|dnat|masquerade|drop|reject|return|policy)\b/.test(word),
    })),
    ...(found ? [{ text: found, strong: true }] : []),
  ];
}

/**
 * The rules that led to the one with the last word, outermost first: PREROUTING, KUBE-SERVICES, KUBE-SVC-…. When the
 * packet's lot was drawn on the way, the rule that won the draw has the last word, not the DNAT that follows from it.
 */
export function pathOf(step: TableStep): readonly RuleVisit[] {
  const last = drawnVisit(step) ?? decidingVisit(step);
  const path: RuleVisit[] = [];
  for (const visit of step.visited) {
    if (!visit.matched) continue;
    path.length = Math.min(path.length, visit.depth);
    path[visit.depth] = visit;
    if (visit === last) break;
  }
  return path.filter(Boolean);
}

function drawnVisit(step: TableStep): RuleVisit | undefined {
  const first = step.visited.findIndex(({ draw }) => draw);
  const chain = step.visited[first]?.rule.chain;
  return step.visited.slice(Math.max(first, 0)).find(({ rule, matched }) => matched && rule.chain === chain);
}

/** The rule that had the last word: the last one to match that did more than jump or return. */
export function decidingVisit(step: TableStep): RuleVisit | undefined {
  const matched = step.visited.filter((visit) => visit.matched);
  return matched.findLast(({ verdict = '' }) => !/^(jump|goto|RETURN)/.test(verdict)) ?? matched.at(-1);
}

/** One throw of a statistic rule's dice, or a rule that needs none because it is the last. */
export interface Draw {
  /** Among the rules that share the choice, from 1. */
  readonly number: number;
  readonly of: number;
  /** Between 0 and 1: how much of the gauge is full. */
  readonly probability: number;
  /** The number drawn; absent for the last rule, which always matches, and for those never looked at. */
  readonly drawn?: number;
  readonly result: 'taken' | 'passed' | 'unseen';
}

/**
 * The choice among endpoints. kube-proxy gives rule i of n the probability 1/(n-i+1) and the last none, so the first
 * probability tells how many there are, also those that the packet never came to.
 */
export function drawsOf(step: TableStep): readonly Draw[] {
  const first = step.visited.findIndex(({ draw }) => draw);
  if (first < 0) return [];
  const { rule, draw } = step.visited[first]!;
  if (isNft(rule)) return numgenDraws(draw!);
  const { chain } = rule;
  const of = Math.round(1 / step.visited[first]!.draw!.probability);
  const seen = step.visited
    .slice(first)
    .filter(({ rule, draw, matched }) => rule.chain === chain && (draw || matched));
  return Array.from({ length: Math.max(of, seen.length) }, (_, index): Draw => {
    const visit = seen[index];
    const probability = visit?.draw?.probability ?? 1 / Math.max(1, of - index);
    const place = { number: index + 1, of: Math.max(of, seen.length), probability };
    if (!visit) return { ...place, result: 'unseen' };
    const drawn = visit.draw ? { drawn: visit.draw.number } : {};
    return { ...place, ...drawn, result: visit.matched ? 'taken' : 'passed' };
  });
}

/** `numgen random mod n` draws once for all n elements of its map: the number tells which it was. */
function numgenDraws({ number, probability }: NonNullable<RuleVisit['draw']>): readonly Draw[] {
  const of = Math.round(1 / probability);
  const taken = Math.floor(number * of);
  return Array.from({ length: of }, (_, index): Draw => {
    const place = { number: index + 1, of, probability };
    if (index === taken) return { ...place, drawn: number, result: 'taken' };
    return { ...place, result: index < taken ? 'passed' : 'unseen' };
  });
}

/** Draws that are shown one by one, or a run of them that is told in one line. */
export type DrawRow =
  | { readonly kind: 'draw'; readonly draw: Draw }
  | {
      readonly kind: 'fold';
      readonly from: number;
      readonly to: number;
      readonly result: 'passed' | 'unseen';
    };

/** So many draws are shown before the less telling ones are folded. */
const SHOWN = 8;

/** Of a long row of draws: the first two, the one that was taken with its neighbours, and the last. */
export function foldedDraws(draws: readonly Draw[]): readonly DrawRow[] {
  if (draws.length <= SHOWN) return draws.map((draw) => ({ kind: 'draw', draw }));
  const taken = draws.findIndex(({ result }) => result === 'taken');
  const kept = new Set([0, 1, taken - 1, taken, taken + 1, draws.length - 1]);
  const rows: DrawRow[] = [];
  draws.forEach((draw, index) => {
    const last = rows.at(-1);
    if (kept.has(index) || draw.result === 'taken') rows.push({ kind: 'draw', draw });
    else if (last?.kind === 'fold' && last.result === draw.result)
      rows[rows.length - 1] = { ...last, to: draw.number };
    else rows.push({ kind: 'fold', from: draw.number, to: draw.number, result: draw.result });
  });
  return rows.map((row) =>
    row.kind === 'fold' && row.from === row.to ? { kind: 'draw', draw: draws[row.from - 1]! } : row,
  );
}
