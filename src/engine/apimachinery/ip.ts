/** An IP address as its bytes: 4 of them or 16. */
export interface IPAddressBytes {
  readonly family: 'IPv4' | 'IPv6';
  readonly bytes: readonly number[];
}

export interface Prefix {
  readonly address: IPAddressBytes;
  /** Length of the network part, in bits. */
  readonly length: number;
}

/**
 * Parses an address the strict way (Go's netip.ParseAddr): no leading zeros in IPv4. Undefined when it is none.
 * An IPv4-mapped IPv6 address stays IPv6. Zones (`%eth0`) are not accepted, as Kubernetes accepts none.
 */
export function parseIP(text: string): IPAddressBytes | undefined {
  if (text.includes(':')) return parseIPv6(text);
  const bytes = parseIPv4Bytes(text, false);
  return bytes && { family: 'IPv4', bytes };
}

/** As {@link parseIP}, but `010.0.0.1` means 10.0.0.1, as Kubernetes' legacy fields take it (netutils.ParseIPSloppy). */
export function parseIPSloppy(text: string): IPAddressBytes | undefined {
  if (text.includes(':')) {
    const parsed = parseIPv6(text);
    return parsed && unmap(parsed);
  }
  const bytes = parseIPv4Bytes(text, true);
  return bytes && { family: 'IPv4', bytes };
}

/** Parses `10.0.0.0/8`; the host bits are kept. Undefined when it is none. */
export function parseCIDR(text: string): Prefix | undefined {
  return parsePrefix(text, parseIP);
}

/** As {@link parseCIDR}, with leading zeros allowed (netutils.ParseCIDRSloppy). */
export function parseCIDRSloppy(text: string): Prefix | undefined {
  return parsePrefix(text, parseIPSloppy);
}

