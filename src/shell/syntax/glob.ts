/** A shell pattern as a regular expression: `*`, `?` and `[…]`; everything else stands for itself. */
export function globToRegExp(
  pattern: string,
  anchors: 'whole' | 'start' | 'end' = 'whole',
  greedy = true,
): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    const close = character === '[' ? pattern.indexOf(']', at + 2) : -1;
    if (character === '*') source += greedy ? '[^]*' : '[^]*?';
    else if (character === '?') source += '[^]';
    else if (character === '[' && close !== -1) {
      source += `[${pattern
        .slice(at + 1, close)
        .replace(/^!/, '^')
        .replaceAll('\\', '\\\\')
        .replaceAll('[', '\\[')}]`;
      at = close;
    } else if (character === '\\' && at + 1 < pattern.length) source += escapeRegExp(pattern[++at]!);
    else source += escapeRegExp(character);
  }
  return new RegExp(`${anchors === 'end' ? '' : '^'}(?:${source})${anchors === 'start' ? '' : '$'}`);
}

export function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** `{1..3}` and `{a,b}`; undefined: the braces stand for themselves. */
export function braceAlternatives(text: string): readonly string[] | undefined {
  const inside = text.slice(1, -1);
  const range = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/.exec(inside);
  if (range) {
    const from = Number(range[1]);
    const to = Number(range[2]);
    const step = Math.max(1, Math.abs(Number(range[3] ?? 1)));
    const count = Math.min(10_000, Math.floor(Math.abs(to - from) / step) + 1);
    return Array.from({ length: count }, (_, index) => String(from + (from <= to ? 1 : -1) * index * step));
  }
  const letters = /^([a-zA-Z])\.\.([a-zA-Z])$/.exec(inside);
  if (letters) {
    const from = letters[1]!.charCodeAt(0);
    const to = letters[2]!.charCodeAt(0);
    return Array.from({ length: Math.abs(to - from) + 1 }, (_, index) =>
      String.fromCharCode(from + (from <= to ? index : -index)),
    );
  }
  return inside.includes(',') ? inside.split(',') : undefined;
}
