/** IPv4 addresses as unsigned 32-bit numbers, and prefixes. The engine knows IPv4 alone. */

export interface Prefix {
  /** The network's first address. */
  readonly network: number;
  readonly length: number;
}

/** `10.0.0.1` -> 167772161; undefined when it is no dotted quad. */
export function parseIpv4(text: string): number | undefined {
  let value = 0;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 46) {
      if (digits === 0 || ++dots > 3) return undefined;
      value = value * 256 + octet;
      octet = 0;
      digits = 0;
    } else if (code >= 48 && code <= 57) {
      octet = octet * 10 + code - 48;
      if (++digits > 3 || octet > 255) return undefined;
    } else {
      return undefined;
    }
  }
  return dots === 3 && digits > 0 ? value * 256 + octet : undefined;
}

export function formatIpv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

export function maskOf(length: number): number {
  return length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
}

/** `10.0.0.0/24`, `10.0.0.0/255.255.255.0`, or one address, which is a /32. Bits after the prefix are dropped. */
export function parsePrefix(text: string): Prefix | undefined {
  const [address = '', suffix] = text.split('/', 2);
  const value = parseIpv4(address);
  const length = suffix === undefined ? 32 : parseLength(suffix);
  if (value === undefined || length === undefined) return undefined;
  return { network: (value & maskOf(length)) >>> 0, length };
}

function parseLength(text: string): number | undefined {
  if (/^\d{1,2}$/.test(text)) return Number(text) <= 32 ? Number(text) : undefined;
  const mask = parseIpv4(text);
  if (mask === undefined) return undefined;
  const length = Math.clz32(~mask);
  return maskOf(length) === mask ? length : undefined;
}

export function formatPrefix(prefix: Prefix): string {
  return `${formatIpv4(prefix.network)}/${prefix.length}`;
}

export function prefixContains(prefix: Prefix, address: number): boolean {
  return (address & maskOf(prefix.length)) >>> 0 === prefix.network;
}

export function isLoopback(address: number): boolean {
  return address >>> 24 === 127;
}

export function isMulticast(address: number): boolean {
  return address >>> 28 === 14;
}
