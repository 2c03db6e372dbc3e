import type { ControllerMessage, CookieAffinity } from './configuration.ts';
import { DEFAULT_SERVER, DEFAULT_UPSTREAM } from './configuration.ts';
import type { SelectedIngress } from './select-ingresses.ts';
import type { LocationDraft, ServerDraft } from './servers.ts';
import { type UpstreamDraft, upstreamName } from './upstreams.ts';

/**
 * Hangs every canary's upstream on the upstream that serves the same host, path and type. Without one it is dropped.
 * Models mergeAlternativeBackends (internal/ingress/controller/controller.go, v1.15).
 */
export function mergeCanaries(
  ingresses: readonly SelectedIngress[],
  upstreams: Map<string, UpstreamDraft>,
  servers: ReadonlyMap<string, ServerDraft>,
  messages: ControllerMessage[],
): void {
  const canaries = ingresses.filter(({ annotations }) => annotations.canary);
  if (canaries.length === ingresses.length) return;
  for (const canary of canaries) {
    const fallback = canary.ingress.spec?.defaultBackend?.service;
    const merge = (name: string, host: string, fits: (location: LocationDraft) => boolean) => {
      const server = servers.get(host);
      const alternative = upstreams.get(name);
      if (!server || !alternative) return;
      if (mergeOne(canary, alternative, server.locations.filter(fits), upstreams)) return;
      const text = `unable to find real backend for alternative backend ${name}. Deleting.`;
      messages.push({ level: 'W', at: 'controller.go:1710', text });
      upstreams.delete(name);
    };
    if (fallback) merge(upstreamName(canary.namespace, fallback), DEFAULT_SERVER, () => true);
    for (const { host, paths } of canary.rules) {
      for (const { path, pathType, backend } of paths ?? []) {
        if (!backend.service) continue;
        merge(
          upstreamName(canary.namespace, backend.service),
          host,
          (location) => location.path === path && location.pathType === pathType,
        );
      }
    }
  }
}

/** Answers whether the canary has found a place, or needs none because it is the mainline's own upstream. */
function mergeOne(
  { annotations }: SelectedIngress,
  alternative: UpstreamDraft,
  locations: readonly LocationDraft[],
  upstreams: ReadonlyMap<string, UpstreamDraft>,
): boolean {
  let merged = false;
  for (const { upstream } of locations) {
    const primary = upstreams.get(upstream);
    if (primary === alternative) return true;
    if (!primary || primary.name === DEFAULT_UPSTREAM || primary.noServer) continue;
    merged = true;
    if (primary.alternatives.includes(alternative.name)) continue;
    if (!annotations.affinity?.legacyCanary && primary.affinity) alternative.affinity = primary.affinity;
    primary.alternatives = [...primary.alternatives, alternative.name];
  }
  return merged;
}

/** Notes at the upstreams which Ingresses want their clients to stay with one endpoint. */
export function applyAffinity(
  ingresses: readonly SelectedIngress[],
  upstreams: ReadonlyMap<string, UpstreamDraft>,
): void {
  for (const { annotations, namespace, rules } of ingresses) {
    if (!annotations.affinity) continue;
    const { legacyCanary: _, ...cookie } = annotations.affinity;
    for (const { host, paths } of rules) {
      for (const { path, backend } of paths ?? []) {
        const upstream = backend.service && upstreams.get(upstreamName(namespace, backend.service));
        // A canary takes its mainline's affinity, when it is merged.
        if (!upstream || upstream.noServer) continue;
        const locations: CookieAffinity['locations'] = [
          ...(upstream.affinity?.locations ?? []),
          { host, path },
        ];
        upstream.affinity = { ...cookie, locations };
      }
    }
  }
}
