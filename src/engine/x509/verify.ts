import type { Certificate } from './certificate.ts';
import { sameName } from './distinguished-name.ts';
import { verifyP256 } from './ecdsa.ts';
import { authorityKeyIdentifier, keyUsages, purposes, subjectKeyIdentifier } from './extensions.ts';
import { sameBytes } from './keys.ts';
import { OID } from './object-identifiers.ts';
import { verifyRsa } from './rsa.ts';

/** What OpenSSL says of a chain, by its number (x509_txt.c, OpenSSL 3.0). */
export const VERIFY_ERRORS = {
  0: 'ok',
  7: 'certificate signature failure',
  9: 'certificate is not yet valid',
  10: 'certificate has expired',
  18: 'self-signed certificate',
  19: 'self-signed certificate in certificate chain',
  20: 'unable to get local issuer certificate',
  21: 'unable to verify the first certificate',
  24: 'invalid CA certificate',
  26: 'unsupported certificate purpose',
  32: 'key usage does not include certificate signing',
  62: 'hostname mismatch',
  64: 'IP address mismatch',
} as const;
export type VerifyCode = keyof typeof VERIFY_ERRORS;

/** Something wrong in a chain; depth 0 is the server's own certificate. */
export interface VerifyError {
  readonly code: VerifyCode;
  readonly depth: number;
}

export interface Verification {
  /** The server's certificate, and those that it leads to. */
  readonly chain: readonly Certificate[];
  /** In the order in which they are found; a client that insists stops at the first. */
  readonly errors: readonly VerifyError[];
}

export interface VerifyOptions {
  /** What the server sent, its own first. */
  readonly sent: readonly Certificate[];
  readonly trusted: readonly Certificate[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Any trusted certificate ends the chain, not only a root (X509_V_FLAG_PARTIAL_CHAIN): curl does so. */
  readonly partialChain?: boolean;
}

const MAX_DEPTH = 100;

/** Builds the chain from a server's certificate to a trusted one, and checks it: X509_verify_cert of OpenSSL 3.0. */
export function verifyChain({ sent, trusted, now, partialChain = false }: VerifyOptions): Verification {
  const [leaf, ...between] = sent;
  if (!leaf) return { chain: [], errors: [{ code: 20, depth: 0 }] };
  const isTrusted = (certificate: Certificate) => trusted.some(({ der }) => sameBytes(der, certificate.der));
  const chain = [leaf];
  const errors: VerifyError[] = [];
  let anchored = false;
  for (;;) {
    const last = chain.at(-1)!;
    anchored = isTrusted(last) && (partialChain || isSelfSigned(last));
    if (anchored || isSelfSigned(last) || chain.length > MAX_DEPTH) break;
    const issuer = [...trusted, ...between].find(
      (candidate) => !chain.includes(candidate) && mayHaveIssued(candidate, last),
    );
    if (!issuer) break;
    chain.push(issuer);
  }
  const depth = chain.length - 1;
  if (!anchored) {
    const code = !isSelfSigned(chain[depth]!) ? 20 : depth === 0 ? 18 : 19;
    errors.push({ code, depth });
  }
  for (const [place, certificate] of chain.entries()) {
    if (place > 0 && certificate.version >= 3 && !certificate.isAuthority)
      errors.push({ code: 24, depth: place });
    const usages = keyUsages(certificate.extensions);
    if (place > 0 && usages && !usages.includes('keyCertSign')) errors.push({ code: 32, depth: place });
    const wanted = purposes(certificate.extensions);
    if (place === 0 && wanted && !wanted.includes(OID.serverAuth) && !wanted.includes(ANY_PURPOSE))
      errors.push({ code: 26, depth: 0 });
  }
  if (!anchored && depth === 0 && !isSelfSigned(leaf)) errors.push({ code: 21, depth: 0 });
  for (let place = depth; place >= 0; place--) {
    const certificate = chain[place]!;
    const issuer = chain[place + 1];
    if (issuer && !isSignedBy(certificate, issuer)) errors.push({ code: 7, depth: place });
    if (now < certificate.notBefore) errors.push({ code: 9, depth: place });
    if (now > certificate.notAfter) errors.push({ code: 10, depth: place });
  }
  return { chain, errors };
}

const ANY_PURPOSE = '2.5.29.37.0';

export function isSelfSigned(certificate: Certificate): boolean {
  return mayHaveIssued(certificate, certificate);
}

/** Checks the signature itself. */
export function isSignedBy(certificate: Certificate, issuer: Certificate): boolean {
  const { signatureAlgorithm, signed, signature } = certificate;
  const { publicKey } = issuer;
  if (signatureAlgorithm === OID.sha256WithRSAEncryption)
    return publicKey.kind === 'rsa' && verifyRsa(publicKey, signed, signature);
  if (signatureAlgorithm === OID.ecdsaWithSHA256)
    return (
      publicKey.kind === 'ec' &&
      publicKey.curve === OID.prime256v1 &&
      verifyP256(publicKey.bits, signed, signature)
    );
  return false;
}

/** By its name, and by the key's identifier where both have one. */
function mayHaveIssued(issuer: Certificate, certificate: Certificate): boolean {
  if (!sameName(issuer.subject, certificate.issuer)) return false;
  const wanted = authorityKeyIdentifier(certificate.extensions);
  const own = subjectKeyIdentifier(issuer.extensions);
  return !wanted || !own || sameBytes(wanted, own);
}
