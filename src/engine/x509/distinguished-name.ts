import { latin1 } from './base64.ts';
import {
  type DerElement,
  readDer,
  readObjectIdentifier,
  TAG,
  writeDer,
  writeObjectIdentifier,
} from './der.ts';
import { ATTRIBUTES, attributeName } from './object-identifiers.ts';

/** Who a certificate is for, or from: its attributes in order, each with its short name or object identifier. */
export type DistinguishedName = readonly { readonly type: string; readonly value: string }[];

export function readName({ bytes }: DerElement): DistinguishedName {
  return (readDer(bytes) ?? []).flatMap((set) =>
    (readDer(set.bytes) ?? []).flatMap((pair) => {
      const [type, value] = readDer(pair.bytes) ?? [];
      if (!type || !value) return [];
      return [{ type: attributeName(readObjectIdentifier(type.bytes)), value: textOf(value) }];
    }),
  );
}

/** A country is a PrintableString of two letters, an address of mail an IA5String, the rest UTF-8 (RFC 5280 appendix A). */
export function writeName(name: DistinguishedName): Uint8Array {
  const tag = (type: string) =>
    type === 'C'
      ? TAG.printableString
      : type === 'emailAddress' || type === 'DC'
        ? TAG.ia5String
        : TAG.utf8String;
  return writeDer(
    TAG.sequence,
    ...name.map(({ type, value }) =>
      writeDer(
        TAG.set,
        writeDer(
          TAG.sequence,
          writeObjectIdentifier(ATTRIBUTES[type] ?? type),
          writeDer(tag(type), new Uint8Array(utf8(value))),
        ),
      ),
    ),
  );
}

/** The first attribute of that name; '' when there is none. */
export function attributeOf(name: DistinguishedName, wanted: string): string {
  return name.find(({ type }) => type === wanted)?.value ?? '';
}

/** Whether two names are the same: their attributes in any case, as OpenSSL compares them. */
export function sameName(a: DistinguishedName, b: DistinguishedName): boolean {
  const key = (name: DistinguishedName) =>
    name.map(({ type, value }) => `${type}=${value.trim().replace(/\s+/g, ' ').toLowerCase()}`).join('\n');
  return key(a) === key(b);
}

function textOf({ tag, bytes }: DerElement): string {
  if (tag === TAG.bmpString) return latin1(bytes.filter((_, index) => index % 2 === 1));
  return tag === TAG.utf8String ? decodeUtf8(bytes) : latin1(bytes);
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decodeURIComponent(Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
  } catch {
    return latin1(bytes);
  }
}

function utf8(text: string): readonly number[] {
  return [...encodeURIComponent(text).matchAll(/%(..)|(.)/g)].map(([, hex, character]) =>
    hex === undefined ? character!.charCodeAt(0) : Number.parseInt(hex, 16),
  );
}
