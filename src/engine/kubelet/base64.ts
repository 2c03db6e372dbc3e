const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 as UTF-8 text. Bytes that are no text become U+FFFD. */
export function decodeBase64(encoded: string): string {
  const bytes: number[] = [];
  let buffer = 0;
  let bits = 0;
  for (const character of encoded) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) continue;
    buffer = ((buffer << 6) | value) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((buffer >> bits) & 0xff);
  }
  return decodeUtf8(bytes);
}

function decodeUtf8(bytes: readonly number[]): string {
  let text = '';
  for (let index = 0; index < bytes.length; ) {
    const lead = bytes[index]!;
    const length =
      lead < 0x80
        ? 1
        : lead >= 0xc2 && lead < 0xe0
          ? 2
          : lead >= 0xe0 && lead < 0xf0
            ? 3
            : lead >= 0xf0 && lead < 0xf5
              ? 4
              : 0;
    const rest = bytes.slice(index + 1, index + length);
    if (length === 0 || rest.length !== length - 1 || rest.some((byte) => byte >> 6 !== 0b10)) {
      text += '\ufffd';
      index++;
      continue;
    }
    const first = length === 1 ? lead : lead & (0xff >> (length + 1));
    text += String.fromCodePoint(rest.reduce((point, byte) => (point << 6) | (byte & 0x3f), first));
    index += length;
  }
  return text;
}
