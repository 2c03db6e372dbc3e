/**
 * A unified diff with three lines of context, as Go's difflib writes it: the algorithm is Python's difflib
 * SequenceMatcher, whose choices (and whose blindness to lines that come too often) show in the API server's messages.
 */
export function unifiedDiff(before: string, after: string): string {
  const a = before.split('\n');
  const b = after.split('\n');
  let text = '';
  for (const group of groupOperations(operations(a, b))) {
    const first = group[0]!;
    const last = group.at(-1)!;
    text += `@@ -${range(first.a, last.aEnd)} +${range(first.b, last.bEnd)} @@\n`;
    for (const { equal, a: start, aEnd, b: other, bEnd } of group) {
      for (const line of a.slice(start, aEnd)) text += `${equal ? ' ' : '-'}${line}\n`;
      if (!equal) for (const line of b.slice(other, bEnd)) text += `+${line}\n`;
    }
  }
  return text;
}

interface Operation {
  readonly equal: boolean;
  readonly a: number;
  readonly aEnd: number;
  readonly b: number;
  readonly bEnd: number;
}

interface Match {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

const CONTEXT = 3;
const POPULARITY_FROM = 200;

function operations(a: readonly string[], b: readonly string[]): Operation[] {
  const found: Operation[] = [];
  let atA = 0;
  let atB = 0;
  for (const match of matchingBlocks(a, b)) {
    if (atA < match.a || atB < match.b)
      found.push({ equal: false, a: atA, aEnd: match.a, b: atB, bEnd: match.b });
    atA = match.a + match.size;
    atB = match.b + match.size;
    if (match.size > 0) found.push({ equal: true, a: match.a, aEnd: atA, b: match.b, bEnd: atB });
  }
  return found;
}

function groupOperations(all: readonly Operation[]): Operation[][] {
  const codes = all.map((operation, place) => {
    if (!operation.equal) return operation;
    const skipHead = place === 0 ? Math.max(0, operation.aEnd - operation.a - CONTEXT) : 0;
    const skipTail =
      place === all.length - 1 ? Math.max(0, operation.aEnd - operation.a - skipHead - CONTEXT) : 0;
    return {
      ...operation,
      a: operation.a + skipHead,
      b: operation.b + skipHead,
      aEnd: operation.aEnd - skipTail,
      bEnd: operation.bEnd - skipTail,
    };
  });
  const groups: Operation[][] = [];
  let group: Operation[] = [];
  for (const code of codes) {
    if (code.equal && code.aEnd - code.a > 2 * CONTEXT) {
      group.push({ ...code, aEnd: code.a + CONTEXT, bEnd: code.b + CONTEXT });
      groups.push(group);
      group = [{ ...code, a: code.aEnd - CONTEXT, b: code.bEnd - CONTEXT }];
    } else group.push(code);
  }
  groups.push(group);
  return groups.filter((operationsInGroup) => operationsInGroup.some(({ equal }) => !equal));
}

function matchingBlocks(a: readonly string[], b: readonly string[]): Match[] {
  const places = placesOf(b);
  const blocks: Match[] = [];
  const search = (aLow: number, aHigh: number, bLow: number, bHigh: number): void => {
    const match = longestMatch(a, b, places, aLow, aHigh, bLow, bHigh);
    if (match.size === 0) return;
    if (aLow < match.a && bLow < match.b) search(aLow, match.a, bLow, match.b);
    blocks.push(match);
    if (match.a + match.size < aHigh && match.b + match.size < bHigh)
      search(match.a + match.size, aHigh, match.b + match.size, bHigh);
  };
  search(0, a.length, 0, b.length);
  const joined: Match[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    if (last && last.a + last.size === block.a && last.b + last.size === block.b) {
      joined[joined.length - 1] = { ...last, size: last.size + block.size };
    } else joined.push(block);
  }
  return [...joined, { a: a.length, b: b.length, size: 0 }];
}

/** Where each line stands in `b`; in long texts, lines that come too often are left out. */
function placesOf(b: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [place, line] of b.entries()) {
    const known = places.get(line);
    if (known) known.push(place);
    else places.set(line, [place]);
  }
  if (b.length < POPULARITY_FROM) return places;
  const tooOften = Math.floor(b.length / 100) + 1;
  for (const [line, list] of places) if (list.length > tooOften) places.delete(line);
  return places;
}

function longestMatch(
  a: readonly string[],
  b: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  aLow: number,
  aHigh: number,
  bLow: number,
  bHigh: number,
): Match {
  let best: Match = { a: aLow, b: bLow, size: 0 };
  let lengths = new Map<number, number>();
  for (let i = aLow; i < aHigh; i++) {
    const next = new Map<number, number>();
    for (const j of places.get(a[i]!) ?? []) {
      if (j < bLow) continue;
      if (j >= bHigh) break;
      const size = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
    }
    lengths = next;
  }
  let { a: startA, b: startB, size } = best;
  while (startA > aLow && startB > bLow && a[startA - 1] === b[startB - 1]) {
    startA--;
    startB--;
    size++;
  }
  while (startA + size < aHigh && startB + size < bHigh && a[startA + size] === b[startB + size]) size++;
  return { a: startA, b: startB, size };
}

function range(start: number, end: number): string {
  const length = end - start;
  if (length === 1) return String(start + 1);
  return `${length === 0 ? start : start + 1},${length}`;
}
