/** Addresses as numbers, for the few questions that kube-proxy asks of them: which family, inside which prefix. */

export type IpFamily = 'IPv4' | 'IPv6';

/** A prefix: `bits` leading bits of `base` count. */
export interface Prefix {
  readonly family: IpFamily;
  readonly base: bigint;
  readonly bits: number;
  /** The prefix with its host bits cleared, as Go's `(*net.IPNet).String()` prints it. */
  readonly text: string;
}

export function ipFamilyOf(address: string): IpFamily | undefined {
  if (ipv4Value(address) !== undefined) return 'IPv4';
  return ipv6Value(address) === undefined ? undefined : 'IPv6';
}

/** Reads `10.0.0.0/8` or `fd00::/64`; undefined when it is neither. Host bits are cleared. */
export function parsePrefix(text: string): Prefix | undefined {
  const [address = '', length = '', ...rest] = text.trim().split('/');
  const family = ipFamilyOf(address);
  if (!family || rest.length > 0 || !/^\d{1,3}$/.test(length)) return undefined;
  const width = family === 'IPv4' ? 32 : 128;
  const bits = Number(length);
  if (bits > width) return undefined;
  const shift = BigInt(width - bits);
  const base = ((valueOf(address) ?? 0n) >> shift) << shift;
  return { family, base, bits, text: `${format(base, family)}/${bits}` };
}

export function prefixContains(prefix: Prefix, address: string): boolean {
  if (ipFamilyOf(address) !== prefix.family) return false;
  const shift = BigInt((prefix.family === 'IPv4' ? 32 : 128) - prefix.bits);
  return (valueOf(address) ?? 0n) >> shift === prefix.base >> shift;
}

/** `10.0.0.5:80`, `[fd00::5]:80` (Go's net.JoinHostPort). */
export function joinHostPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

function valueOf(address: string): bigint | undefined {
  return ipv4Value(address) ?? ipv6Value(address);
}

function ipv4Value(address: string): bigint | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  if (!match) return undefined;
  let value = 0n;
  for (const part of match.slice(1)) {
    if (Number(part) > 255) return undefined;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

function ipv6Value(address: string): bigint | undefined {
  if (!address.includes(':')) return undefined;
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (groups.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

/** RFC 5952 for IPv6: lower case, the first longest run of zero groups as `::`. */
function format(value: bigint, family: IpFamily): string {
  if (family === 'IPv4') return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  const text = groups.join(':');
  const runs = text.match(/(?:^|:)0(?::0)+(?=:|$)/g) ?? [];
  const longest = runs.reduce(
    (best, run) => (run.replace(/^:/, '').length > best.replace(/^:/, '').length ? run : best),
    '',
  );
  if (longest === '') return text;
  const at = text.indexOf(longest);
  return `${text.slice(0, at)}::${text.slice(at + longest.length).replace(/^:/, '')}`;
}
