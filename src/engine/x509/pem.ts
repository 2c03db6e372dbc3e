import { base64Bytes, base64Text, latin1 } from './base64.ts';

/** A block of a PEM text (RFC 7468): `-----BEGIN CERTIFICATE-----` … */
export interface PemBlock {
  readonly label: string;
  readonly der: Uint8Array;
}

/** The blocks of a text, in order; what stands between them, and blocks that are no base64, are passed over. */
export function readPem(text: string): readonly PemBlock[] {
  return [...text.matchAll(/-----BEGIN ([^-]+)-----([^-]*)-----END \1-----/g)].flatMap(
    ([, label = '', body = '']) => {
      const der = base64Bytes(body);
      return der ? [{ label, der }] : [];
    },
  );
}

/** A block with lines of 64 characters. */
export function writePem(label: string, der: Uint8Array): string {
  const lines = base64Text(der).replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/** The PEM blocks of a Secret's value, which is base64 itself. */
export function readPemOfSecret(encoded: string | undefined): readonly PemBlock[] {
  const bytes = encoded === undefined ? undefined : base64Bytes(encoded);
  return bytes ? readPem(latin1(bytes)) : [];
}
