import { describe, expect, test } from 'vitest';
import type { Ingress, Secret } from '../api/index.ts';
import { buildConfiguration } from './build-configuration.ts';
import { fakeCertificate, isFor, parseCertificate } from './certificate.ts';
import { findCertificate } from './match.ts';
import { type RoutedRequest, type Routing, route } from './route.ts';

/** A certificate for shop.example and *.shop.example, self-signed for this test; its key was thrown away. */
const PEM = [
  '-----BEGIN CERTIFICATE-----',
  'MIIBuzCCAWCgAwIBAgIUQbTxrmoP+s5u/HSL1cD8mn+Z2L0wCgYIKoZIzj0EAwIw',
  'HjENMAsGA1UECgwEU2hvcDENMAsGA1UEAwwEU2hvcDAeFw0yNjExMjIxOTE2MTla',
  'Fw0zNjExMTkxOTE2MTlaMB4xDTALBgNVBAoMBFNob3AxDTALBgNVBAMMBFNob3Aw',
  'WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASxQaeLTad43LZ6/j+HyKOl1W+8lr1d',
  'Z+CHynVjQ/wXRvQmTaN26wsQ2Vbb8QA76xSdROaQco4YlwW6pqWa9yyko3wwejAd',
  'BgNVHQ4EFgQUjvUTVc2exZwZ+M4l4fdOPHmU3NwwHwYDVR0jBBgwFoAUjvUTVc2e',
  'xZwZ+M4l4fdOPHmU3NwwDwYDVR0TAQH/BAUwAwEB/zAnBgNVHREEIDAeggxzaG9w',
  'LmV4YW1wbGWCDiouc2hvcC5leGFtcGxlMAoGCCqGSM49BAMCA0kAMEYCIQCb51vd',
  'Eii7V8YbjbKkp8iyxEWcFZ62cSIMoNYgs9bd5AIhAJmKPoEQEFzJaX3E/Mg5PMLl',
  '7+A6XOxej0hGIG9kc/51',
  '-----END CERTIFICATE-----',
].join('\n');
const base64 = (text: string) => btoa(text);
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
  return buildConfiguration(
    {
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
    },
    fakeCertificate(0),
  );
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
  const secret: Secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'shop', namespace: 'default' },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': base64(PEM), 'tls.key': base64('a key') },
  };
  const tls = [{ hosts: ['shop.example', 'bank.example'], secretName: 'shop' }];

  test('a Secret is read as X.509', () => {
    const certificate = parseCertificate(PEM)!;
    expect(certificate).toMatchObject({
      subject: { commonName: 'Shop', organization: 'Shop' },
      dnsNames: ['shop.example', '*.shop.example'],
      chainLength: 1,
    });
    expect(certificate.notAfter - certificate.notBefore).toBe(3650 * 24 * 60 * 60 * 1000);
    expect(isFor(certificate, 'www.SHOP.example')).toBe(true);
    expect(isFor(certificate, 'a.www.shop.example')).toBe(false);
    expect(parseCertificate('no certificate')).toBeUndefined();
  });

  test('SNI chooses the Secret of its host; a Secret made for another name gives way to the fake certificate', () => {
    const configuration = configure(
      [
        { name: 'a', service: 'web', tls },
        { name: 'b', host: 'bank.example', service: 'web', tls },
      ],
      [secret],
    );
    expect(findCertificate(configuration, 'shop.example')?.certificate.subject.commonName).toBe('Shop');
    expect(findCertificate(configuration, 'bank.example')?.certificate).toBe(configuration.fakeCertificate);
    expect(findCertificate(configuration, 'else.example')).toBeUndefined();
  });
});
