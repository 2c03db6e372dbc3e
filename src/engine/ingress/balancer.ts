import { fnv32a } from '../apimachinery/index.ts';
import type { BackendEndpoint, Upstream } from './configuration.ts';
import { backendKey, stickyKey } from './cookies.ts';
import type { RoutedRequest } from './route.ts';

export interface Picked {
  readonly endpoint: BackendEndpoint;
  /** The value that the affinity cookie is to be set to; absent: no affinity, or the client has one that holds. */
  readonly cookie?: string;
}

/** Chooses the endpoints of requests, and remembers whose turn it is. */
export interface Balancer {
  /** undefined: there are none. `tried`: those that did not answer this request. */
  pick(
    upstream: Upstream,
    endpoints: readonly BackendEndpoint[],
    request: RoutedRequest,
    tried: readonly BackendEndpoint[],
  ): Picked | undefined;
}

export interface BalancerOptions {
  /** A draw in [0, 1). */
  readonly random: () => number;
  /** Milliseconds since 1970. */
  readonly date: () => number;
}

/**
 * Round robin from an endpoint drawn by chance, or the endpoint that the affinity cookie leads to. Models
 * rootfs/etc/nginx/lua/balancer/{round_robin,sticky_balanced,sticky_persistent}.lua (v1.15).
 */
export function createBalancer({ random, date }: BalancerOptions): Balancer {
  const turns = new Map<string, { readonly among: string; next: number }>();

  function roundRobin({ name }: Upstream, endpoints: readonly BackendEndpoint[]): BackendEndpoint {
    const among = endpoints.map(addressOf).join(' ');
    const known = turns.get(name);
    const turn = known?.among === among ? known : { among, next: Math.floor(random() * endpoints.length) };
    turns.set(name, turn);
    const endpoint = endpoints[turn.next % endpoints.length]!;
    turn.next = (turn.next + 1) % endpoints.length;
    return endpoint;
  }

  return {
    pick(upstream, endpoints, request, tried) {
      if (endpoints.length === 0) return undefined;
      const { affinity, name } = upstream;
      if (!affinity) return { endpoint: roundRobin(upstream, endpoints) };
      const value = stickyKey(request, affinity);
      const kept = value && byKey(value.key, endpoints, affinity.persistent);
      if (kept && !(tried.length > 0 && affinity.changeOnFailure)) return { endpoint: kept };
      const left = endpoints.filter((each) => !tried.includes(each));
      const among = left.length > 0 ? left : endpoints;
      const endpoint = among[Math.floor(random() * among.length)]!;
      const key = affinity.persistent
        ? backendKey(addressOf(endpoint))
        : keyFor(
            endpoint,
            endpoints,
            () => `${(date() / 1000).toFixed(3)}.33.${Math.floor(random() * 999999)}`,
          );
      return { endpoint, cookie: `${key}|${backendKey(name)}` };
    },
  };
}

/** `10.0.0.1:80` */
export function addressOf({ address, port }: BackendEndpoint): string {
  return `${address}:${port}`;
}

/** A key that leads to that endpoint: keys are drawn until one does. */
function keyFor(
  endpoint: BackendEndpoint,
  endpoints: readonly BackendEndpoint[],
  draw: () => string,
): string {
  const enough = 100 * endpoints.length;
  let key = draw();
  for (let tries = 0; tries < enough && byKey(key, endpoints, false) !== endpoint; tries++) key = draw();
  return key;
}

/** balanced: the highest of the digests of key and endpoint, so that few clients move; persistent: the endpoint named. */
function byKey(
  key: string,
  endpoints: readonly BackendEndpoint[],
  persistent: boolean,
): BackendEndpoint | undefined {
  if (persistent) return endpoints.find((endpoint) => backendKey(addressOf(endpoint)) === key);
  const weight = (endpoint: BackendEndpoint) => fnv32a(backendKey(`${key} ${addressOf(endpoint)}`));
  return endpoints.reduce((best, each) => (weight(each) > weight(best) ? each : best));
}
