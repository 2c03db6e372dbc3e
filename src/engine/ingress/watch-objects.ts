import type { Ingress } from '../api/index.ts';
import { type ApiClient, createInformer } from '../apiserver/index.ts';
import type { IngressObjects } from './build-configuration.ts';

export interface WatchOptions {
  /** undefined: all namespaces. */
  readonly namespace: string | undefined;
  readonly defaultBackendService: string | undefined;
  /** Something that may matter has changed. */
  changed(): void;
  /** An Ingress is new, or its spec or annotations are. */
  ingressChanged(ingress: Ingress): void;
}

export interface WatchedObjects {
  objects(): Omit<IngressObjects, 'now'>;
  stop(): void;
}

/** Watches what the configuration is made of (internal/ingress/controller/store, v1.15). */
export function watchObjects(api: ApiClient, options: WatchOptions): WatchedObjects {
  const handlers = { added: options.changed, updated: options.changed, deleted: options.changed };
  const classes = createInformer(api, 'ingressclasses', handlers);
  const services = createInformer(api, 'services', handlers);
  const slices = createInformer(api, 'endpointslices', handlers);
  const secrets = createInformer(api, 'secrets', handlers);
  const ingresses = createInformer(api, 'ingresses', {
    added(ingress) {
      options.ingressChanged(ingress);
      options.changed();
    },
    updated(old, ingress) {
      // The status is the controller's own doing.
      if (old.spec === ingress.spec && old.metadata.annotations === ingress.metadata.annotations) return;
      if (old.metadata.generation !== ingress.metadata.generation) options.ingressChanged(ingress);
      options.changed();
    },
    deleted: options.changed,
  });
  return {
    objects: () => ({
      ingressClasses: classes.list(),
      ingresses: ingresses.list(options.namespace),
      services: services.list(options.namespace),
      endpointSlices: slices.list(options.namespace),
      secrets: secrets.list(options.namespace),
      ...(options.defaultBackendService && { defaultBackendService: options.defaultBackendService }),
    }),
    stop() {
      for (const informer of [classes, services, slices, secrets, ingresses]) informer.stop();
    },
  };
}
