/**
 * Cuts a line of iptables-restore into words: spaces separate, double quotes keep together, a backslash inside quotes
 * takes the next character as it is (add_param_to_argv in iptables/xshared.c).
 */
export function splitWords(line: string): string[] {
  if (!line.includes('"')) return line.split(/[ \t]+/).filter((word) => word !== '');
  const words: string[] = [];
  let word = '';
  let open = false;
  let inQuotes = false;
  for (let index = 0; index < line.length; index++) {
    const char = line[index]!;
    if (inQuotes && char === '\\' && index + 1 < line.length) {
      word += line[++index];
    } else if (char === '"') {
      inQuotes = !inQuotes;
      open = true;
    } else if (!inQuotes && (char === ' ' || char === '\t')) {
      if (open) words.push(word);
      word = '';
      open = false;
    } else {
      word += char;
      open = true;
    }
  }
  if (open) words.push(word);
  return words;
}

/** A word as iptables-save writes it: quoted unless it is plain (xtables_save_string). */
export function quoteWord(text: string): string {
  return /^[A-Za-z0-9_-]+$/.test(text) ? text : `"${text.replace(/["\\']/g, '\\$&')}"`;
}
