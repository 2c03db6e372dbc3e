import type { ResourceName } from '../api/index.ts';

const ENDPOINTS = 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice';

/** What the server warns of whenever a resource is read or written: that it is on its way out (KEP-4974). */
export function readWarnings(resource: ResourceName): readonly string[] {
  return resource === 'endpoints' ? [ENDPOINTS] : [];
}
