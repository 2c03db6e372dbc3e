import { invert } from '@noble/curves/abstract/modular.js';
import {
  bigEndian,
  type DerElement,
  readDer,
  readObjectIdentifier,
  TAG,
  toNumber,
  writeBits,
  writeDer,
  writeInteger,
  writeObjectIdentifier,
} from './der.ts';
import { ecPublicKey, P256, type P256Key } from './ecdsa.ts';
import { OID } from './object-identifiers.ts';
import type { PemBlock } from './pem.ts';
import { bitSize, type RsaKey } from './rsa.ts';

/** A SubjectPublicKeyInfo (RFC 5280 §4.1.2.7). */
export type PublicKey = {
  /** In bits. */
  readonly size: number;
  /** The structure as a whole. */
  readonly der: Uint8Array;
  /** The key's own bytes, whose digest is the key's identifier. */
  readonly bits: Uint8Array;
} & (
  | { readonly kind: 'rsa'; readonly modulus: bigint; readonly exponent: bigint }
  | { readonly kind: 'ec'; readonly curve: string }
  | { readonly kind: 'other'; readonly algorithm: string }
);

/** A private key that certificates can be signed with, or of another kind, which is only compared. */
export type PrivateKey =
  | ({ readonly kind: 'rsa' } & RsaKey)
  | ({ readonly kind: 'ec' } & P256Key)
  /** A curve that nothing here signs with: only its public half is known, when the file has it. */
  | { readonly kind: 'other'; readonly publicBits: Uint8Array | undefined };

const EC_SIZES: Readonly<Record<string, number>> = {
  [OID.prime256v1]: 256,
  '1.3.132.0.34': 384,
  '1.3.132.0.35': 521,
};

export function readPublicKey(element: DerElement): PublicKey | undefined {
  const [algorithm, key] = readDer(element.bytes) ?? [];
  const [type, parameters] = (algorithm && readDer(algorithm.bytes)) ?? [];
  if (!type || key?.tag !== TAG.bitString) return undefined;
  const oid = readObjectIdentifier(type.bytes);
  const base = { der: element.whole, bits: key.bytes.subarray(1) };
  if (oid === OID.rsaEncryption) {
    const [modulus, exponent] = integersOf(base.bits);
    if (modulus === undefined || exponent === undefined) return undefined;
    return { ...base, kind: 'rsa', size: bitSize(modulus), modulus, exponent };
  }
  if (oid === OID.ecPublicKey && parameters) {
    const curve = readObjectIdentifier(parameters.bytes);
    return { ...base, kind: 'ec', size: EC_SIZES[curve] ?? 0, curve };
  }
  return { ...base, kind: 'other', size: base.bits.length * 8, algorithm: oid };
}

/** The public half of a key; undefined: the file does not say. */
export function publicKeyOf(key: PrivateKey): PublicKey | undefined {
  if (key.kind === 'other') return undefined;
  const algorithm =
    key.kind === 'rsa'
      ? writeDer(TAG.sequence, writeObjectIdentifier(OID.rsaEncryption), writeDer(TAG.null))
      : writeDer(TAG.sequence, writeObjectIdentifier(OID.ecPublicKey), writeObjectIdentifier(P256));
  const bits =
    key.kind === 'rsa'
      ? writeDer(TAG.sequence, writeInteger(key.modulus), writeInteger(key.exponent))
      : ecPublicKey(key);
  const whole = writeDer(TAG.sequence, algorithm, writeBits(bits));
  return readPublicKey(readDer(whole)![0]!);
}

/** Whether a certificate's key is the public half of that private key (Go's tls.X509KeyPair). */
export function isPair(publicKey: PublicKey, key: PrivateKey): boolean {
  const own = key.kind === 'other' ? key.publicBits : publicKeyOf(key)?.bits;
  return own !== undefined && sameBytes(own, publicKey.bits);
}

