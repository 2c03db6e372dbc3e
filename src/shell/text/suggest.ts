/** The candidates that look like a slip of the finger, nearest first (cobra's SuggestionsFor: distance 2, or a prefix). */
export function suggest(typed: string, candidates: readonly string[], distance = 2): readonly string[] {
  return candidates
    .map((candidate) => ({ candidate, away: levenshtein(typed.toLowerCase(), candidate.toLowerCase()) }))
    .filter(
      ({ candidate, away }) =>
        away <= Math.min(distance, Math.floor(typed.length / 2)) ||
        (typed !== '' && candidate.toLowerCase().startsWith(typed.toLowerCase())),
    )
    .sort((a, b) => a.away - b.away)
    .map(({ candidate }) => candidate);
}

function levenshtein(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 8 || a.length > 64) return 99;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
