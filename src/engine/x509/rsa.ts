import { invert, pow } from '@noble/curves/abstract/modular.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bigEndian, toNumber } from './der.ts';

export interface RsaPublicKey {
  readonly modulus: bigint;
  readonly exponent: bigint;
}

/** An RSA key with its primes, as PKCS #1 files hold it (RFC 8017 §3.2). */
export interface RsaKey extends RsaPublicKey {
  readonly privateExponent: bigint;
  readonly primes: readonly [bigint, bigint];
}

const EXPONENT = 65537n;
/** Rounds of Miller and Rabin for candidates drawn by chance: fewer than one in 2^100 is none (FIPS 186-5, table B.1). */
const ROUNDS = 5;
/** DigestInfo of a SHA-256 digest (RFC 8017 §9.2). */
const SHA256_DIGEST_INFO = Uint8Array.from([
  0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
  0x20,
]);

/** Makes a key of so many bits. `random` answers draws in [0, 1); the same draws give the same key. */
export function generateRsaKey(bits: number, random: () => number): RsaKey {
  for (;;) {
    const p = findPrime(bits / 2, random);
    const q = findPrime(bits / 2, random);
    if (p === q) continue;
    const primes: readonly [bigint, bigint] = p > q ? [p, q] : [q, p];
    const modulus = p * q;
    const privateExponent = invert(EXPONENT, (p - 1n) * (q - 1n));
    return { modulus, exponent: EXPONENT, privateExponent, primes };
  }
}

/** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2). */
export function signRsa({ modulus, privateExponent }: RsaKey, message: Uint8Array): Uint8Array {
  const size = byteSize(modulus);
  return bigEndian(pow(toNumber(encode(message, size)), privateExponent, modulus), size);
}

export function verifyRsa(
  { modulus, exponent }: RsaPublicKey,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const size = byteSize(modulus);
  if (signature.length !== size) return false;
  return pow(toNumber(signature), exponent, modulus) === toNumber(encode(message, size));
}

export function bitSize(value: bigint): number {
  return value.toString(2).length;
}

function byteSize(modulus: bigint): number {
  return Math.ceil(bitSize(modulus) / 8);
}

/** EMSA-PKCS1-v1_5: 00 01 FF … FF 00 DigestInfo. */
function encode(message: Uint8Array, size: number): Uint8Array {
  const digest = sha256(message);
  const padded = new Uint8Array(size).fill(0xff);
  padded.set([0, 1]);
  const tail = Uint8Array.from([0, ...SHA256_DIGEST_INFO, ...digest]);
  padded.set(tail, size - tail.length);
  return padded;
}

/**
 * The first prime after a number drawn by chance, of exactly so many bits, for which the exponent can be inverted. The
 * remainders of small primes pass over most numbers that are none (as OpenSSL's probable_prime does).
 */
function findPrime(bits: number, random: () => number): bigint {
  const small = smallPrimes(2048);
  for (;;) {
    const start = drawBits(bits, random) | 1n;
    const remainders = small.map((prime) => Number(start % BigInt(prime)));
    for (let step = 0; step < 4096; step += 2) {
      if (small.some((prime, index) => (remainders[index]! + step) % prime === 0)) continue;
      const candidate = start + BigInt(step);
      if (candidate % EXPONENT === 1n) continue;
      if (bitSize(candidate) === bits && isProbablyPrime(candidate, random)) return candidate;
    }
  }
}

/** Odd primes only: candidates are odd. */
function smallPrimes(limit: number): readonly number[] {
  const composite = new Uint8Array(limit);
  const primes: number[] = [];
  for (let number = 3; number < limit; number += 2) {
    if (composite[number]) continue;
    primes.push(number);
    for (let multiple = number * number; multiple < limit; multiple += number) composite[multiple] = 1;
  }
  return primes;
}

/** With its two highest bits set, so that the product of two has twice as many bits. */
function drawBits(bits: number, random: () => number): bigint {
  let value = 3n;
  for (let drawn = 2; drawn < bits; drawn += 16) {
    const count = Math.min(16, bits - drawn);
    value = (value << BigInt(count)) | BigInt(Math.floor(random() * 2 ** count));
  }
  return value;
}

function isProbablyPrime(candidate: bigint, random: () => number): boolean {
  const even = candidate - 1n;
  let odd = even;
  let twos = 0;
  while ((odd & 1n) === 0n) {
    odd >>= 1n;
    twos++;
  }
  for (let round = 0; round < ROUNDS; round++) {
    const base = round === 0 ? 2n : 3n + drawBits(48, random);
    let power = pow(base, odd, candidate);
    if (power === 1n || power === even) continue;
    let left = twos - 1;
    while (left > 0 && power !== even) {
      power = (power * power) % candidate;
      left--;
    }
    if (power !== even) return false;
  }
  return true;
}
