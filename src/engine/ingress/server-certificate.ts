import type { Secret } from '../api/index.ts';
import { type Certificate, isFor, readKeyPair, readPemOfSecret } from '../x509/index.ts';
import type { ControllerMessage, ServedCertificate } from './configuration.ts';
import type { SelectedIngress } from './select-ingresses.ts';

/** A Secret's certificates, the server's own first; or what the controller's log says of it. */
type SecretCertificates =
  | { readonly ok: true; readonly chain: readonly [Certificate, ...Certificate[]] }
  | { readonly ok: false; readonly problem?: string };

const NEAR_MS = 240 * 60 * 60 * 1000;

/** What certificates are looked up in, and where the log of it goes. */
export interface CertificateStore {
  readonly secrets: readonly Secret[];
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly messages: ControllerMessage[];
}

/**
 * The certificate that an Ingress gives to a host: that of the `tls` entry that lists the host, or else of the first
 * whose certificate is for it; the fake one when the Secret is missing, broken or made for another name; undefined
 * when the Ingress has no `tls` at all. Models createServers and extractTLSSecretName (controller.go, v1.15).
 */
export function serverCertificate(
  host: string,
  { ingress, namespace, name }: SelectedIngress,
  store: CertificateStore,
): ServedCertificate | undefined {
  const entries = ingress.spec?.tls ?? [];
  if (entries.length === 0) return undefined;
  const warn = (line: number, text: string) =>
    store.messages.push({ level: 'W', at: `controller.go:${line}`, text });
  const keyOf = (secret: string) => `${namespace}/${secret}`;
  const missing = (secret: string) =>
    `Error getting SSL certificate "${keyOf(secret)}": local SSL certificate ${keyOf(secret)} was not found`;
  const read = (secret: string) => readSecret(namespace, secret, store);

  const listed = entries.findIndex(({ hosts }) =>
    hosts?.some((each) => each.toLowerCase() === host.toLowerCase()),
  );
  const index =
    listed >= 0
      ? listed
      : entries.findIndex(({ secretName }) => {
          const found = secretName ? read(secretName) : undefined;
          if (secretName && !found?.ok) warn(1747, missing(secretName));
          return found?.ok && isFor(found.chain[0], host, { commonName: false });
        });
  const secretName = entries[index]?.secretName;
  if (!secretName) return {};
  const found = read(secretName);
  if (!found.ok) {
    warn(1468, `${missing(secretName)}. Using default certificate`);
    return {};
  }
  const [certificate] = found.chain;
  if (!isFor(certificate, host, { commonName: false })) {
    const why = hostnameError(certificate, host);
    warn(
      1482,
      `Unexpected error validating SSL certificate "${keyOf(secretName)}" for server "${host}": ${why}`,
    );
    warn(1483, 'Validating certificate against DNS names. This will be deprecated in a future version');
    if (!isFor(certificate, host)) {
      warn(
        1488,
        `SSL certificate "${keyOf(secretName)}" does not contain a Common Name or Subject Alternative Name for server "${host}": ${why}`,
      );
      warn(1489, 'Using default certificate');
      return {};
    }
  }
  const { notAfter } = certificate;
  if (notAfter < store.now) warn(1499, `SSL certificate for server "${host}" expired (${goTime(notAfter)})`);
  else if (notAfter < store.now + NEAR_MS)
    warn(1501, `SSL certificate for server "${host}" is about to expire (${goTime(notAfter)})`);
  return {
    chain: found.chain,
    secret: `${namespace}-${secretName}`,
    source: { kind: 'Ingress', namespace, name, field: `spec.tls[${index}].secretName` },
  };
}

/** Models syncSecret and CreateSSLCert (store/backend_ssl.go, net/ssl/ssl.go): key and certificate have to be a pair. */
function readSecret(
  namespace: string,
  name: string,
  { secrets, messages }: CertificateStore,
): SecretCertificates {
  const secret = secrets.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
  if (!secret) return { ok: false };
  const read = readPair(secret);
  if (!read.ok && read.problem !== undefined)
    messages.push({
      level: 'W',
      at: 'backend_ssl.go:47',
      text: `Error obtaining X.509 certificate: ${read.problem}`,
    });
  return read;
}

function readPair({ data = {}, metadata }: Secret): SecretCertificates {
  const [encoded, key] = [data['tls.crt'], data['tls.key']];
  if (encoded === undefined || key === undefined)
    return {
      ok: false,
      problem: `secret "${metadata.namespace}/${metadata.name}" contains no keypair or CA certificate`,
    };
  const fail = (text: string): SecretCertificates => ({
    ok: false,
    problem: `unexpected error creating SSL Cert: ${text}`,
  });
  // The key stands behind the certificate in the text that is read, so that a Secret without a certificate shows its key.
  const blocks = readPemOfSecret(encoded);
  const keys = readPemOfSecret(key);
  const [first] = [...blocks, ...keys];
  if (!first) return fail('no valid PEM formatted block found');
  if (first.label !== 'CERTIFICATE')
    return fail(
      "no certificate PEM data found, make sure certificate content starts with 'BEGIN CERTIFICATE'",
    );
  const pair = readKeyPair(blocks, keys);
  if (pair.ok || !pair.message.startsWith('tls: ')) return pair.ok ? pair : fail(pair.message);
  return fail(`certificate and private key does not have a matching public key: ${pair.message}`);
}

/** Go's x509.HostnameError. */
function hostnameError(certificate: Certificate, host: string): string {
  const { dnsNames, addresses } = certificate;
  if (dnsNames.length + addresses.length === 0 && isFor({ ...certificate, addresses: [] }, host))
    return 'x509: certificate relies on legacy Common Name field, use SANs instead';
  return dnsNames.length === 0
    ? `x509: certificate is not valid for any names, but wanted to match ${host}`
    : `x509: certificate is valid for ${dnsNames.join(', ')}, not ${host}`;
}

/** Go's `%v` of a time in UTC. */
function goTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;
}
