import { expect, test } from 'vitest';
import { readCertificates } from '../../../engine/index.ts';
import { certificateText } from './text.ts';

/** Made by OpenSSL 3.0.19: `openssl req -x509 -newkey ec …`; its key was thrown away. */
const PEM = [
  '-----BEGIN CERTIFICATE-----',
  'MIIBlTCCATygAwIBAgIUFvhvUDj8S2N2qNT2+OEIwv0rvqIwCgYIKoZIzj0EAwIw',
  'FTETMBEGA1UEAwwKZWMuZXhhbXBsZTAeFw0yNjExMjIyMDIxMDJaFw0yNjEyMjIy',
  'MDIxMDJaMBUxEzARBgNVBAMMCmVjLmV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjO',
  'PQMBBwNCAAR8IWMFQDYLJBZKj6ipCSX9Z6UfJ+dyXQFlG6izAXgF7dzp86oE3bsh',
  'hUQrPR331be/ZVlGORhPfJaQac3xLzbSo2owaDAdBgNVHQ4EFgQU4Lc7bMsKGZ5y',
  'c2vTW7/Xu21Y8VwwHwYDVR0jBBgwFoAU4Lc7bMsKGZ5yc2vTW7/Xu21Y8VwwDwYD',
  'VR0TAQH/BAUwAwEB/zAVBgNVHREEDjAMggplYy5leGFtcGxlMAoGCCqGSM49BAMC',
  'A0cAMEQCIFuAuF/ZuDKeUPJDjl+AM7Qy93FibCCYtxi5wbBaGDhsAiAl6tS2fBtj',
  'xJ5M1y59DsEZyO93qlOFpACBnOtzR2S5Sw==',
  '-----END CERTIFICATE-----',
].join('\n');

/** What `openssl x509 -noout -text` of the same version says of it. */
const TEXT = [
  'Certificate:',
  '    Data:',
  '        Version: 3 (0x2)',
  '        Serial Number:',
  '            16:f8:6f:50:38:fc:4b:63:76:a8:d4:f6:f8:e1:08:c2:fd:2b:be:a2',
  '        Signature Algorithm: ecdsa-with-SHA256',
  '        Issuer: CN = ec.example',
  '        Validity',
  '            Not Before: Nov 22 20:21:02 2026 GMT',
  '            Not After : Dec 22 20:21:02 2026 GMT',
  '        Subject: CN = ec.example',
  '        Subject Public Key Info:',
  '            Public Key Algorithm: id-ecPublicKey',
  '                Public-Key: (256 bit)',
  '                pub:',
  '                    04:7c:21:63:05:40:36:0b:24:16:4a:8f:a8:a9:09:',
  '                    25:fd:67:a5:1f:27:e7:72:5d:01:65:1b:a8:b3:01:',
  '                    78:05:ed:dc:e9:f3:aa:04:dd:bb:21:85:44:2b:3d:',
  '                    1d:f7:d5:b7:bf:65:59:46:39:18:4f:7c:96:90:69:',
  '                    cd:f1:2f:36:d2',
  '                ASN1 OID: prime256v1',
  '                NIST CURVE: P-256',
  '        X509v3 extensions:',
  '            X509v3 Subject Key Identifier: ',
  '                E0:B7:3B:6C:CB:0A:19:9E:72:73:6B:D3:5B:BF:D7:BB:6D:58:F1:5C',
  '            X509v3 Authority Key Identifier: ',
  '                E0:B7:3B:6C:CB:0A:19:9E:72:73:6B:D3:5B:BF:D7:BB:6D:58:F1:5C',
  '            X509v3 Basic Constraints: critical',
  '                CA:TRUE',
  '            X509v3 Subject Alternative Name: ',
  '                DNS:ec.example',
  '    Signature Algorithm: ecdsa-with-SHA256',
  '    Signature Value:',
  '        30:44:02:20:5b:80:b8:5f:d9:b8:32:9e:50:f2:43:8e:5f:80:',
  '        33:b4:32:f7:71:62:6c:20:98:b7:18:b9:c1:b0:5a:18:38:6c:',
  '        02:20:25:ea:d4:b6:7c:1b:63:c4:9e:4c:d7:2e:7d:0e:c1:19:',
  '        c8:ef:77:aa:53:85:a4:00:81:9c:eb:73:47:64:b9:4b',
].join('\n');

test('a certificate is printed as OpenSSL prints it', () => {
  expect(certificateText(readCertificates(PEM)[0]!)).toBe(`${TEXT}\n`);
});
