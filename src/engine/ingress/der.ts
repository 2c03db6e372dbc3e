/** One element of DER (ITU-T X.690): a tag, and bytes that are a value or elements again. */
export interface DerElement {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

/** The elements that stand one after another in the bytes; undefined when they are not DER. */
export function readDer(bytes: Uint8Array): readonly DerElement[] | undefined {
  const elements: DerElement[] = [];
  let at = 0;
  while (at < bytes.length) {
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
    elements.push({ tag, bytes: bytes.subarray(at, at + length) });
    at += length;
  }
  return elements;
}

/** An object identifier in dots: `2.5.4.3`. */
export function objectIdentifier(bytes: Uint8Array): string {
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
