import {
  type Certificate,
  drawSerialNumber,
  generateRsaKey,
  issueCertificate,
  OID,
  publicKeyOf,
  type SigningKey,
  writeAlternativeNames,
  writeBasicConstraints,
  writeKeyUsage,
  writePurposes,
} from '../x509/index.ts';

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/**
 * The self-signed certificate that the controller shows where it has no other (internal/net/ssl getFakeHostSSLCert,
 * v1.15). The real one makes it at its start; here it is made when the first client asks, because an RSA key takes the
 * better part of a second.
 */
export function fakeCertificate(startedMs: number, random: () => number): () => Certificate {
  let made: Certificate | undefined;
  return () => {
    made ??= make(startedMs, random);
    return made;
  };
}

function make(notBefore: number, random: () => number): Certificate {
  const key: SigningKey = { kind: 'rsa', ...generateRsaKey(2048, random) };
  const name = [
    { type: 'O', value: 'Acme Co' },
    { type: 'CN', value: 'Kubernetes Ingress Controller Fake Certificate' },
  ];
  return issueCertificate({
    serialNumber: drawSerialNumber(128, random),
    subject: name,
    issuer: name,
    notBefore,
    notAfter: notBefore + YEAR_MS,
    publicKey: publicKeyOf(key)!,
    extensions: [
      {
        type: OID.keyUsage,
        critical: true,
        value: writeKeyUsage(['digitalSignature', 'keyEncipherment']),
      },
      { type: OID.extendedKeyUsage, critical: false, value: writePurposes([OID.serverAuth]) },
      { type: OID.basicConstraints, critical: true, value: writeBasicConstraints(false) },
      {
        type: OID.subjectAltName,
        critical: false,
        value: writeAlternativeNames({ dns: ['ingress.local'], addresses: [] }),
      },
    ],
    key,
  });
}
