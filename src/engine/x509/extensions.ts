import { latin1 } from './base64.ts';
import {
  type DerElement,
  readDer,
  readObjectIdentifier,
  TAG,
  writeDer,
  writeObjectIdentifier,
} from './der.ts';
import { OID } from './object-identifiers.ts';

/** A certificate's extension, its value still in DER (RFC 5280 §4.2). */
export interface Extension {
  readonly type: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

export interface AlternativeNames {
  readonly dns: readonly string[];
  readonly addresses: readonly string[];
}

/** The bits of a key usage, the first of them first (RFC 5280 §4.2.1.3). */
export const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsage = (typeof KEY_USAGES)[number];

export function readExtensions(list: DerElement | undefined): readonly Extension[] {
  return ((list && readDer(list.bytes)) ?? []).flatMap(({ bytes }) => {
    const [type, ...rest] = readDer(bytes) ?? [];
    const value = rest.at(-1);
    if (!type || value?.tag !== TAG.octetString) return [];
    const critical = rest.length > 1 && rest[0]!.bytes[0] !== 0;
    return [{ type: readObjectIdentifier(type.bytes), critical, value: value.bytes }];
  });
}

export function writeExtension({ type, critical, value }: Extension): Uint8Array {
  return writeDer(
    TAG.sequence,
    writeObjectIdentifier(type),
    ...(critical ? [writeDer(TAG.boolean, Uint8Array.of(0xff))] : []),
    writeDer(TAG.octetString, value),
  );
}

export function alternativeNames(extensions: readonly Extension[]): AlternativeNames {
  const names = within(extensions, OID.subjectAltName);
  return {
    dns: names.filter(({ tag }) => tag === 0x82).map(({ bytes }) => latin1(bytes)),
    addresses: names.filter(({ tag }) => tag === 0x87).map(({ bytes }) => addressText(bytes)),
  };
}

export function isAuthority(extensions: readonly Extension[]): boolean {
  const [first] = within(extensions, OID.basicConstraints);
  return first?.tag === TAG.boolean && first.bytes[0] !== 0;
}

/** undefined: no such extension, so every use is allowed. */
export function keyUsages(extensions: readonly Extension[]): readonly KeyUsage[] | undefined {
  const found = extensions.find(({ type }) => type === OID.keyUsage);
  const bits = found && readDer(found.value)?.[0]?.bytes;
  return bits && KEY_USAGES.filter((_, bit) => ((bits[1 + (bit >> 3)] ?? 0) << (bit & 7)) & 0x80);
}

/** The object identifiers of the purposes; undefined: no such extension. */
export function purposes(extensions: readonly Extension[]): readonly string[] | undefined {
  if (!extensions.some(({ type }) => type === OID.extendedKeyUsage)) return undefined;
  return within(extensions, OID.extendedKeyUsage).map(({ bytes }) => readObjectIdentifier(bytes));
}

export function subjectKeyIdentifier(extensions: readonly Extension[]): Uint8Array | undefined {
  const found = extensions.find(({ type }) => type === OID.subjectKeyIdentifier);
  return found && readDer(found.value)?.[0]?.bytes;
}

export function authorityKeyIdentifier(extensions: readonly Extension[]): Uint8Array | undefined {
  return within(extensions, OID.authorityKeyIdentifier).find(({ tag }) => tag === 0x80)?.bytes;
}

export function writeAlternativeNames({ dns, addresses }: AlternativeNames): Uint8Array {
  return writeDer(
    TAG.sequence,
    ...dns.map((name) =>
      writeDer(
        0x82,
        Uint8Array.from(name, (character) => character.charCodeAt(0)),
      ),
    ),
    ...addresses.map((address) => writeDer(0x87, Uint8Array.from(address.split('.').map(Number)))),
  );
}

export function writeBasicConstraints(authority: boolean): Uint8Array {
  return writeDer(TAG.sequence, ...(authority ? [writeDer(TAG.boolean, Uint8Array.of(0xff))] : []));
}

export function writeKeyUsage(usages: readonly KeyUsage[]): Uint8Array {
  const bits = usages.map((usage) => KEY_USAGES.indexOf(usage)).filter((bit) => bit < 8);
  const byte = bits.reduce((sum, bit) => sum | (0x80 >> bit), 0);
  return writeDer(TAG.bitString, Uint8Array.of(7 - Math.max(...bits), byte));
}

export function writePurposes(objectIdentifiers: readonly string[]): Uint8Array {
  return writeDer(TAG.sequence, ...objectIdentifiers.map(writeObjectIdentifier));
}

/** The elements of an extension's SEQUENCE. */
function within(extensions: readonly Extension[], wanted: string): readonly DerElement[] {
  const found = extensions.find(({ type }) => type === wanted);
  const sequence = found && readDer(found.value)?.[0];
  return (sequence && readDer(sequence.bytes)) ?? [];
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16).toUpperCase(),
  );
  return groups.join(':');
}
