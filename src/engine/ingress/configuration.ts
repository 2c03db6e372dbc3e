import type { Certificate } from '../x509/index.ts';
import type { Annotations } from './annotations.ts';

/** The object and the field of it that decided something: what an answer gives as its reason. */
export interface Reason {
  readonly kind: 'Ingress' | 'Service' | 'Secret';
  readonly namespace: string;
  readonly name: string;
  /** `spec.rules[0].http.paths[1].path`; '' for the object as a whole. */
  readonly field: string;
}

export interface BackendEndpoint {
  /** An address; of an ExternalName Service a name. */
  readonly address: string;
  readonly port: number;
}

/** Who gets a canary: the first of header, cookie and weight that says something decides. */
export interface TrafficShaping {
  readonly weight: number;
  readonly weightTotal: number;
  readonly header: string;
  readonly headerValue: string;
  readonly headerPattern: string;
  readonly cookie: string;
  readonly source: Reason;
}

export interface CookieAffinity {
  readonly name: string;
  readonly persistent: boolean;
  readonly path?: string;
  readonly domain?: string;
  readonly sameSite?: string;
  readonly secure?: boolean;
  readonly maxAge?: number;
  readonly expires?: number;
  readonly changeOnFailure: boolean;
  /** The paths, by host, whose answers set the cookie. */
  readonly locations: readonly { readonly host: string; readonly path: string }[];
}

/** The endpoints behind one port of one Service. */
export interface Upstream {
  /** `default-hello-80`: namespace, Service and port as the Ingress names it. */
  readonly name: string;
  /** Absent: there is no such Service. */
  readonly service?: { readonly namespace: string; readonly name: string };
  /** The endpoints are names, to be resolved (ExternalName). */
  readonly external: boolean;
  readonly endpoints: readonly BackendEndpoint[];
  /** The canaries of this upstream; as in the real one only the first is asked. */
  readonly alternatives: readonly string[];
  readonly trafficShaping?: TrafficShaping;
  readonly affinity?: CookieAffinity;
}

/** How nginx compares a location with the path of a request. */
export type PathMatch =
  | { readonly kind: 'exact'; readonly path: string }
  | { readonly kind: 'prefix'; readonly path: string }
  /** Anchored at its start, in any case; the first in the list that fits wins. */
  | { readonly kind: 'regex'; readonly path: string };

export interface Location {
  readonly match: PathMatch;
  /** The path as the Ingress has it; `/` for a server's own default. */
  readonly path: string;
  readonly pathType: 'Exact' | 'Prefix';
  readonly upstream: string;
  readonly servicePort: string;
  readonly annotations: Annotations;
  /** Absent: nobody asked for it; the controller's default backend answers. */
  readonly source?: Reason;
}

export interface Server {
  /** `_` is the server of every host that has none of its own. */
  readonly hostname: string;
  readonly aliases: readonly string[];
  readonly locations: readonly Location[];
  readonly certificate?: ServedCertificate;
  /** Sends everything to another host, `www.` more or less; it has no locations. */
  readonly redirect?: { readonly to: string; readonly source: Reason };
}

export interface ServedCertificate {
  /** What the server sends, its own certificate first; absent: the controller's fake certificate. */
  readonly chain?: readonly Certificate[];
  /** The Secret that it came from, `namespace-name` as its file is called. */
  readonly secret?: string;
  /** The field that names the Secret. */
  readonly source?: Reason;
}

/** What the controller makes of the cluster's objects: what nginx.conf says, and what answers requests. */
export interface Configuration {
  /** By hostname, in order. */
  readonly servers: readonly Server[];
  /** By name, in order. */
  readonly upstreams: readonly Upstream[];
  /** The Ingresses that are served, oldest first: `namespace/name`. */
  readonly ingresses: readonly string[];
  /** What the controller's log says of it. */
  readonly messages: readonly ControllerMessage[];
}

/** A line of the controller's log. */
export interface ControllerMessage {
  readonly level: 'I' | 'W' | 'E';
  /** File and line of the real controller. */
  readonly at: string;
  readonly text: string;
}

export const DEFAULT_SERVER = '_';
export const DEFAULT_UPSTREAM = 'upstream-default-backend';
/** Where the controller's own default backend listens, in its pod. */
export const DEFAULT_BACKEND_PORT = 8181;
