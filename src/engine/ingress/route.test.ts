import { describe, expect, test } from 'vitest';
import type { Ingress, Secret } from '../api/index.ts';
import { createRandom } from '../apimachinery/index.ts';
import {
  attributeOf,
  generateP256Key,
  isSignedBy,
  issueCertificate,
  OID,
  publicKeyOf,
  type SigningKey,
  writeAlternativeNames,
  writePem,
  writePrivateKey,
} from '../x509/index.ts';
import { buildConfiguration } from './build-configuration.ts';
import type { Configuration } from './configuration.ts';
import { fakeCertificate } from './fake-certificate.ts';
import { findCertificate } from './match.ts';
import { type RoutedRequest, type Routing, route } from './route.ts';

const NGINX = 'nginx.ingress.kubernetes.io/';

interface Rule {
  readonly name: string;
  readonly host?: string;
  readonly path?: string;
  readonly service: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly created?: number;
  readonly className?: string | undefined;
  readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
}

function ingress(rule: Rule): Ingress {
  const className = 'className' in rule ? rule.className : 'nginx';
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: rule.name,
      namespace: 'default',
      creationTimestamp: `2026-01-01T00:00:0${rule.created ?? 0}Z`,
      annotations: Object.fromEntries(
        Object.entries(rule.annotations ?? {}).map(([name, value]) => [NGINX + name, value]),
      ),
    },
    spec: {
      ...(className !== undefined && { ingressClassName: className }),
      ...(rule.tls && { tls: rule.tls }),
      rules: [
        {
          host: rule.host ?? 'shop.example',
          http: {
            paths: [
              {
                path: rule.path ?? '/',
                pathType: 'Prefix',
                backend: { service: { name: rule.service, port: { number: 80 } } },
              },
            ],
          },
        },
      ],
    },
  };
}

function configure(rules: readonly Rule[], secrets: readonly Secret[] = []) {
  const meta = (name: string, kind: string) => ({
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
  });
  const present = ['web', 'api', 'canary'];
  return buildConfiguration({
    ingressClasses: [
      { ...meta('nginx', 'IngressClass'), spec: { controller: 'k8s.io/ingress-nginx' } },
      { ...meta('other', 'IngressClass'), spec: { controller: 'example.com/other' } },
    ],
    ingresses: rules.map(ingress),
    services: [...present, 'empty'].map((name) => ({
      ...meta(name, 'Service'),
      spec: { ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }] },
    })),
    endpointSlices: present.map((name, index) => ({
      ...meta(name, 'EndpointSlice'),
      addressType: 'IPv4',
      endpoints: [
        { addresses: [`100.96.1.${index + 2}`] },
        { addresses: ['100.96.9.9'], conditions: { ready: false } },
      ],
      ports: [{ port: 8080, protocol: 'TCP' }],
    })),
    secrets,
    now: 0,
  });
}

function ask(rules: readonly Rule[], request: Partial<RoutedRequest> = {}, draw = 0.5): Routing {
  const complete: RoutedRequest = {
    scheme: 'http',
    host: 'shop.example',
    path: '/',
    clientAddress: '198.51.100.10',
    header: () => undefined,
    ...request,
  };
  return route(configure(rules), complete, () => draw);
}

const serviceOf = (routing: Routing) =>
  routing.kind === 'proxy' ? routing.upstream.service?.name : undefined;

describe('routing', () => {
  test('of two Ingresses with the same host and path the older one has it, and is the reason', () => {
    const routing = ask([
      { name: 'young', service: 'api', created: 5 },
      { name: 'old', service: 'web', created: 1 },
    ]);
    expect(serviceOf(routing)).toBe('web');
    expect(routing.reasons).toEqual([
      { kind: 'Ingress', namespace: 'default', name: 'old', field: 'spec.rules[0].http.paths[0]' },
    ]);
  });

  test('only ready endpoints are asked, at the target port', () => {
    const routing = ask([{ name: 'a', service: 'web' }]);
    expect(routing.kind === 'proxy' && routing.upstream.endpoints).toEqual([
      { address: '100.96.1.2', port: 8080 },
    ]);
  });

  test.each([
    ['a class of another controller', 'other'],
    ['a class that does not exist', 'none'],
    ['no class', undefined],
  ])('an Ingress with %s is not served', (_, className) => {
    const routing = ask([{ name: 'a', service: 'web', className }]);
    expect(routing.kind === 'proxy' && routing.upstream.name).toBe('upstream-default-backend');
  });

  test('a Service that is missing or has no ready endpoints gives 503, and the Service is the reason', () => {
    expect(ask([{ name: 'a', service: 'nosuch' }])).toMatchObject({ kind: 'answer', status: 503 });
    const routing = ask([{ name: 'a', service: 'empty' }]);
    expect(routing).toMatchObject({ kind: 'answer', status: 503 });
    expect(routing.reasons.at(-1)).toMatchObject({ kind: 'Service', name: 'empty' });
  });

  test('a canary gets its share by weight, and its annotation is the reason', () => {
    const annotations = { canary: 'true', 'canary-weight': '20' };
    const rules: Rule[] = [
      { name: 'main', service: 'web' },
      { name: 'canary', service: 'canary', annotations },
    ];
    expect(serviceOf(ask(rules, {}, 0.19))).toBe('canary');
    expect(serviceOf(ask(rules, {}, 0.2))).toBe('web');
    expect(ask(rules, {}, 0.1).reasons.at(-1)).toMatchObject({
      name: 'canary',
      field: 'metadata.annotations[nginx.ingress.kubernetes.io/canary-weight]',
    });
  });

  test('a canary without a mainline serves nothing', () => {
    const routing = ask([{ name: 'canary', service: 'canary', annotations: { canary: 'true' } }]);
    expect(routing.kind === 'proxy' && routing.upstream.name).toBe('upstream-default-backend');
  });

  test('a host with tls is redirected to https with 308, unless ssl-redirect is false', () => {
    const tls = [{ hosts: ['shop.example'], secretName: 'missing' }];
    const redirected = ask([{ name: 'a', service: 'web', tls }], { path: '/cart/?a=1' });
    expect(redirected).toMatchObject({ kind: 'redirect', status: 308, to: 'https://shop.example/cart/?a=1' });
    const annotations = { 'ssl-redirect': 'false' };
    expect(serviceOf(ask([{ name: 'a', service: 'web', tls, annotations }]))).toBe('web');
    expect(serviceOf(ask([{ name: 'a', service: 'web', tls }], { scheme: 'https' }))).toBe('web');
  });

  test('rewrite-target fills in the groups of the path and keeps the query', () => {
    const annotations = { 'rewrite-target': '/$2' };
    const rule = { name: 'a', service: 'web', path: '/api(/|$)(.*)', annotations };
    const routing = ask([rule], { path: '/api/v1/items?page=2' });
    expect(routing.kind === 'proxy' && routing.path).toBe('/v1/items?page=2');
  });
});

