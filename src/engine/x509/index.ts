export {
  type Certificate,
  isFor,
  readCertificate,
  readCertificates,
} from './certificate.ts';
export { hexOf } from './der.ts';
export { attributeOf, type DistinguishedName } from './distinguished-name.ts';
export { generateP256Key } from './ecdsa.ts';
export {
  type AlternativeNames,
  alternativeNames,
  authorityKeyIdentifier,
  type Extension,
  isAuthority,
  KEY_USAGES,
  type KeyUsage,
  keyUsages,
  purposes,
  subjectKeyIdentifier,
  writeAlternativeNames,
  writeBasicConstraints,
  writeKeyUsage,
  writePurposes,
} from './extensions.ts';
export {
  drawSerialNumber,
  type IssueOptions,
  issueCertificate,
  keyIdentifiers,
  type SigningKey,
} from './issue.ts';
export { type KeyPair, readKeyPair } from './key-pair.ts';
export {
  isPair,
  type PrivateKey,
  type PublicKey,
  publicKeyOf,
  readPrivateKey,
  writePrivateKey,
} from './keys.ts';
export { OID } from './object-identifiers.ts';
export { readPem, readPemOfSecret, writePem } from './pem.ts';
export { type CertificateRequest, readRequest, writeRequest } from './request.ts';
export { generateRsaKey } from './rsa.ts';
export {
  isSelfSigned,
  isSignedBy,
  VERIFY_ERRORS,
  type Verification,
  type VerifyCode,
  verifyChain,
} from './verify.ts';
