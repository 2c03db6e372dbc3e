import { p256 } from '@noble/curves/nist.js';
import { bigEndian } from './der.ts';
import { OID } from './object-identifiers.ts';

/** A key of the curve P-256, `prime256v1` to OpenSSL: the one curve that everything can use. */
export interface P256Key {
  readonly secret: bigint;
}

export const P256 = OID.prime256v1;

// A cluster signs a handful of certificates: the default table of 8-bit windows would cost more than it ever saves.
p256.Point.BASE.precompute(4);

/** `random` answers draws in [0, 1); the same draws give the same key. */
export function generateP256Key(random: () => number): P256Key {
  const order = p256.Point.CURVE().n;
  let secret = 0n;
  for (let drawn = 0; drawn < 17; drawn++) secret = (secret << 16n) | BigInt(Math.floor(random() * 65536));
  return { secret: (secret % (order - 1n)) + 1n };
}

/** The point, uncompressed: 04 X Y. */
export function ecPublicKey({ secret }: P256Key): Uint8Array {
  return p256.getPublicKey(bigEndian(secret, 32), false);
}

/** ECDSA with SHA-256, as DER; the same message gives the same signature (RFC 6979). */
export function signP256({ secret }: P256Key, message: Uint8Array): Uint8Array {
  return p256.sign(message, bigEndian(secret, 32), { format: 'der', lowS: false });
}

export function verifyP256(point: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return p256.verify(signature, message, point, { format: 'der', lowS: false });
  } catch {
    return false;
  }
}
