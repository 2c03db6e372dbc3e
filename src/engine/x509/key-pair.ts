import { type Certificate, readCertificate } from './certificate.ts';
import { isPair, type PrivateKey, readPrivateKey } from './keys.ts';
import type { PemBlock } from './pem.ts';

export type KeyPair =
  | { readonly ok: true; readonly chain: readonly [Certificate, ...Certificate[]] }
  /** Go's own sentence. */
  | { readonly ok: false; readonly message: string };

/** Whether a file of certificates and a file of a key belong together: Go's tls.X509KeyPair. The first certificate counts. */
export function readKeyPair(certificates: readonly PemBlock[], keys: readonly PemBlock[]): KeyPair {
  const fail = (text: string): KeyPair => ({ ok: false, message: `tls: ${text}` });
  const blocks = certificates.filter(({ label }) => label === 'CERTIFICATE');
  if (blocks.length === 0) {
    const skipped = certificates.map(({ label }) => label);
    if (skipped.length === 0) return fail('failed to find any PEM data in certificate input');
    if (skipped.length === 1 && skipped[0]!.endsWith('PRIVATE KEY'))
      return fail(
        'failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
      );
    return fail(
      `failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${skipped.join(' ')}]`,
    );
  }
  const keyAt = keys.findIndex(({ label }) => label === 'PRIVATE KEY' || label.endsWith(' PRIVATE KEY'));
  if (keyAt < 0) {
    const skipped = keys.map(({ label }) => label);
    if (skipped.length === 0) return fail('failed to find any PEM data in key input');
    if (skipped.length === 1 && skipped[0] === 'CERTIFICATE')
      return fail('found a certificate rather than a key in the PEM for the private key');
    return fail(
      `failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${skipped.join(' ')}]`,
    );
  }
  const chain = blocks.map(({ der }) => readCertificate(der));
  const [own] = chain;
  if (!own) return { ok: false, message: 'x509: malformed certificate' };
  const key = readPrivateKey(keys[keyAt]!);
  if (!key) return fail('failed to parse private key');
  if (!isPair(own.publicKey, key)) return fail(mismatch(own, key));
  return { ok: true, chain: [own, ...chain.slice(1).filter((each) => each !== undefined)] };
}

function mismatch({ publicKey }: Certificate, key: PrivateKey): string {
  const kind = key.kind === 'other' ? 'ec' : key.kind;
  return publicKey.kind === kind
    ? 'private key does not match public key'
    : 'private key type does not match public key type';
}
