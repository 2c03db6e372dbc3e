import type { Service } from '../../../../engine/index.ts';
import {
  type DescribeContext,
  endpointsOfPort,
  slicesOf,
  writeAnnotations,
  writeEvents,
  writeMap,
} from './shared.ts';
import type { DescribeWriter } from './writer.ts';

/** Models describeService (kubectl pkg/describe/describe.go, v1.36). */
export function describeService(out: DescribeWriter, service: Service, context: DescribeContext): void {
  const { metadata, spec, status } = service;
  const type = spec.type ?? 'ClusterIP';
  out.line(0, 'Name:', metadata.name);
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  writeMap(out, 0, 'Labels', metadata.labels);
  writeAnnotations(out, 0, metadata.annotations);
  out.line(0, 'Selector:', selector(spec.selector));
  out.line(0, 'Type:', type);
  if (spec.ipFamilyPolicy) out.line(0, 'IP Family Policy:', spec.ipFamilyPolicy);
  out.line(0, 'IP Families:', list(spec.ipFamilies));
  out.line(0, 'IP:', spec.clusterIP ?? '');
  out.line(0, 'IPs:', list(spec.clusterIPs));
  if ((spec.externalIPs ?? []).length > 0) out.line(0, 'External IPs:', spec.externalIPs!.join(','));
  if (spec.loadBalancerIP) out.line(0, 'IP:', spec.loadBalancerIP);
  if (spec.externalName) out.line(0, 'External Name:', spec.externalName);
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (ingress.length > 0) {
    out.line(
      0,
      'LoadBalancer Ingress:',
      ingress
        .map(({ ip, hostname, ipMode }) => (ip ? `${ip}${ipMode ? ` (${ipMode})` : ''}` : (hostname ?? '')))
        .join(', '),
    );
  }
  const slices = slicesOf(context.api, metadata.namespace ?? '', metadata.name);
  for (const port of spec.ports ?? []) {
    const name = port.name || '<unset>';
    const protocol = port.protocol ?? 'TCP';
    out.line(0, 'Port:', name, `${port.port}/${protocol}`);
    out.line(0, 'TargetPort:', `${port.targetPort || port.port}/${protocol}`);
    if (port.nodePort) out.line(0, 'NodePort:', name, `${port.nodePort}/${protocol}`);
    out.line(0, 'Endpoints:', endpointsOfPort(slices, port.name ?? ''));
  }
  out.line(0, 'Session Affinity:', spec.sessionAffinity ?? 'None');
  if (spec.externalTrafficPolicy) out.line(0, 'External Traffic Policy:', spec.externalTrafficPolicy);
  if (spec.internalTrafficPolicy) out.line(0, 'Internal Traffic Policy:', spec.internalTrafficPolicy);
  if (spec.healthCheckNodePort) out.line(0, 'HealthCheck NodePort:', String(spec.healthCheckNodePort));
  if (spec.trafficDistribution) out.line(0, 'Traffic Distribution:', spec.trafficDistribution);
  if ((spec.loadBalancerSourceRanges ?? []).length > 0)
    out.line(0, 'LoadBalancer Source Ranges:', spec.loadBalancerSourceRanges!.join(','));
  writeEvents(out, context, service);
}

function selector(map: Service['spec']['selector']): string {
  const entries = Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? '<none>' : entries.map(([key, value]) => `${key}=${value}`).join(',');
}

function list(items: readonly string[] | undefined): string {
  return (items ?? []).length === 0 ? '<none>' : items!.join(',');
}
