/** One element of DER (ITU-T X.690): a tag, and bytes that are a value or elements again. */
export interface DerElement {
  readonly tag: number;
  readonly bytes: Uint8Array;
  /** The element as a whole: its tag and length too. */
  readonly whole: Uint8Array;
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The elements that stand one after another in the bytes; undefined when they are not DER. */
export function readDer(bytes: Uint8Array): readonly DerElement[] | undefined {
  const elements: DerElement[] = [];
  let at = 0;
  while (at < bytes.length) {
    const start = at;
    const tag = bytes[at]!;
    let length = bytes[at + 1];
    if (length === undefined) return undefined;
    at += 2;
    if (length >= 0x80) {
      const digits = length & 0x7f;
      if (digits === 0 || digits > 4) return undefined;
      length = 0;
      for (let digit = 0; digit < digits; digit++) length = length * 256 + (bytes[at + digit] ?? Number.NaN);
      at += digits;
    }
    if (!(at + length <= bytes.length)) return undefined;
    elements.push({
      tag,
      bytes: bytes.subarray(at, at + length),
      whole: bytes.subarray(start, at + length),
    });
    at += length;
  }
  return elements;
}

/** An element: its tag, its length, and the parts of its value one after another. */
export function writeDer(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const digits: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  const head = length < 0x80 ? [tag, length] : [tag, 0x80 | digits.length, ...digits];
  const bytes = new Uint8Array(head.length + length);
  bytes.set(head);
  let at = head.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** An INTEGER that is not negative. */
export function writeInteger(value: bigint): Uint8Array {
  const bytes = bigEndian(value);
  return writeDer(TAG.integer, ...(bytes[0]! >= 0x80 ? [Uint8Array.of(0)] : []), bytes);
}

/** A number's bytes, the highest first; at least one, or `length` of them. */
export function bigEndian(value: bigint, length?: number): Uint8Array {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  const padded = length === undefined ? even : even.padStart(length * 2, '0');
  return Uint8Array.from(padded.match(/../g)!, (pair) => Number.parseInt(pair, 16));
}

export function toNumber(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${hexOf(bytes)}`);
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** An object identifier in dots: `2.5.4.3`. */
export function readObjectIdentifier(bytes: Uint8Array): string {
  const numbers: number[] = [];
  let value = 0;
  for (const byte of bytes) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    numbers.push(value);
    value = 0;
  }
  const first = numbers.shift() ?? 0;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...numbers].join('.');
}

export function writeObjectIdentifier(text: string): Uint8Array {
  const [root = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [root * 40 + second, ...rest].flatMap((number) => {
    const digits = [number & 0x7f];
    for (let left = number >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return writeDer(TAG.objectIdentifier, Uint8Array.from(bytes));
}

/** A BIT STRING of whole bytes. */
export function writeBits(bytes: Uint8Array): Uint8Array {
  return writeDer(TAG.bitString, Uint8Array.of(0), bytes);
}
