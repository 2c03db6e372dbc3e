import type { ServicePort } from './service-port.ts';
import type { ServiceTracker } from './service-tracker.ts';

/** What a load balancer's probe of a Service's health-check node port is answered (pkg/proxy/healthcheck). */
export interface HealthCheckAnswer {
  /** 200 when the node has a ready endpoint of the Service, else 503. */
  readonly status: 200 | 503;
  /** JSON. */
  readonly body: string;
  readonly localEndpoints: number;
}

export interface HealthCheckOptions {
  readonly nodeName: string;
  /** Opens a TCP port on the node that answers HTTP; answers how to close it. */
  readonly serveHealthCheck?: (port: number, answer: () => HealthCheckAnswer) => () => void;
}

/** Keeps one node's health-check ports open: those of Services of type LoadBalancer with externalTrafficPolicy Local. */
export interface HealthChecks {
  /** The ports of the Service (`namespace/name`) as they are now; none: it is gone. */
  update(key: string, ports: readonly ServicePort[]): void;
  stop(): void;
}

export function createHealthChecks(
  { nodeName, serveHealthCheck }: HealthCheckOptions,
  tracker: ServiceTracker,
): HealthChecks {
  const open = new Map<string, { readonly port: number; close(): void }>();

  function answer(key: string): HealthCheckAnswer {
    const local = new Set<string>();
    for (const slice of tracker.state(key).slices) {
      for (const endpoint of slice.endpoints ?? []) {
        if (endpoint.nodeName === nodeName && (endpoint.conditions?.ready ?? true))
          local.add(endpoint.addresses[0] ?? '');
      }
    }
    const [namespace = '', name = ''] = key.split('/');
    const body = JSON.stringify(
      { service: { namespace, name }, localEndpoints: local.size, serviceProxyHealthy: true },
      null,
      '\t',
    );
    return { status: local.size > 0 ? 200 : 503, body, localEndpoints: local.size };
  }

  return {
    update(key, ports) {
      const port = ports.find(({ healthCheckNodePort }) => healthCheckNodePort !== 0)?.healthCheckNodePort;
      const known = open.get(key);
      if (known?.port === port) return;
      known?.close();
      open.delete(key);
      if (port && serveHealthCheck) open.set(key, { port, close: serveHealthCheck(port, () => answer(key)) });
    },
    stop() {
      for (const { close } of open.values()) close();
      open.clear();
    },
  };
}
