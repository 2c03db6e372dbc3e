const LETTER = /\p{L}/u;
const DIGIT = /\p{Nd}/u;

/**
 * The order in which gopkg.in/yaml.v2 writes the keys of a map (sorter.go): letters after everything else, runs of
 * digits by their value, so that `a10` comes after `a9`.
 */
export function compareKeys(first: string, second: string): number {
  if (first === second) return 0;
  const a = Array.from(first);
  const b = Array.from(second);
  for (let at = 0; at < a.length && at < b.length; at++) {
    const left = a[at]!;
    const right = b[at]!;
    if (left === right) continue;
    const leftLetter = LETTER.test(left);
    const rightLetter = LETTER.test(right);
    if (leftLetter && rightLetter) return codePoint(left) - codePoint(right);
    if (leftLetter || rightLetter) return rightLetter ? -1 : 1;
    const prefix = left === '0' || right === '0' ? inNumber(a, at) : '';
    const leftRun = digitsFrom(a, at);
    const rightRun = digitsFrom(b, at);
    const difference = Number(prefix + leftRun || 0) - Number(prefix + rightRun || 0);
    if (difference !== 0) return difference;
    if (leftRun.length !== rightRun.length) return leftRun.length - rightRun.length;
    return codePoint(left) - codePoint(right);
  }
  return a.length - b.length;
}

/** `1` when the digits before `at` (equal in both) make a zero here count: 100 is more than 1a, not the same as it. */
function inNumber(characters: readonly string[], at: number): string {
  for (let back = at - 1; back >= 0 && DIGIT.test(characters[back]!); back--)
    if (characters[back] !== '0') return '1';
  return '';
}

function digitsFrom(characters: readonly string[], from: number): string {
  let end = from;
  while (end < characters.length && DIGIT.test(characters[end]!)) end++;
  return characters.slice(from, end).join('');
}

function codePoint(character: string): number {
  return character.codePointAt(0)!;
}
