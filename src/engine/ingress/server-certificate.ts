import type { Secret } from '../api/index.ts';
import { base64Bytes, latin1 } from './base64.ts';
import { type Certificate, isFor, parseCertificate } from './certificate.ts';
import type { ControllerMessage, ServedCertificate } from './configuration.ts';
import type { SelectedIngress } from './select-ingresses.ts';

/**
 * The certificate that an Ingress gives to a host: that of the `tls` entry that lists the host, or else of the first
 * whose certificate is for it; the fake one when the Secret is missing, broken or made for another name; undefined
 * when the Ingress has no `tls` at all. Models createServers and extractTLSSecretName (controller.go, v1.15).
 */
export function serverCertificate(
  host: string,
  { ingress, namespace, name }: SelectedIngress,
  secrets: readonly Secret[],
  fake: Certificate,
  messages: ControllerMessage[],
): ServedCertificate | undefined {
  const entries = ingress.spec?.tls ?? [];
  if (entries.length === 0) return undefined;
  const read = (secret: string) => readSecret(secrets, namespace, secret);
  const listed = entries.findIndex(({ hosts }) =>
    hosts?.some((each) => each.toLowerCase() === host.toLowerCase()),
  );
  const index =
    listed >= 0
      ? listed
      : entries.findIndex(({ secretName }) => {
          const certificate = secretName ? read(secretName) : undefined;
          return certificate !== undefined && isFor(certificate, host);
        });
  const secretName = entries[index]?.secretName;
  if (!secretName) return { certificate: fake };
  const warn = (at: string, text: string) => messages.push({ level: 'W', at, text });
  const certificate = read(secretName);
  const key = `"${namespace}/${secretName}"`;
  if (!certificate) {
    warn(
      'controller.go:1502',
      `Error getting SSL certificate ${key}: local SSL certificate ${namespace}/${secretName} was not found. Using default certificate`,
    );
    return { certificate: fake };
  }
  if (!isFor(certificate, host)) {
    warn(
      'controller.go:1522',
      `SSL certificate ${key} does not contain a Common Name or Subject Alternative Name for server "${host}"`,
    );
    warn('controller.go:1524', 'Using default certificate');
    return { certificate: fake };
  }
  return {
    certificate,
    secret: `${namespace}-${secretName}`,
    source: { kind: 'Ingress', namespace, name, field: `spec.tls[${index}].secretName` },
  };
}

function readSecret(secrets: readonly Secret[], namespace: string, name: string): Certificate | undefined {
  const secret = secrets.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
  const encoded = secret?.data?.['tls.crt'];
  const key = secret?.data?.['tls.key'];
  const bytes = encoded && key ? base64Bytes(encoded) : undefined;
  return bytes && parseCertificate(latin1(bytes));
}
