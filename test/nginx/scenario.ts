import type { Ingress } from '../../src/engine/api/index.ts';

/** One request, as bytes on the wire and as the engine sees it. */
export interface WireRequest {
  readonly scheme: 'http' | 'https';
  /** Speaks plainly to the port of https. */
  readonly misdirected?: boolean;
  readonly method?: string;
  readonly target: string;
  readonly version?: '1.0' | '1.1';
  /** undefined: no Host header at all. */
  readonly host: string | undefined;
  /** SNI; default: the host without its port. '' sends none. */
  readonly serverName?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

/** Ingresses with everything that they lead to, and what is asked of them. */
export interface NginxScenario {
  readonly name: string;
  /**
   * Services need not be given: every one that a backend names is there, with two endpoints; one whose name begins with
   * `empty` has none, one whose name begins with `missing` is not there.
   */
  readonly ingresses: readonly Ingress[];
  /** Secrets by name, each with a certificate for these names. */
  readonly certificates: Readonly<Record<string, readonly string[]>>;
  readonly requests: readonly WireRequest[];
}

export const CLASS = 'nginx';
const ANNOTATION = 'nginx.ingress.kubernetes.io/';

export interface RulePath {
  readonly path?: string;
  readonly pathType?: 'Exact' | 'Prefix' | 'ImplementationSpecific';
  readonly service: string;
}

/** An Ingress in few words. `age`: the higher, the younger. */
export function makeIngress(options: {
  readonly name: string;
  readonly age?: number;
  readonly rules?: readonly { readonly host?: string; readonly paths: readonly RulePath[] }[];
  readonly defaultBackend?: string;
  readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
  readonly annotations?: Readonly<Record<string, string>>;
}): Ingress {
  const backend = (name: string) => ({ service: { name, port: { number: 80 } } });
  const { name, age = 0, rules = [], defaultBackend, tls, annotations = {} } = options;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name,
      namespace: 'default',
      creationTimestamp: `2026-01-01T00:00:${String(age).padStart(2, '0')}Z`,
      annotations: Object.fromEntries(
        Object.entries(annotations).map(([key, value]) => [ANNOTATION + key, value]),
      ),
    },
    spec: {
      ingressClassName: CLASS,
      ...(defaultBackend !== undefined && { defaultBackend: backend(defaultBackend) }),
      ...(tls && { tls }),
      rules: rules.map(({ host, paths }) => ({
        ...(host !== undefined && { host }),
        http: {
          paths: paths.map(({ path, pathType = 'Prefix', service }) => ({
            ...(path !== undefined && { path }),
            pathType,
            backend: backend(service),
          })),
        },
      })),
    },
  };
}

/** The SNI of a request; undefined: none is sent, as for what is no name of a host. */
export function sentServerName({ serverName, host }: WireRequest): string | undefined {
  const name = (serverName ?? host?.replace(/:.*$/, '') ?? '').replace(/\.$/, '');
  return /^[\w.-]*[a-z][\w.-]*$/i.test(name) ? name : undefined;
}
