import { GENERATED_NAME_ALPHABET } from './generated-names.ts';

/** FNV-1, 32 bits, over the UTF-8 bytes of a text (Go's hash/fnv New32). Answers an unsigned number. */
export function fnv32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of utf8Bytes(text)) hash = Math.imul(hash, 0x01000193) ^ byte;
  return hash >>> 0;
}

/** FNV-1a, 32 bits, over the UTF-8 bytes of a text (Go's hash/fnv New32a). Answers an unsigned number. */
export function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of utf8Bytes(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/**
 * Models SafeEncodeString (k8s.io/apimachinery/pkg/util/rand): every character becomes one of the letters and digits
 * that cannot spell a word. Hashes in names, such as pod-template-hash, look as they do because of it.
 */
export function safeEncodeString(text: string): string {
  let encoded = '';
  for (const byte of utf8Bytes(text))
    encoded += GENERATED_NAME_ALPHABET[byte % GENERATED_NAME_ALPHABET.length];
  return encoded;
}

/** The UTF-8 bytes of a text; a lone surrogate becomes U+FFFD, as in Go. */
export function utf8Bytes(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    let code = character.codePointAt(0)!;
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      );
  }
  return bytes;
}
