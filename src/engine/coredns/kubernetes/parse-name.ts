/** What a name below the zone asks for (plugin/kubernetes/parse.go). Lower case, underscores stripped. */
export interface NameRequest {
  readonly kind: 'svc' | 'pod';
  readonly namespace?: string;
  /** The Service; for `pod`, the address with dashes. */
  readonly service?: string;
  readonly endpoint?: string;
  readonly cluster?: string;
  readonly port?: string;
  readonly protocol?: string;
}

/**
 * Reads the labels in front of the zone, from the right:
 *
 *   [endpoint | _port._protocol | endpoint.cluster] . service . namespace . svc|pod
 *
 * `apex` is the zone itself, `svc` or `pod` alone: they exist, without records. `invalid` never exists.
 */
export function parseName(
  name: string,
  zone: string,
  multicluster: boolean,
): NameRequest | 'apex' | 'invalid' {
  const lower = name.toLowerCase();
  const base = lower === zone ? '' : lower.slice(0, -(zone.length + (zone === '.' ? 0 : 1)));
  if (base === '' || base === 'svc' || base === 'pod') return 'apex';
  const labels = base.split('.');
  const kind = labels.pop();
  if (kind !== 'svc' && kind !== 'pod') return 'invalid';
  const namespace = labels.pop();
  const service = labels.pop();
  const request: NameRequest = {
    kind,
    ...(namespace !== undefined && { namespace }),
    ...(service !== undefined && { service }),
  };
  const [first, second] = labels;
  if (labels.length === 0) return request;
  if (labels.length === 1) return { ...request, endpoint: first! };
  if (labels.length > 2) return 'invalid';
  if (multicluster && !first!.startsWith('_') && !second!.startsWith('_'))
    return { ...request, endpoint: first!, cluster: second! };
  return { ...request, port: first!.replace(/^_/, ''), protocol: second!.replace(/^_/, '') };
}
