import { sha1 } from '@noble/hashes/legacy.js';
import { type Certificate, readCertificate } from './certificate.ts';
import { TAG, writeBits, writeDer, writeInteger, writeObjectIdentifier } from './der.ts';
import { type DistinguishedName, writeName } from './distinguished-name.ts';
import { signP256 } from './ecdsa.ts';
import { type Extension, writeExtension } from './extensions.ts';
import { type PrivateKey, type PublicKey, publicKeyOf } from './keys.ts';
import { OID } from './object-identifiers.ts';
import { signRsa } from './rsa.ts';

/** A private key that can sign. */
export type SigningKey = Exclude<PrivateKey, { kind: 'other' }>;

export interface IssueOptions {
  readonly serialNumber: bigint;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** Milliseconds since 1970; cut to seconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Whose certificate it is. */
  readonly publicKey: PublicKey;
  readonly extensions: readonly Extension[];
  /** Who signs. */
  readonly key: SigningKey;
}

/** Makes and signs a certificate of version 3. */
export function issueCertificate(options: IssueOptions): Certificate {
  const { serialNumber, subject, issuer, notBefore, notAfter, publicKey, extensions, key } = options;
  const body = writeDer(
    TAG.sequence,
    writeDer(0xa0, writeInteger(2n)),
    writeInteger(serialNumber),
    signatureAlgorithm(key),
    writeName(issuer),
    writeDer(TAG.sequence, writeTime(notBefore), writeTime(notAfter)),
    writeName(subject),
    publicKey.der,
    ...(extensions.length > 0
      ? [writeDer(0xa3, writeDer(TAG.sequence, ...extensions.map(writeExtension)))]
      : []),
  );
  return readCertificate(signedBy(key, body))!;
}

/** A signed structure: what is signed, with what, and the signature. */
export function signedBy(key: SigningKey, body: Uint8Array): Uint8Array {
  const signature = key.kind === 'rsa' ? signRsa(key, body) : signP256(key, body);
  return writeDer(TAG.sequence, body, signatureAlgorithm(key), writeBits(signature));
}

/** What stands for a key in the certificates that it signs: the SHA-1 digest of its bits (RFC 5280 §4.2.1.2). */
export function keyIdentifier({ bits }: PublicKey): Uint8Array {
  return sha1(bits);
}

/** The extensions by which a certificate is tied to its issuer's. */
export function keyIdentifiers(publicKey: PublicKey, issuerKey: SigningKey): readonly Extension[] {
  const issuer = publicKeyOf(issuerKey)!;
  return [
    {
      type: OID.subjectKeyIdentifier,
      critical: false,
      value: writeDer(TAG.octetString, keyIdentifier(publicKey)),
    },
    {
      type: OID.authorityKeyIdentifier,
      critical: false,
      value: writeDer(TAG.sequence, writeDer(0x80, keyIdentifier(issuer))),
    },
  ];
}

/** A serial number of so many bits, drawn by chance. */
export function drawSerialNumber(bits: number, random: () => number): bigint {
  let value = 1n;
  for (let drawn = 1; drawn < bits; drawn++) value = (value << 1n) | (random() < 0.5 ? 0n : 1n);
  return value;
}

function signatureAlgorithm({ kind }: SigningKey): Uint8Array {
  return kind === 'rsa'
    ? writeDer(TAG.sequence, writeObjectIdentifier(OID.sha256WithRSAEncryption), writeDer(TAG.null))
    : writeDer(TAG.sequence, writeObjectIdentifier(OID.ecdsaWithSHA256));
}

/** UTCTime until 2049 (RFC 5280 §4.1.2.5). */
function writeTime(milliseconds: number): Uint8Array {
  const digits = `${new Date(milliseconds).toISOString().slice(0, 19).replace(/\D/g, '')}Z`;
  const short = Number(digits.slice(0, 4)) < 2050;
  const text = short ? digits.slice(2) : digits;
  return writeDer(
    short ? TAG.utcTime : TAG.generalizedTime,
    Uint8Array.from(text, (character) => character.charCodeAt(0)),
  );
}
