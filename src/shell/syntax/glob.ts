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
