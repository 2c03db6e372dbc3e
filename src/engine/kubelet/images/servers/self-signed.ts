import {
  drawSerialNumber,
  generateRsaKey,
  issueCertificate,
  keyIdentifiers,
  OID,
  publicKeyOf,
  type SigningKey,
  writeAlternativeNames,
  writeBasicConstraints,
  writeKeyUsage,
  writePurposes,
} from '../../../x509/index.ts';

const HOUR_MS = 60 * 60 * 1000;
const YEAR_MS = 365 * 24 * HOUR_MS;

/**
 * The certificates, in DER, that a component without any of its own makes for itself at its start, from an authority that
 * lives for this one signature (client-go util/cert GenerateSelfSignedCertKey). Here they are made when first asked for.
 */
export function selfSignedChain(
  host: string,
  startedMs: number,
  random: () => number,
): () => readonly Uint8Array[] {
  let made: readonly Uint8Array[] | undefined;
  return () => {
    made ??= make(host, startedMs, random);
    return made;
  };
}

function make(host: string, startedMs: number, random: () => number): readonly Uint8Array[] {
  const seconds = Math.floor(startedMs / 1000);
  const commonName = (value: string) => [{ type: 'CN', value }];
  const [caName, name] = [commonName(`${host}-ca@${seconds}`), commonName(`${host}@${seconds}`)];
  const validity = { notBefore: startedMs - HOUR_MS, notAfter: startedMs - HOUR_MS + YEAR_MS };
  const caKey: SigningKey = { kind: 'rsa', ...generateRsaKey(2048, random) };
  const key: SigningKey = { kind: 'rsa', ...generateRsaKey(2048, random) };
  const caPublicKey = publicKeyOf(caKey)!;
  const [subjectKey, authorityKey] = keyIdentifiers(caPublicKey, caKey);
  const extension = (type: string, critical: boolean, value: Uint8Array) => ({ type, critical, value });
  const names = extension(
    OID.subjectAltName,
    false,
    writeAlternativeNames(
      /^[\d.]+$/.test(host) ? { dns: [], addresses: [host] } : { dns: [host], addresses: [] },
    ),
  );
  const ca = issueCertificate({
    ...validity,
    serialNumber: drawSerialNumber(63, random),
    subject: caName,
    issuer: caName,
    publicKey: caPublicKey,
    extensions: [
      extension(OID.keyUsage, true, writeKeyUsage(['digitalSignature', 'keyEncipherment', 'keyCertSign'])),
      extension(OID.basicConstraints, true, writeBasicConstraints(true)),
      subjectKey!,
      names,
    ],
    key: caKey,
  });
  const own = issueCertificate({
    ...validity,
    serialNumber: drawSerialNumber(63, random),
    subject: name,
    issuer: caName,
    publicKey: publicKeyOf(key)!,
    extensions: [
      extension(OID.keyUsage, true, writeKeyUsage(['digitalSignature', 'keyEncipherment'])),
      extension(OID.extendedKeyUsage, false, writePurposes([OID.serverAuth])),
      extension(OID.basicConstraints, true, writeBasicConstraints(false)),
      authorityKey!,
      names,
    ],
    key: caKey,
  });
  return [own.der, ca.der];
}
