/** What resolv.conf(5) says, with the defaults and limits of the libraries that read it. */
export interface ResolverConfiguration {
  /** At most three are used by glibc and musl; all are listed here. */
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  /** Default 1, at most 15. */
  readonly ndots: number;
  /** Seconds to wait for an answer. Default 5, at most 30 (glibc). */
  readonly timeout: number;
  /** Default 2, at most 5 (glibc). */
  readonly attempts: number;
  /** Options by name, without those above: rotate, edns0, use-vc, single-request, no-aaaa … */
  readonly options: readonly string[];
}

/** Nameservers add up; of `search`, `domain` and `options` lines, the last search or domain wins and options add up. */
export function parseResolvConf(text: string): ResolverConfiguration {
  const nameservers: string[] = [];
  const options: string[] = [];
  let search: string[] = [];
  const numbers = { ndots: 1, timeout: 5, attempts: 2 };
  const limits = { ndots: 15, timeout: 30, attempts: 5 };
  for (const line of text.split('\n')) {
    const [keyword, ...words] = line.trim().split(/\s+/);
    if (keyword === 'nameserver' && words[0]) nameservers.push(words[0]);
    if (keyword === 'search') search = words;
    if (keyword === 'domain') search = words.slice(0, 1);
    if (keyword !== 'options') continue;
    for (const word of words) {
      const [name, value] = word.split(':', 2) as [string, string?];
      if (name === 'ndots' || name === 'timeout' || name === 'attempts') {
        const number = Number.parseInt(value ?? '', 10);
        if (number >= 0) numbers[name] = Math.min(number, limits[name]);
      } else {
        options.push(word);
      }
    }
  }
  return { nameservers, search, options, ...numbers };
}
