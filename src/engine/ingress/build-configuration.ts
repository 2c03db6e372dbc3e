import type { Ingress, IngressClass, Secret } from '../api/index.ts';
import { applyAffinity, mergeCanaries } from './canaries.ts';
import type { Configuration, ControllerMessage, Server, Upstream } from './configuration.ts';
import { nginxLocations } from './nginx-locations.ts';
import { type ClassOptions, DEFAULT_CLASS, selectIngresses } from './select-ingresses.ts';
import { createServers } from './servers.ts';
import { createUpstreams, type ServiceObjects, type UpstreamDraft } from './upstreams.ts';
import { wwwRedirects } from './www-redirects.ts';

/** What the controller watches. */
export interface IngressObjects extends ServiceObjects {
  readonly ingressClasses: readonly IngressClass[];
  readonly ingresses: readonly Ingress[];
  readonly secrets: readonly Secret[];
  /** The instant now, in milliseconds since 1970: certificates expire. */
  readonly now: number;
}

/**
 * Ingresses, and what they lead to, turned into servers by host, locations by path and upstreams of endpoints.
 * Pure. Models getBackendServers and getConfiguration (internal/ingress/controller/controller.go, v1.15).
 *
 *   Ingresses ─class─▶ oldest first ─▶ upstreams ─▶ servers, locations ─▶ canaries ─▶ locations in nginx's order
 */
export function buildConfiguration(
  objects: IngressObjects,
  options: ClassOptions = DEFAULT_CLASS,
): Configuration {
  const messages: ControllerMessage[] = [];
  const { selected, messages: ignored } = selectIngresses(objects.ingresses, objects.ingressClasses, options);
  const upstreams = createUpstreams(selected, objects, messages);
  const servers = createServers(selected, upstreams, { ...objects, messages });
  applyAffinity(selected, upstreams);
  const redirects = wwwRedirects(servers, messages);
  mergeCanaries(selected, upstreams, servers, messages);
  return {
    servers: [...servers.values()]
      .map(
        ({ hostname, aliases, locations, certificate }): Server => ({
          hostname,
          aliases,
          locations: nginxLocations(locations),
          ...(certificate && { certificate }),
        }),
      )
      .concat(redirects)
      .toSorted((a, b) => (a.hostname < b.hostname ? -1 : 1)),
    upstreams: [...upstreams.values()].map(finish).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    ingresses: selected.map(({ namespace, name }) => `${namespace}/${name}`),
    messages: [...ignored, ...messages],
  };
}

function finish({ noServer: _, servicePort: __, ...upstream }: UpstreamDraft): Upstream {
  return upstream;
}
