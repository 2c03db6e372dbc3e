import {
  prefixContains as containsAddress,
  formatPrefix,
  isLoopback as isLoopbackAddress,
  maskPrefix,
  parseCIDRSloppy,
  parseIPSloppy,
} from '../apimachinery/index.ts';

export type IpFamily = 'IPv4' | 'IPv6';

/** A prefix as kube-proxy uses it: `text` has its host bits cleared, as Go's `(*net.IPNet).String()` prints it. */
export interface Prefix {
  readonly family: IpFamily;
  readonly bits: number;
  readonly text: string;
  contains(address: string): boolean;
}

export function ipFamilyOf(address: string): IpFamily | undefined {
  return parseIPSloppy(address)?.family;
}

/** Reads `10.0.0.0/8` or `fd00::/64`; undefined when it is neither. */
export function parsePrefix(text: string): Prefix | undefined {
  const parsed = parseCIDRSloppy(text.trim());
  if (!parsed) return undefined;
  const prefix = maskPrefix(parsed);
  return {
    family: prefix.address.family,
    bits: prefix.length,
    text: formatPrefix(prefix),
    contains(address) {
      const ip = parseIPSloppy(address);
      return ip !== undefined && containsAddress(prefix, ip);
    },
  };
}

/** `10.0.0.5:80`, `[fd00::5]:80` (Go's net.JoinHostPort). */
export function joinHostPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

export function isLoopback(address: string): boolean {
  const ip = parseIPSloppy(address);
  return ip !== undefined && isLoopbackAddress(ip);
}
