import {
  alternativeNames,
  authorityKeyIdentifier,
  type Certificate,
  type Extension,
  hexOf,
  isAuthority,
  type KeyUsage,
  keyUsages,
  OID,
  type PublicKey,
  purposes,
  subjectKeyIdentifier,
} from '../../../engine/index.ts';
import { opensslDate, opensslName } from '../tls/names.ts';

const ALGORITHMS: Readonly<Record<string, string>> = {
  [OID.sha256WithRSAEncryption]: 'sha256WithRSAEncryption',
  '1.2.840.113549.1.1.5': 'sha1WithRSAEncryption',
  '1.2.840.113549.1.1.12': 'sha384WithRSAEncryption',
  '1.2.840.113549.1.1.13': 'sha512WithRSAEncryption',
  [OID.ecdsaWithSHA256]: 'ecdsa-with-SHA256',
  '1.2.840.10045.4.3.3': 'ecdsa-with-SHA384',
  '1.3.101.112': 'ED25519',
};
const CURVES: Readonly<Record<string, readonly [string, string]>> = {
  [OID.prime256v1]: ['prime256v1', 'P-256'],
  '1.3.132.0.34': ['secp384r1', 'P-384'],
  '1.3.132.0.35': ['secp521r1', 'P-521'],
};
const EXTENSIONS: Readonly<Record<string, string>> = {
  [OID.subjectKeyIdentifier]: 'X509v3 Subject Key Identifier',
  [OID.keyUsage]: 'X509v3 Key Usage',
  [OID.subjectAltName]: 'X509v3 Subject Alternative Name',
  [OID.basicConstraints]: 'X509v3 Basic Constraints',
  [OID.authorityKeyIdentifier]: 'X509v3 Authority Key Identifier',
  [OID.extendedKeyUsage]: 'X509v3 Extended Key Usage',
};
const USAGES: Readonly<Record<KeyUsage, string>> = {
  digitalSignature: 'Digital Signature',
  nonRepudiation: 'Non Repudiation',
  keyEncipherment: 'Key Encipherment',
  dataEncipherment: 'Data Encipherment',
  keyAgreement: 'Key Agreement',
  keyCertSign: 'Certificate Sign',
  cRLSign: 'CRL Sign',
  encipherOnly: 'Encipher Only',
  decipherOnly: 'Decipher Only',
};
const PURPOSES: Readonly<Record<string, string>> = {
  [OID.serverAuth]: 'TLS Web Server Authentication',
  [OID.clientAuth]: 'TLS Web Client Authentication',
};

export function algorithmName(oid: string): string {
  return ALGORITHMS[oid] ?? oid;
}

/** `RSA-SHA256`, as s_client abbreviates it. */
export function shortAlgorithm(oid: string): string {
  return algorithmName(oid).replace(
    /^(sha\d+)WithRSAEncryption$/,
    (_, digest: string) => `RSA-${digest.toUpperCase()}`,
  );
}

export function keyAlgorithm(key: PublicKey): string {
  return key.kind === 'rsa' ? 'rsaEncryption' : key.kind === 'ec' ? 'id-ecPublicKey' : key.algorithm;
}

/** What `openssl x509 -text` prints (X509_print_ex, OpenSSL 3.0). */
export function certificateText(certificate: Certificate): string {
  const { version, serialNumber, issuer, subject, notBefore, notAfter, publicKey, extensions, signature } =
    certificate;
  const algorithm = algorithmName(certificate.signatureAlgorithm);
  return lines([
    'Certificate:',
    '    Data:',
    `        Version: ${version} (0x${version - 1})`,
    ...serialLines(serialNumber),
    `        Signature Algorithm: ${algorithm}`,
    `        Issuer: ${opensslName(issuer)}`,
    '        Validity',
    `            Not Before: ${opensslDate(notBefore)}`,
    `            Not After : ${opensslDate(notAfter)}`,
    `        Subject: ${opensslName(subject)}`,
    '        Subject Public Key Info:',
    ...indented(keyLines(publicKey), 12),
    ...(extensions.length > 0
      ? ['        X509v3 extensions:', ...extensions.flatMap((each) => indented(extensionLines(each), 12))]
      : []),
    `    Signature Algorithm: ${algorithm}`,
    '    Signature Value:',
    ...hexLines(hexOf(signature), 18).map((line) => `        ${line}`),
  ]);
}

