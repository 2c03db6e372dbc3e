import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../apimachinery/index.ts';
import {
  type Certificate,
  drawSerialNumber,
  generateP256Key,
  generateRsaKey,
  isFor,
  isPair,
  issueCertificate,
  keyIdentifiers,
  OID,
  publicKeyOf,
  readCertificates,
  readPem,
  readPrivateKey,
  type SigningKey,
  verifyChain,
  writeAlternativeNames,
  writeBasicConstraints,
  writePem,
  writePrivateKey,
} from './index.ts';

const NOW = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;
const { next } = createRandom(7);
const rootKey: SigningKey = { kind: 'rsa', ...generateRsaKey(2048, next) };
const leafKey: SigningKey = { kind: 'ec', ...generateP256Key(next) };
const root = issue('Lab CA', rootKey, { authority: true });
const leaf = issue('shop.example', leafKey, {
  issuer: root,
  issuerKey: rootKey,
  dns: ['shop.example', '*.shop.example'],
  addresses: ['10.0.0.1'],
});

function issue(
  name: string,
  key: SigningKey,
  options: {
    readonly issuer?: Certificate;
    readonly issuerKey?: SigningKey;
    readonly authority?: boolean;
    readonly dns?: readonly string[];
    readonly addresses?: readonly string[];
    readonly days?: number;
  } = {},
): Certificate {
  const { issuer, issuerKey = key, authority = false, dns = [], addresses = [], days = 30 } = options;
  const subject = [
    { type: 'O', value: 'Ñandú' },
    { type: 'CN', value: name },
  ];
  const publicKey = publicKeyOf(key)!;
  return issueCertificate({
    serialNumber: drawSerialNumber(159, next),
    subject,
    issuer: issuer?.subject ?? subject,
    notBefore: NOW,
    notAfter: NOW + days * DAY,
    publicKey,
    extensions: [
      ...keyIdentifiers(publicKey, issuerKey),
      { type: OID.basicConstraints, critical: true, value: writeBasicConstraints(authority) },
      ...(dns.length > 0
        ? [{ type: OID.subjectAltName, critical: false, value: writeAlternativeNames({ dns, addresses }) }]
        : []),
    ],
    key: issuerKey,
  });
}

describe('what is written', () => {
  test('is a certificate to OpenSSL too: names, dates, alternative names, key and signature', () => {
    const real = new X509Certificate(writePem('CERTIFICATE', leaf.der));
    expect(real.subject).toBe('O=Ñandú\nCN=shop.example');
    expect(real.issuer).toBe('O=Ñandú\nCN=Lab CA');
    expect(real.subjectAltName).toBe('DNS:shop.example, DNS:*.shop.example, IP Address:10.0.0.1');
    expect(new Date(real.validTo).getTime()).toBe(NOW + 30 * DAY);
    const realRoot = new X509Certificate(writePem('CERTIFICATE', root.der));
    expect(real.checkIssued(realRoot)).toBe(true);
    expect(real.verify(realRoot.publicKey)).toBe(true);
    expect(realRoot.verify(realRoot.publicKey)).toBe(true);
    expect(realRoot.ca).toBe(true);
  });

  test.each([
    ['RSA', rootKey, root],
    ['P-256', leafKey, leaf],
  ])('a private key of %s is one to OpenSSL, and comes back as it was', (_, key, certificate) => {
    const pem = writePem('PRIVATE KEY', writePrivateKey(key));
    const der = createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'der' });
    expect(new Uint8Array(der)).toEqual(new Uint8Array(certificate.publicKey.der));
    expect(readPrivateKey(readPem(pem)[0]!)).toEqual(key);
  });

  test.each(['pkcs1', 'sec1'] as const)('a key in a %s file is read', (type) => {
    const key = type === 'pkcs1' ? rootKey : leafKey;
    const pem = createPrivateKey(writePem('PRIVATE KEY', writePrivateKey(key))).export({
      type,
      format: 'pem',
    });
    expect(readPrivateKey(readPem(String(pem))[0]!)).toEqual(key);
  });
});

test('a certificate belongs to its own key alone', () => {
  expect(isPair(root.publicKey, rootKey)).toBe(true);
  expect(isPair(root.publicKey, leafKey)).toBe(false);
  expect(isPair(leaf.publicKey, leafKey)).toBe(true);
});

test.each([
  ['shop.example', true],
  ['SHOP.example.', true],
  ['www.shop.example', true],
  ['a.www.shop.example', false],
  ['bank.example', false],
  ['10.0.0.1', true],
  ['10.0.0.2', false],
])('the certificate for shop.example, *.shop.example and 10.0.0.1 is for %s: %s', (host, expected) => {
  expect(isFor(leaf, host)).toBe(expected);
});

test('text that is no certificate gives none', () => {
  expect(readCertificates('no certificate')).toEqual([]);
  expect(readCertificates('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n')).toEqual([]);
});

describe('a chain is verified as OpenSSL does', () => {
  const codes = (options: Parameters<typeof verifyChain>[0]) =>
    verifyChain(options).errors.map(({ code, depth }) => `${code}@${depth}`);
  const other = issue('shop.example', leafKey, { dns: ['shop.example'] });
  const middleKey: SigningKey = { kind: 'ec', ...generateP256Key(next) };
  const middle = issue('Middle', middleKey, { issuer: root, issuerKey: rootKey, authority: true });
  const deep = issue('deep', leafKey, { issuer: middle, issuerKey: middleKey });
  const forged = { ...leaf, signature: leaf.signature.map((byte) => byte ^ 1) };
  test.each([
    ['signed by a trusted root', [leaf], [root], []],
    ['the root is not known', [leaf], [], ['20@0', '21@0']],
    ['self-signed', [other], [], ['18@0']],
    ['self-signed and trusted', [other], [other], []],
    ['the root is sent too, but not trusted', [leaf, root], [], ['19@1']],
    ['a link between is sent', [deep, middle], [root], []],
    ['a link between is missing', [deep], [root], ['20@0', '21@0']],
    ['the signature is another one', [forged], [root], ['7@0']],
    [
      'signed by one that may not',
      [issue('x', leafKey, { issuer: other, issuerKey: leafKey })],
      [other],
      ['24@1'],
    ],
    ['expired', [issue('x', leafKey, { issuer: root, issuerKey: rootKey, days: 0.5 })], [root], ['10@0']],
  ])('%s', (_, sent, trusted, expected) => {
    expect(codes({ sent, trusted, now: NOW + DAY })).toEqual(expected);
  });

  test('before its time', () => {
    expect(codes({ sent: [leaf], trusted: [root], now: NOW - 1 })).toEqual(['9@1', '9@0']);
  });

  test('a trusted certificate that is no root ends the chain only for those who allow it', () => {
    expect(codes({ sent: [leaf], trusted: [leaf], now: NOW })).toEqual(['20@0', '21@0']);
    expect(codes({ sent: [leaf], trusted: [leaf], now: NOW, partialChain: true })).toEqual([]);
  });
});
