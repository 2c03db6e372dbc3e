/**
 * What Go's tls.X509KeyPair says of a Secret of type kubernetes.io/tls before it reads what is in the PEM
 * (warningsForSecret, pkg/registry/core/secret/strategy.go, v1.36).
 */
const BLOCK = /-----BEGIN ([^-\n]+)-----\r?\n[\s\S]*?-----END \1-----/g;

export function keyPairWarnings(certificate: string, key: string): string[] {
  const certificates = blockTypes(certificate);
  if (!certificates.includes('CERTIFICATE')) {
    if (certificates.length === 0) return ['tls: failed to find any PEM data in certificate input'];
    if (certificates.length === 1 && isKey(certificates[0]!))
      return [
        'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
      ];
    return [
      `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: ${list(certificates)}`,
    ];
  }
  const keys = blockTypes(key);
  if (keys.some(isKey)) return [];
  if (keys.length === 0) return ['tls: failed to find any PEM data in key input'];
  if (keys.length === 1 && keys[0] === 'CERTIFICATE')
    return ['tls: found a certificate rather than a key in the PEM for the private key'];
  return [
    `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: ${list(keys)}`,
  ];
}

function blockTypes(pem: string): string[] {
  return [...pem.matchAll(BLOCK)].map(([, type = '']) => type);
}

function isKey(type: string): boolean {
  return type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY');
}

function list(types: readonly string[]): string {
  return `[${types.join(' ')}]`;
}
