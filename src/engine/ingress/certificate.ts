import { base64Bytes, latin1 } from './base64.ts';
import { type DerElement, objectIdentifier, readDer } from './der.ts';

/** What a client can read in a server's certificate. */
export interface Certificate {
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** Subject alternative names that are DNS names. */
  readonly dnsNames: readonly string[];
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** How many certificates the server sends: its own, and those in between. */
  readonly chainLength: number;
}

export interface DistinguishedName {
  readonly commonName: string;
  readonly organization: string;
}

const COMMON_NAME = '2.5.4.3';
const ORGANIZATION = '2.5.4.10';
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** The self-signed certificate that the controller makes at its start (internal/net/ssl getFakeHostSSLCert). */
export function fakeCertificate(startedMs: number): Certificate {
  const name = { commonName: 'Kubernetes Ingress Controller Fake Certificate', organization: 'Acme Co' };
  const notBefore = Math.floor(startedMs / 1000) * 1000;
  return {
    subject: name,
    issuer: name,
    dnsNames: ['ingress.local'],
    notBefore,
    notAfter: notBefore + YEAR_MS,
    chainLength: 1,
  };
}

/** Reads the first certificate of a PEM text (RFC 7468, RFC 5280); undefined: there is none that can be read. */
export function parseCertificate(pem: string): Certificate | undefined {
  const blocks = [...pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g)];
  const der = blocks[0] && base64Bytes(blocks[0][1]!);
  const outer = der && readDer(der)?.[0];
  const body = outer && children(outer)?.[0];
  const fields = body && children(body);
  if (!fields) return undefined;
  // version [0] is left out in version 1.
  const [, , issuer, validity, subject] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields;
  const dates = validity && children(validity);
  if (!issuer || !subject || dates?.length !== 2) return undefined;
  return {
    subject: distinguishedName(subject),
    issuer: distinguishedName(issuer),
    dnsNames: dnsNames(fields.find(({ tag }) => tag === 0xa3)),
    notBefore: timeOf(dates[0]!),
    notAfter: timeOf(dates[1]!),
    chainLength: blocks.length,
  };
}

/**
 * Whether the certificate is for that host, by its alternative names or, without any, by its common name, as the
 * controller checks it before it serves a Secret. `*.` stands for one label.
 */
export function isFor({ dnsNames, subject }: Certificate, host: string): boolean {
  const names = dnsNames.length > 0 ? dnsNames : [subject.commonName];
  const wanted = host.toLowerCase().replace(/\.$/, '');
  return names.some((name) => {
    const known = name.toLowerCase().replace(/\.$/, '');
    if (known === wanted) return wanted !== '';
    return known.startsWith('*.') && /^[^.]+\./.test(wanted) && wanted.replace(/^[^.]+/, '*') === known;
  });
}

function children({ bytes }: DerElement): readonly DerElement[] | undefined {
  return readDer(bytes);
}

function distinguishedName(name: DerElement): DistinguishedName {
  const parts = new Map<string, string>();
  for (const set of children(name) ?? []) {
    for (const pair of children(set) ?? []) {
      const [type, value] = children(pair) ?? [];
      if (type && value) parts.set(objectIdentifier(type.bytes), latin1(value.bytes));
    }
  }
  return { commonName: parts.get(COMMON_NAME) ?? '', organization: parts.get(ORGANIZATION) ?? '' };
}

function dnsNames(extensions: DerElement | undefined): readonly string[] {
  const list = extensions && children(extensions)?.[0];
  for (const extension of (list && children(list)) ?? []) {
    const parts = children(extension) ?? [];
    if (!parts[0] || objectIdentifier(parts[0].bytes) !== SUBJECT_ALTERNATIVE_NAME) continue;
    const names = readDer(parts.at(-1)!.bytes)?.[0];
    return ((names && children(names)) ?? [])
      .filter(({ tag }) => tag === 0x82)
      .map(({ bytes }) => latin1(bytes));
  }
  return [];
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
