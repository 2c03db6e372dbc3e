import type { EndpointSlice, Secret, Service } from '../../src/engine/api/index.ts';
import { createRandom } from '../../src/engine/apimachinery/index.ts';
import type { IngressObjects } from '../../src/engine/ingress/index.ts';
import {
  generateP256Key,
  issueCertificate,
  OID,
  publicKeyOf,
  type SigningKey,
  writeAlternativeNames,
  writePem,
  writePrivateKey,
} from '../../src/engine/x509/index.ts';
import { CLASS, type NginxScenario } from './scenario.ts';

export const NOW = Date.UTC(2026, 0, 1);
const YEAR_MS = 365 * 86_400_000;
const ENDPOINTS = 2;

/** A certificate and its key, in PEM. */
export interface PemPair {
  readonly certificate: string;
  readonly key: string;
}

/** The Service that an endpoint belongs to, by its address. */
export type Backends = ReadonlyMap<string, string>;

/** Everything that the controller watches, and which address stands for which Service: 127.0.10.1, 127.0.10.2 … */
export function objectsOf(
  scenario: NginxScenario,
  backendPort: number,
): {
  readonly objects: IngressObjects;
  readonly backends: Backends;
  readonly pairs: ReadonlyMap<string, PemPair>;
} {
  const names = new Set(
    scenario.ingresses.flatMap(({ spec }) =>
      [
        ...(spec?.defaultBackend ? [spec.defaultBackend] : []),
        ...(spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []).map(({ backend }) => backend),
      ].flatMap(({ service }) => service?.name ?? []),
    ),
  );
  const present = [...names].filter((name) => !name.startsWith('missing'));
  const backends = new Map<string, string>();
  const meta = (name: string) => ({
    name,
    namespace: 'default',
    labels: { 'kubernetes.io/service-name': name },
  });
  const services = present.map(
    (name): Service => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta(name),
      spec: { ports: [{ port: 80, protocol: 'TCP', targetPort: backendPort }] },
    }),
  );
  const endpointSlices = present.map((name): EndpointSlice => {
    const addresses = Array.from({ length: name.startsWith('empty') ? 0 : ENDPOINTS }, () => {
      const address = `127.0.10.${backends.size + 1}`;
      backends.set(address, name);
      return address;
    });
    return {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: meta(name),
      addressType: 'IPv4',
      endpoints: addresses.map((address) => ({ addresses: [address] })),
      ports: [{ port: backendPort, protocol: 'TCP' }],
    };
  });
  const pairs = new Map(
    Object.entries(scenario.certificates).map(([name, hosts]) => [name, makePair(name, hosts)]),
  );
  const secrets = [...pairs].map(
    ([name, { certificate, key }]): Secret => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: meta(name),
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': btoa(certificate), 'tls.key': btoa(key) },
    }),
  );
  return {
    objects: {
      ingressClasses: [
        {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'IngressClass',
          metadata: { name: CLASS },
          spec: { controller: 'k8s.io/ingress-nginx' },
        },
      ],
      ingresses: scenario.ingresses,
      services,
      endpointSlices,
      secrets,
      now: NOW,
    },
    backends,
    pairs,
  };
}

/** Self-signed, its common name that of the Secret, so that a client sees which one it was shown. */
export function makePair(commonName: string, hosts: readonly string[]): PemPair {
  const key: SigningKey = { kind: 'ec', ...generateP256Key(createRandom(1).fork(commonName).next) };
  const subject = [{ type: 'CN', value: commonName }];
  const certificate = issueCertificate({
    serialNumber: 1n,
    subject,
    issuer: subject,
    notBefore: NOW,
    notAfter: NOW + 20 * YEAR_MS,
    publicKey: publicKeyOf(key)!,
    extensions: [
      {
        type: OID.subjectAltName,
        critical: false,
        value: writeAlternativeNames({ dns: hosts, addresses: [] }),
      },
    ],
    key,
  });
  return {
    certificate: writePem('CERTIFICATE', certificate.der),
    key: writePem('PRIVATE KEY', writePrivateKey(key)),
  };
}
