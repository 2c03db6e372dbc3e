import type { HTTPIngressPath, Ingress } from '../../../src/engine/api/index.ts';
import { createRandom } from '../../../src/engine/apimachinery/index.ts';
import {
  buildConfiguration,
  type Configuration,
  chainFor,
  DEFAULT_UPSTREAM,
  fakeCertificate,
  type RoutedRequest,
  type Routing,
  route,
  upstreamRequest,
} from '../../../src/engine/ingress/index.ts';
import { httpRequest } from '../../../src/engine/libc/index.ts';
import { attributeOf } from '../../../src/engine/x509/index.ts';
import type { GoldenResult } from '../result.ts';

/**
 * Requests through Ingresses: the suite of kubernetes-sigs/ingress-controller-conformance, the tables of Kubernetes'
 * own page on Ingress, and ingress-nginx's end-to-end tests. Every Service that a record names exists and has one
 * endpoint; an Ingress without a class gets this controller's, as upstream's test frameworks do it.
 */
export const file = 'ingress-conformance.json';

interface RecordedRequest {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type Facts = Readonly<Record<string, unknown>>;

interface RecordedPath {
  readonly path: string;
  readonly pathType: NonNullable<HTTPIngressPath['pathType']>;
}

interface Records {
  readonly suites: readonly {
    readonly id: string;
    readonly ingresses: readonly Ingress[];
    readonly cases: readonly {
      readonly name: string;
      readonly request: RecordedRequest;
      readonly expect: Facts;
    }[];
  }[];
  readonly pathTypeTable: readonly {
    readonly pathType: RecordedPath['pathType'] | 'Mixed';
    readonly paths: readonly (string | RecordedPath)[];
    readonly requestPath: string;
    readonly matchedPath: string | null;
    readonly matchedPathType?: string;
  }[];
  readonly hostWildcardTable: readonly {
    readonly host: string;
    readonly requestHost: string;
    readonly match: boolean;
  }[];
  readonly canary: readonly {
    readonly name: string;
    readonly canaryAnnotations: Readonly<Record<string, string>>;
    readonly requestHeaders: Readonly<Record<string, string>>;
    readonly cookies: Readonly<Record<string, string>>;
    readonly expectUpstream: string;
  }[];
}

export function run(records: unknown): GoldenResult[] {
  const { suites, pathTypeTable, hostWildcardTable, canary } = records as Records;
  return [
    ...suites.flatMap(({ id, ingresses, cases }) => {
      const configuration = configure(ingresses);
      return cases.map(({ name, request, expect }) =>
        compare(`${id}/${name}`, expect, observe(configuration, request)),
      );
    }),
    ...pathTypeTable.map(runPathType),
    ...hostWildcardTable.map(runHost),
    ...canary.map(runCanary),
  ];
}

const CLASS = 'nginx';

function configure(ingresses: readonly Ingress[]): Configuration {
  const complete = ingresses.map((ingress, index): Ingress => {
    const { spec, metadata } = ingress;
    const creationTimestamp = `2026-01-01T00:00:${String(index).padStart(2, '0')}Z`;
    return {
      ...ingress,
      metadata: { namespace: 'default', creationTimestamp, ...metadata },
      spec: { ingressClassName: CLASS, ...spec },
    };
  });
  const backends = complete.flatMap(({ spec }) => [
    ...(spec?.defaultBackend ? [spec.defaultBackend] : []),
    ...(spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []).map(({ backend }) => backend),
  ]);
  const services = backends.flatMap(({ service }) => service ?? []);
  const meta = (name: string, kind: string, apiVersion: string) => ({
    apiVersion,
    kind,
    metadata: { name, namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
  });
  return buildConfiguration({
    ingressClasses: [
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'IngressClass',
        metadata: { name: CLASS },
        spec: { controller: 'k8s.io/ingress-nginx' },
      },
    ],
    ingresses: complete,
    services: services.map(({ name, port }) => ({
      ...meta(name, 'Service', 'v1'),
      spec: {
        ports: [{ name: port?.name ?? '', port: port?.number ?? 80, protocol: 'TCP', targetPort: 8080 }],
      },
    })),
    endpointSlices: services.map(({ name, port }) => ({
      ...meta(name, 'EndpointSlice', 'discovery.k8s.io/v1'),
      addressType: 'IPv4',
      endpoints: [{ addresses: ['100.96.1.2'] }],
      ports: [{ name: port?.name ?? '', port: 8080, protocol: 'TCP' }],
    })),
    secrets: [],
    now: 0,
  });
}

function send(configuration: Configuration, request: RecordedRequest): Routing {
  const headers = new Map(
    Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const routed: RoutedRequest = {
    scheme: request.scheme,
    host: request.host,
    path: request.path,
    clientAddress: '198.51.100.10',
    header: (name) => headers.get(name.toLowerCase()),
  };
  return route(configuration, routed, () => 0.5);
}

const fake = fakeCertificate(0, createRandom(1).next);

/** Everything that a record may ask about one request. */
function observe(configuration: Configuration, request: RecordedRequest): Facts {
  const routing = send(configuration, request);
  const chain = chainFor(configuration, request.host, fake);
  const tls =
    request.scheme === 'https'
      ? { tlsIssuerCN: attributeOf(chain[0]!.issuer, 'CN'), peerCertificates: chain.length }
      : {};
  if (routing.kind === 'redirect') return { ...tls, status: routing.status, location: routing.to };
  if (routing.kind === 'answer') return { ...tls, status: routing.status };
  if (routing.upstream.name === DEFAULT_UPSTREAM) return { ...tls, status: 404 };
  const passed = upstreamRequest(httpRequest({ path: request.path }), routing.path, routing.location, {
    clientAddress: '198.51.100.10',
    scheme: request.scheme,
    port: request.scheme === 'https' ? 443 : 80,
    requestId: '0',
  });
  return {
    ...tls,
    status: 200,
    service: routing.upstream.service?.name,
    ingress: routing.location.source?.name,
    upstreamPath: passed.path,
    requestProto: `HTTP/${passed.version}`,
  };
}

function runPathType({
  pathType,
  paths,
  requestPath,
  matchedPath,
  matchedPathType,
}: Records['pathTypeTable'][number]): GoldenResult {
  const rules = paths.map(
    (path): RecordedPath =>
      typeof path === 'string' ? { path, pathType: pathType === 'Mixed' ? 'Prefix' : pathType } : path,
  );
  const configuration = configure([
    ingress('paths', {
      host: 'foo.com',
      http: { paths: rules.map((rule, index) => ({ ...rule, backend: backend(`service-${index}`) })) },
    }),
  ]);
  const routing = send(configuration, {
    method: 'GET',
    scheme: 'http',
    host: 'foo.com',
    path: requestPath,
  });
  const service = routing.kind === 'proxy' ? routing.upstream.service?.name : undefined;
  const matched = rules[Number(service?.replace('service-', ''))];
  const id = `pathType/${pathType} ${rules.map(({ path }) => path).join(',')} ${requestPath}`;
  return compare(
    id,
    { matchedPath, ...(matchedPathType && { matchedPathType }) },
    { matchedPath: matched?.path ?? null, matchedPathType: matched?.pathType },
  );
}

function runHost({ host, requestHost, match }: Records['hostWildcardTable'][number]): GoldenResult {
  const rule = {
    host,
    http: { paths: [{ path: '/', pathType: 'Prefix', backend: backend('web') } as const] },
  };
  const request = { method: 'GET', scheme: 'http', host: requestHost, path: '/' } as const;
  const routing = send(configure([ingress('hosts', rule)]), request);
  const matched = routing.kind === 'proxy' && routing.upstream.service?.name === 'web';
  return compare(`host/${host} ${requestHost}`, { match }, { match: matched });
}

function runCanary(record: Records['canary'][number]): GoldenResult {
  const rule = (name: string) => ({
    host: 'foo.com',
    http: { paths: [{ path: '/', pathType: 'Prefix', backend: backend(name) } as const] },
  });
  const annotations = Object.fromEntries(
    Object.entries(record.canaryAnnotations).map(([name, value]) => [
      `nginx.ingress.kubernetes.io/${name}`,
      value,
    ]),
  );
  const configuration = configure([
    ingress('mainline', rule('mainline')),
    ingress('canary', rule('canary'), annotations),
  ]);
  const cookie = Object.entries(record.cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');
  const headers = { ...record.requestHeaders, ...(cookie && { cookie }) };
  const routing = send(configuration, { method: 'GET', scheme: 'http', host: 'foo.com', path: '/', headers });
  const upstream = routing.kind === 'proxy' ? routing.upstream.service?.name : undefined;
  return compare(`canary/${record.name}`, { upstream: record.expectUpstream }, { upstream });
}

function ingress(
  name: string,
  rule: NonNullable<NonNullable<Ingress['spec']>['rules']>[number],
  annotations: Readonly<Record<string, string>> = {},
): Ingress {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, annotations },
    spec: { rules: [rule] },
  };
}

function backend(name: string): HTTPIngressPath['backend'] {
  return { service: { name, port: { number: 80 } } };
}

function compare(id: string, expected: Facts, actual: Facts): GoldenResult {
  const wrong = Object.entries(expected).filter(([name, value]) => actual[name] !== value);
  if (wrong.length === 0) return { id, passed: true };
  const difference = wrong
    .map(([name, value]) => `${name}: expected ${JSON.stringify(value)}, got ${JSON.stringify(actual[name])}`)
    .join('; ');
  return { id, passed: false, difference };
}