/** The canonical text of an address: RFC 5952 for IPv6. */
export function formatIP(address: IPAddressBytes): string {
  if (address.family === 'IPv4') return address.bytes.join('.');
  const words = Array.from(
    { length: 8 },
    (_, index) => (address.bytes[2 * index]! << 8) | address.bytes[2 * index + 1]!,
  );
  if (isMapped(address)) return `::ffff:${address.bytes.slice(12).join('.')}`;
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && words[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const text = (part: number[]) => part.map((word) => word.toString(16)).join(':');
  if (best.start < 0) return text(words);
  return `${text(words.slice(0, best.start))}::${text(words.slice(best.start + best.length))}`;
}

export function formatPrefix(prefix: Prefix): string {
  return `${formatIP(prefix.address)}/${prefix.length}`;
}

/** The prefix with its host bits cleared. */
export function maskPrefix(prefix: Prefix): Prefix {
  const bytes = prefix.address.bytes.map((byte, index) => byte & maskByte(prefix.length, index));
  return { address: { family: prefix.address.family, bytes }, length: prefix.length };
}

export function prefixContains(prefix: Prefix, address: IPAddressBytes): boolean {
  if (prefix.address.family !== address.family) return false;
  return address.bytes.every(
    (byte, index) => ((byte ^ prefix.address.bytes[index]!) & maskByte(prefix.length, index)) === 0,
  );
}

/** How many addresses the prefix spans, at most 2^53: enough to compare with any range that we hand out. */
export function prefixSize(prefix: Prefix): number {
  return 2 ** Math.min(53, prefix.address.bytes.length * 8 - prefix.length);
}

/** The address `offset` places after the start of the prefix. */
export function addressAt(prefix: Prefix, offset: number): IPAddressBytes {
  const bytes = [...maskPrefix(prefix).address.bytes];
  let carry = offset;
  for (let index = bytes.length - 1; index >= 0 && carry > 0; index--) {
    const sum = bytes[index]! + (carry % 256);
    bytes[index] = sum & 255;
    carry = Math.floor(carry / 256) + (sum >> 8);
  }
  return { family: prefix.address.family, bytes };
}

/** The place of an address in its prefix, from 0. The address must be inside. */
export function offsetOf(prefix: Prefix, address: IPAddressBytes): number {
  const base = maskPrefix(prefix).address.bytes;
  return address.bytes.reduce((offset, byte, index) => offset * 256 + (byte - base[index]!), 0);
}

export function isUnspecified(address: IPAddressBytes): boolean {
  return address.bytes.every((byte) => byte === 0);
}

export function isLoopback(address: IPAddressBytes): boolean {
  const { bytes, family } = address;
  return family === 'IPv4' ? bytes[0] === 127 : bytes.every((byte, index) => byte === (index === 15 ? 1 : 0));
}

/** 169.254.0.0/16, fe80::/10. */
export function isLinkLocalUnicast(address: IPAddressBytes): boolean {
  const { bytes, family } = address;
  return family === 'IPv4'
    ? bytes[0] === 169 && bytes[1] === 254
    : bytes[0] === 0xfe && (bytes[1]! & 0xc0) === 0x80;
}

/** 224.0.0.0/24, ff02::/16. */
export function isLinkLocalMulticast(address: IPAddressBytes): boolean {
  const { bytes, family } = address;
  return family === 'IPv4'
    ? bytes[0] === 224 && bytes[1] === 0 && bytes[2] === 0
    : bytes[0] === 0xff && (bytes[1]! & 0x0f) === 0x02;
}

/** True for `::ffff:10.0.0.1`. */
export function isMapped(address: IPAddressBytes): boolean {
  return (
    address.family === 'IPv6' &&
    address.bytes.slice(0, 10).every((byte) => byte === 0) &&
    address.bytes[10] === 255 &&
    address.bytes[11] === 255
  );
}

/** An IPv4-mapped IPv6 address as the IPv4 address that Go's net.IP takes it for. */
export function unmap(address: IPAddressBytes): IPAddressBytes {
  return isMapped(address) ? { family: 'IPv4', bytes: address.bytes.slice(12) } : address;
}

function maskByte(length: number, index: number): number {
  const bits = Math.max(0, Math.min(8, length - index * 8));
  return (0xff << (8 - bits)) & 0xff;
}

const ZERO = '0'.charCodeAt(0);

function parseIPv4Bytes(text: string, leadingZeros: boolean): number[] | undefined {
  const bytes: number[] = [];
  let value = 0;
  let digits = 0;
  for (let place = 0; place <= text.length; place++) {
    const digit = text.charCodeAt(place) - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (!leadingZeros && digits > 0 && value === 0) return undefined;
      value = value * 10 + digit;
      digits++;
      if (value > 255) return undefined;
      continue;
    }
    if (digits === 0 || (place < text.length && text[place] !== '.')) return undefined;
    bytes.push(value);
    value = 0;
    digits = 0;
  }
  return bytes.length === 4 ? bytes : undefined;
}

function parseIPv6(text: string): IPAddressBytes | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const before = parseWords(halves[0]!, halves.length === 1);
  const after = halves.length === 2 ? parseWords(halves[1]!, true) : [];
  if (!before || !after) return undefined;
  const missing = 16 - before.length - after.length;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  return { family: 'IPv6', bytes: [...before, ...new Array<number>(missing).fill(0), ...after] };
}

function parseWords(text: string, mayEndInIPv4: boolean): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const words = text.split(':');
  for (const [index, word] of words.entries()) {
    if (word.includes('.') && mayEndInIPv4 && index === words.length - 1) {
      const tail = parseIPv4Bytes(word, false);
      if (!tail) return undefined;
      bytes.push(...tail);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(word)) {
      const value = Number.parseInt(word, 16);
      bytes.push(value >> 8, value & 255);
    } else {
      return undefined;
    }
  }
  return bytes;
}

function parsePrefix(text: string, parse: (text: string) => IPAddressBytes | undefined): Prefix | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = parse(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (!address || !/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > address.bytes.length * 8)
    return undefined;
  return { address, length: Number(length) };
}
