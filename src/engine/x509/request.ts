import { readDer, TAG, writeDer, writeInteger, writeObjectIdentifier } from './der.ts';
import { type DistinguishedName, readName, writeName } from './distinguished-name.ts';
import { type Extension, readExtensions, writeExtension } from './extensions.ts';
import { type SigningKey, signedBy } from './issue.ts';
import { type PublicKey, publicKeyOf, readPublicKey } from './keys.ts';
import { OID } from './object-identifiers.ts';

/** What somebody asks an authority to sign (PKCS #10, RFC 2986). */
export interface CertificateRequest {
  readonly subject: DistinguishedName;
  readonly publicKey: PublicKey;
  readonly extensions: readonly Extension[];
}

export function writeRequest({
  subject,
  key,
  extensions,
}: {
  readonly subject: DistinguishedName;
  readonly key: SigningKey;
  readonly extensions: readonly Extension[];
}): Uint8Array {
  const wanted = writeDer(
    TAG.sequence,
    writeObjectIdentifier(OID.extensionRequest),
    writeDer(TAG.set, writeDer(TAG.sequence, ...extensions.map(writeExtension))),
  );
  const attributes = writeDer(0xa0, ...(extensions.length > 0 ? [wanted] : []));
  return signedBy(
    key,
    writeDer(TAG.sequence, writeInteger(0n), writeName(subject), publicKeyOf(key)!.der, attributes),
  );
}

/** undefined: these bytes are no request. */
export function readRequest(der: Uint8Array): CertificateRequest | undefined {
  const outer = readDer(der)?.[0];
  const body = outer && readDer(outer.bytes)?.[0];
  const [, subject, key, attributes] = (body && readDer(body.bytes)) ?? [];
  const publicKey = key && readPublicKey(key);
  if (!subject || !publicKey) return undefined;
  const values = (attributes && readDer(attributes.bytes)) ?? [];
  const wanted = values.map(({ bytes }) => readDer(bytes)?.[1]).find((set) => set !== undefined);
  return {
    subject: readName(subject),
    publicKey,
    extensions: readExtensions(wanted && readDer(wanted.bytes)?.[0]),
  };
}
