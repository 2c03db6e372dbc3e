import type { Endpoint } from '../../api/index.ts';
import { deepEqual } from '../../apimachinery/index.ts';

/**
 * The endpoint with the hints that a Service's trafficDistribution asks for: ready ones tell their zone, and for
 * PreferSameNode their node too; without trafficDistribution there are none. Models ReconcileHints
 * (endpointslice/trafficdist/trafficdist.go).
 */
export function withHints(endpoint: Endpoint, trafficDistribution: string | undefined): Endpoint {
  if (trafficDistribution === undefined && endpoint.hints === undefined) return endpoint;
  const prefersClose = ['PreferClose', 'PreferSameZone', 'PreferSameNode'].includes(
    trafficDistribution ?? '',
  );
  if (prefersClose && endpoint.conditions?.ready !== true) return endpoint;
  const { hints, ...rest } = endpoint;
  const { zone, nodeName } = rest;
  const wanted = {
    ...(zone !== undefined ? { forZones: [{ name: zone }] } : {}),
    ...(trafficDistribution === 'PreferSameNode' && nodeName !== undefined
      ? { forNodes: [{ name: nodeName }] }
      : {}),
  };
  if (!prefersClose || Object.keys(wanted).length === 0) return hints === undefined ? endpoint : rest;
  return deepEqual(hints, wanted) ? endpoint : { ...rest, hints: wanted };
}