describe('certificates', () => {
  const { next } = createRandom(3);
  const key: SigningKey = { kind: 'ec', ...generateP256Key(next) };
  const otherKey: SigningKey = { kind: 'ec', ...generateP256Key(next) };
  const subject = [{ type: 'CN', value: 'Shop' }];
  const certificate = issueCertificate({
    serialNumber: 1n,
    subject,
    issuer: subject,
    notBefore: 0,
    notAfter: 365 * 86_400_000,
    publicKey: publicKeyOf(key)!,
    extensions: [
      {
        type: OID.subjectAltName,
        critical: false,
        value: writeAlternativeNames({ dns: ['shop.example', '*.shop.example'], addresses: [] }),
      },
    ],
    key,
  });
  const secret = (crt: string, privateKey: SigningKey): Secret => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'shop', namespace: 'default' },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': btoa(crt), 'tls.key': btoa(writePem('PRIVATE KEY', writePrivateKey(privateKey))) },
  });
  const tls = [{ hosts: ['shop.example', 'bank.example'], secretName: 'shop' }];
  const rules: Rule[] = [
    { name: 'a', service: 'web', tls },
    { name: 'b', host: 'bank.example', service: 'web', tls },
  ];
  const pem = writePem('CERTIFICATE', certificate.der);
  const subjectOf = (configuration: Configuration, host: string) => {
    const [first] = findCertificate(configuration, host)?.chain ?? [];
    return first && attributeOf(first.subject, 'CN');
  };

  test('SNI chooses the Secret of its host; a Secret made for another name gives way to the fake certificate', () => {
    const configuration = configure(rules, [secret(pem, key)]);
    expect(subjectOf(configuration, 'shop.example')).toBe('Shop');
    expect(findCertificate(configuration, 'bank.example')).toEqual({});
    expect(findCertificate(configuration, 'else.example')).toBeUndefined();
    const texts = configuration.messages.map(({ text }) => text);
    expect(texts).toContain(
      'SSL certificate "default/shop" does not contain a Common Name or Subject Alternative Name for server "bank.example": x509: certificate is valid for shop.example, *.shop.example, not bank.example',
    );
  });

  test.each([
    [
      'the key of another certificate',
      pem,
      otherKey,
      'certificate and private key does not have a matching public key: tls: private key does not match public key',
    ],
    [
      'no PEM at all',
      'nothing',
      key,
      "no certificate PEM data found, make sure certificate content starts with 'BEGIN CERTIFICATE'",
    ],
    [
      'a broken certificate',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      key,
      'x509: malformed certificate',
    ],
  ])(
    'a Secret with %s gives way to the fake certificate, and the log says why',
    (_, crt, privateKey, why) => {
      const configuration = configure(rules, [secret(crt, privateKey)]);
      expect(findCertificate(configuration, 'shop.example')).toEqual({});
      expect(configuration.messages.map(({ text }) => text)).toEqual(
        expect.arrayContaining([
          `Error obtaining X.509 certificate: unexpected error creating SSL Cert: ${why}`,
          'Error getting SSL certificate "default/shop": local SSL certificate default/shop was not found. Using default certificate',
        ]),
      );
    },
  );

  test('the fake certificate is the one that the controller makes: RSA, for ingress.local, a year long', () => {
    const made = fakeCertificate(0, next)();
    expect(attributeOf(made.issuer, 'CN')).toBe('Kubernetes Ingress Controller Fake Certificate');
    expect(made).toMatchObject({
      dnsNames: ['ingress.local'],
      isAuthority: false,
      notAfter: 365 * 86_400_000,
    });
    expect(made.publicKey).toMatchObject({ kind: 'rsa', size: 2048 });
    expect(isSignedBy(made, made)).toBe(true);
  });
});
