import { latin1 } from './base64.ts';
import { type DerElement, hexOf, readDer, readObjectIdentifier, toNumber } from './der.ts';
import { attributeOf, type DistinguishedName, readName } from './distinguished-name.ts';
import { alternativeNames, type Extension, isAuthority, readExtensions } from './extensions.ts';
import { type PublicKey, readPublicKey } from './keys.ts';
import { readPem } from './pem.ts';

/** An X.509 certificate, read (RFC 5280 §4.1). */
export interface Certificate {
  readonly der: Uint8Array;
  /** 1 to 3. */
  readonly version: number;
  /** In hexadecimal, two digits a byte. */
  readonly serialNumber: string;
  readonly signatureAlgorithm: string;
  readonly issuer: DistinguishedName;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly subject: DistinguishedName;
  readonly publicKey: PublicKey;
  readonly extensions: readonly Extension[];
  /** Subject alternative names. */
  readonly dnsNames: readonly string[];
  readonly addresses: readonly string[];
  /** May sign others: basic constraints say CA:TRUE. */
  readonly isAuthority: boolean;
  /** What is signed, and the signature. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** undefined: these bytes are no certificate. */
export function readCertificate(der: Uint8Array): Certificate | undefined {
  const outer = readDer(der)?.[0];
  const [body, , signature] = (outer && readDer(outer.bytes)) ?? [];
  const all = body && readDer(body.bytes);
  if (!outer || !body || !signature || !all) return undefined;
  // version [0] is left out in version 1.
  const fields = all[0]?.tag === 0xa0 ? all.slice(1) : all;
  const [serial, algorithm, issuer, validity, subject, key] = fields;
  const dates = validity && readDer(validity.bytes);
  const publicKey = key && readPublicKey(key);
  const [signatureType] = (algorithm && readDer(algorithm.bytes)) ?? [];
  if (!serial || !issuer || !subject || !publicKey || !signatureType || dates?.length !== 2) return undefined;
  const wrapped = fields.find(({ tag }) => tag === 0xa3);
  const extensions = readExtensions(wrapped && readDer(wrapped.bytes)?.[0]);
  const { dns, addresses } = alternativeNames(extensions);
  const version =
    all[0]?.tag === 0xa0 ? Number(toNumber(readDer(all[0].bytes)?.[0]?.bytes ?? serial.bytes)) + 1 : 1;
  return {
    der: outer.whole,
    version,
    serialNumber: hexOf(serial.bytes).replace(/^00(?=..)/, ''),
    signatureAlgorithm: readObjectIdentifier(signatureType.bytes),
    issuer: readName(issuer),
    notBefore: timeOf(dates[0]!),
    notAfter: timeOf(dates[1]!),
    subject: readName(subject),
    publicKey,
    extensions,
    dnsNames: dns,
    addresses,
    isAuthority: isAuthority(extensions),
    signed: body.whole,
    signature: signature.bytes.subarray(1),
  };
}

/** The certificates of a PEM text, in order; blocks that cannot be read are left out. */
export function readCertificates(pem: string): readonly Certificate[] {
  return readPem(pem)
    .filter(({ label }) => label === 'CERTIFICATE' || label === 'TRUSTED CERTIFICATE')
    .flatMap(({ der }) => readCertificate(der) ?? []);
}

/**
 * Whether the certificate is for that host or address: by its alternative names or, without any that are DNS names, by its
 * common name. `*.` stands for one label. `commonName` false: as Go does, which never looks at it.
 */
export function isFor(
  { dnsNames, addresses, subject }: Pick<Certificate, 'dnsNames' | 'addresses' | 'subject'>,
  host: string,
  { commonName = true }: { readonly commonName?: boolean } = {},
): boolean {
  const wanted = host.toLowerCase().replace(/\.$/, '');
  if (/^\d+\.\d+\.\d+\.\d+$/.test(wanted)) return addresses.includes(wanted);
  const names = dnsNames.length > 0 || !commonName ? dnsNames : [attributeOf(subject, 'CN')];
  return names.some((name) => {
    const known = name.toLowerCase().replace(/\.$/, '');
    if (known === wanted) return wanted !== '';
    return known.startsWith('*.') && /^[^.]+\./.test(wanted) && wanted.replace(/^[^.]+/, '*') === known;
  });
}

/** UTCTime `YYMMDDHHMMSSZ` or GeneralizedTime `YYYYMMDDHHMMSSZ`. */
function timeOf({ tag, bytes }: DerElement): number {
  const text = latin1(bytes);
  const long = tag === 0x17 ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
  const [year, month, day, hour, minute, second] = (
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(long) ?? []
  )
    .slice(1)
    .map(Number);
  return Date.UTC(year ?? Number.NaN, (month ?? 1) - 1, day, hour, minute, second);
}