/** Reads PKCS #8, PKCS #1 and SEC 1; undefined: no key, or a sealed one. */
export function readPrivateKey({ label, der }: PemBlock): PrivateKey | undefined {
  const fields = childrenOf(der);
  if (!fields) return undefined;
  switch (label) {
    case 'RSA PRIVATE KEY':
      return readRsa(der);
    case 'EC PRIVATE KEY':
      return readEc(fields, undefined);
    case 'PRIVATE KEY': {
      const [, algorithm, inner] = fields;
      const [type, parameters] = (algorithm && readDer(algorithm.bytes)) ?? [];
      if (!type || !inner) return undefined;
      const oid = readObjectIdentifier(type.bytes);
      if (oid === OID.rsaEncryption) return readRsa(inner.bytes);
      if (oid !== OID.ecPublicKey) return { kind: 'other', publicBits: undefined };
      const own = childrenOf(inner.bytes);
      return own && readEc(own, parameters && readObjectIdentifier(parameters.bytes));
    }
    default:
      return undefined;
  }
}

/** PKCS #8, as `openssl req -nodes` writes it: label `PRIVATE KEY`. */
export function writePrivateKey(key: Exclude<PrivateKey, { kind: 'other' }>): Uint8Array {
  const version = writeInteger(0n);
  if (key.kind === 'rsa') {
    const { modulus, exponent, privateExponent, primes } = key;
    const [p, q] = primes;
    const inverse = invert(q, p);
    const numbers = [
      modulus,
      exponent,
      privateExponent,
      p,
      q,
      privateExponent % (p - 1n),
      privateExponent % (q - 1n),
      inverse,
    ];
    const inner = writeDer(TAG.sequence, version, ...numbers.map(writeInteger));
    const algorithm = writeDer(TAG.sequence, writeObjectIdentifier(OID.rsaEncryption), writeDer(TAG.null));
    return writeDer(TAG.sequence, version, algorithm, writeDer(TAG.octetString, inner));
  }
  const inner = writeDer(
    TAG.sequence,
    writeInteger(1n),
    writeDer(TAG.octetString, bigEndian(key.secret, 32)),
    writeDer(0xa1, writeBits(ecPublicKey(key))),
  );
  const algorithm = writeDer(
    TAG.sequence,
    writeObjectIdentifier(OID.ecPublicKey),
    writeObjectIdentifier(P256),
  );
  return writeDer(TAG.sequence, version, algorithm, writeDer(TAG.octetString, inner));
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function readRsa(der: Uint8Array): PrivateKey | undefined {
  const [, modulus, exponent, privateExponent, p, q] = integersOf(der);
  if (modulus === undefined || exponent === undefined || privateExponent === undefined) return undefined;
  if (p === undefined || q === undefined || p * q !== modulus) return undefined;
  return { kind: 'rsa', modulus, exponent, privateExponent, primes: [p, q] };
}

/** ECPrivateKey (RFC 5915): version, secret, [0] curve, [1] public key. */
function readEc(fields: readonly DerElement[], outerCurve: string | undefined): PrivateKey | undefined {
  const secret = fields[1];
  if (secret?.tag !== TAG.octetString) return undefined;
  const [named] = childrenOf(fields.find(({ tag }) => tag === 0xa0)?.bytes, false) ?? [];
  const curve = named ? readObjectIdentifier(named.bytes) : outerCurve;
  if (curve === P256) return { kind: 'ec', secret: toNumber(secret.bytes) };
  const [bits] = childrenOf(fields.find(({ tag }) => tag === 0xa1)?.bytes, false) ?? [];
  return { kind: 'other', publicBits: bits?.bytes.subarray(1) };
}

/** The elements within the first element of the bytes, or (`wrapped` false) the elements of the bytes themselves. */
function childrenOf(bytes: Uint8Array | undefined, wrapped = true): readonly DerElement[] | undefined {
  const elements = bytes && readDer(bytes);
  return wrapped ? elements?.[0] && readDer(elements[0].bytes) : elements;
}

function integersOf(der: Uint8Array): readonly bigint[] {
  return (childrenOf(der) ?? []).map(({ bytes }) => toNumber(bytes));
}