/** One extension, as -text and -ext print it. */
export function extensionLines(extension: Extension): readonly string[] {
  const name = EXTENSIONS[extension.type] ?? extension.type;
  return [`${name}: ${extension.critical ? 'critical' : ''}`, `    ${valueText(extension)}`];
}

function valueText(extension: Extension): string {
  const list = [extension];
  switch (extension.type) {
    case OID.subjectKeyIdentifier:
      return colons(hexOf(subjectKeyIdentifier(list) ?? new Uint8Array()));
    case OID.authorityKeyIdentifier:
      return colons(hexOf(authorityKeyIdentifier(list) ?? new Uint8Array()));
    case OID.basicConstraints:
      return `CA:${isAuthority(list) ? 'TRUE' : 'FALSE'}`;
    case OID.keyUsage:
      return (keyUsages(list) ?? []).map((usage) => USAGES[usage]).join(', ');
    case OID.extendedKeyUsage:
      return (purposes(list) ?? []).map((purpose) => PURPOSES[purpose] ?? purpose).join(', ');
    case OID.subjectAltName: {
      const { dns, addresses } = alternativeNames(list);
      return [...dns.map((each) => `DNS:${each}`), ...addresses.map((each) => `IP Address:${each}`)].join(
        ', ',
      );
    }
    default:
      return colons(hexOf(extension.value));
  }
}

export function keyLines(key: PublicKey): readonly string[] {
  const head = [`Public Key Algorithm: ${keyAlgorithm(key)}`];
  if (key.kind === 'rsa') {
    const hex = key.modulus.toString(16);
    const padded = hex.length % 2 === 1 ? `0${hex}` : /^[89a-f]/.test(hex) ? `00${hex}` : hex;
    return [
      ...head,
      `    Public-Key: (${key.size} bit)`,
      '    Modulus:',
      ...hexLines(padded, 15).map((line) => `        ${line}`),
      `    Exponent: ${key.exponent} (0x${key.exponent.toString(16)})`,
    ];
  }
  if (key.kind === 'ec') {
    const [oid, nist] = CURVES[key.curve] ?? [key.curve, ''];
    return [
      ...head,
      `    Public-Key: (${key.size} bit)`,
      '    pub:',
      ...hexLines(hexOf(key.bits), 15).map((line) => `        ${line}`),
      `    ASN1 OID: ${oid}`,
      ...(nist ? [`    NIST CURVE: ${nist}`] : []),
    ];
  }
  return [...head, '    pub:', ...hexLines(hexOf(key.bits), 15).map((line) => `        ${line}`)];
}

/** `AF:C6:…` in upper case. */
export function colons(hex: string): string {
  return (hex.match(/../g) ?? []).join(':').toUpperCase();
}

/** Numbers of up to eight bytes are printed as such. */
function serialLines(serial: string): readonly string[] {
  if (serial.length > 16)
    return ['        Serial Number:', `            ${(serial.match(/../g) ?? []).join(':')}`];
  const number = BigInt(`0x${serial}`);
  return [`        Serial Number: ${number} (0x${number.toString(16)})`];
}

function hexLines(hex: string, bytes: number): readonly string[] {
  const pairs = hex.match(/../g) ?? [];
  const rows: string[] = [];
  for (let at = 0; at < pairs.length; at += bytes) {
    const last = at + bytes >= pairs.length;
    rows.push(`${pairs.slice(at, at + bytes).join(':')}${last ? '' : ':'}`);
  }
  return rows;
}

function indented(rows: readonly string[], width: number): readonly string[] {
  return rows.map((row) => ' '.repeat(width) + row);
}

export function lines(rows: readonly string[]): string {
  return rows.map((row) => `${row}\n`).join('');
}
