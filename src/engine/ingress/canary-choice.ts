import type { Reason, Upstream } from './configuration.ts';
import { backendKey, cookieOf, stickyKey } from './cookies.ts';
import type { RoutedRequest } from './route.ts';

export interface CanaryChoice {
  readonly toCanary: boolean;
  /** The annotation that decided; absent: a cookie of session affinity did, or nothing spoke for the canary. */
  readonly annotation?: 'canary-by-header' | 'canary-by-cookie' | 'canary-weight';
}

/**
 * Whether a request goes to the canary: header, then cookie, then weight. A client that stays with one of the two by
 * session affinity keeps it. Models route_to_alternative_balancer (rootfs/etc/nginx/lua/balancer.lua, v1.15).
 */
export function chooseCanary(
  primary: Upstream,
  canary: Upstream,
  request: RoutedRequest,
  draw: () => number,
): CanaryChoice {
  if (isAffinitized(primary, request)) return { toCanary: false };
  if (isAffinitized(canary, request)) return { toCanary: true };
  const shaping = canary.trafficShaping;
  if (!shaping) return { toCanary: false };
  const header = shaping.header && request.header(shaping.header);
  if (header) {
    const annotation = 'canary-by-header';
    if (shaping.headerValue) {
      if (shaping.headerValue === header) return { toCanary: true, annotation };
    } else if (shaping.headerPattern) {
      if (matches(shaping.headerPattern, header)) return { toCanary: true, annotation };
    } else if (header === 'always' || header === 'never') {
      return { toCanary: header === 'always', annotation };
    }
  }
  const cookie = shaping.cookie && cookieOf(request, shaping.cookie);
  if (cookie === 'always' || cookie === 'never')
    return { toCanary: cookie === 'always', annotation: 'canary-by-cookie' };
  const total = Math.max(100, shaping.weightTotal);
  const drawn = Math.floor(draw() * total) + 1;
  return { toCanary: drawn <= shaping.weight, annotation: 'canary-weight' };
}

/** The field of the canary's Ingress that decided. */
export function canaryReason({ trafficShaping }: Upstream, { annotation }: CanaryChoice): readonly Reason[] {
  if (!trafficShaping || !annotation) return [];
  const field = `metadata.annotations[nginx.ingress.kubernetes.io/${annotation}]`;
  return [{ ...trafficShaping.source, field }];
}

function isAffinitized({ affinity, name }: Upstream, request: RoutedRequest): boolean {
  return affinity !== undefined && stickyKey(request, affinity)?.backend === backendKey(name);
}

function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern).test(text);
  } catch {
    return false;
  }
}
