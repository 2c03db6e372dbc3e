/** How many unchanged lines stand around a change, as in `diff -u`. */
const CONTEXT = 3;

type Change = { readonly sign: ' ' | '-' | '+'; readonly line: string };

/** The hunks of `diff -u` between two texts; '' when they are equal. */
export function unifiedDiff(before: string, after: string): string {
  const changes = compare(splitLines(before), splitLines(after));
  const changed = changes.flatMap(({ sign }, at) => (sign === ' ' ? [] : [at]));
  if (changed.length === 0) return '';
  const hunks: { from: number; to: number }[] = [];
  for (const at of changed) {
    const last = hunks.at(-1);
    if (last && at - last.to <= 2 * CONTEXT + 1) last.to = at;
    else hunks.push({ from: at, to: at });
  }
  return hunks
    .map(({ from, to }) => {
      const first = Math.max(0, from - CONTEXT);
      const part = changes.slice(first, to + CONTEXT + 1);
      const counted = (sign: '-' | '+', list: readonly Change[]) =>
        list.filter((change) => change.sign === ' ' || change.sign === sign).length;
      const range = (sign: '-' | '+') => {
        const count = counted(sign, part);
        const start = counted(sign, changes.slice(0, first)) + (count > 0 ? 1 : 0);
        return count === 1 ? String(start) : `${start},${count}`;
      };
      return `@@ -${range('-')} +${range('+')} @@\n${part.map(({ sign, line }) => `${sign}${line}\n`).join('')}`;
    })
    .join('');
}

function splitLines(text: string): readonly string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Myers' greedy comparison of two lists of lines, what is removed before what is added. */
function compare(before: readonly string[], after: readonly string[]): readonly Change[] {
  const most = before.length + after.length;
  const reach = new Map<number, number>([[1, 0]]);
  const steps: Map<number, number>[] = [];
  for (let edits = 0; edits <= most; edits++) {
    steps.push(new Map(reach));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const down =
        diagonal === -edits || (diagonal !== edits && reach.get(diagonal - 1)! < reach.get(diagonal + 1)!);
      let x = down ? reach.get(diagonal + 1)! : reach.get(diagonal - 1)! + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x++;
      reach.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return trace(steps, before, after);
    }
  }
  return [];
}

function trace(
  steps: readonly ReadonlyMap<number, number>[],
  before: readonly string[],
  after: readonly string[],
): readonly Change[] {
  const changes: Change[] = [];
  let x = before.length;
  let y = after.length;
  for (let edits = steps.length - 1; edits >= 0; edits--) {
    const reach = steps[edits]!;
    const diagonal = x - y;
    const down =
      diagonal === -edits || (diagonal !== edits && reach.get(diagonal - 1)! < reach.get(diagonal + 1)!);
    const from = edits === 0 ? { x: 0, y: 0 } : previous(reach, diagonal, down);
    while (x > from.x && y > from.y) changes.push({ sign: ' ', line: before[--x]! }) && y--;
    if (edits === 0) break;
    if (down) changes.push({ sign: '+', line: after[--y]! });
    else changes.push({ sign: '-', line: before[--x]! });
  }
  return changes.reverse();
}

function previous(
  reach: ReadonlyMap<number, number>,
  diagonal: number,
  down: boolean,
): { x: number; y: number } {
  const other = down ? diagonal + 1 : diagonal - 1;
  const x = reach.get(other)!;
  return { x, y: x - other };
}
