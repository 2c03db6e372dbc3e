/** What the API server does to a Service beyond validation (pkg/registry/core/service/strategy.go, v1.36). */
import type { Service } from '../../api/index.ts';
import { serviceName } from '../../apimachinery/index.ts';
import { defaultService } from '../defaults/service.ts';
import type { Mutable } from '../mutable.ts';
import type { Strategy } from '../strategy.ts';
import {
  needsHealthCheck,
  serviceWarnings,
  validateLoadBalancerStatus,
  validateService,
  validateServiceUpdate,
} from '../validation/service.ts';

export const serviceStrategy: Strategy<Service> = {
  nameRule: serviceName,
  applyDefaults: defaultService,
  prepareForCreate(draft) {
    draft.status = { loadBalancer: {} };
    normalizeClusterIPs(draft, undefined);
  },
  prepareForUpdate(draft, old) {
    keepAllocatedValues(draft, old);
    normalizeClusterIPs(draft, old);
    dropTypeDependentFields(draft, old);
  },
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  validateStatusUpdate: (service, old) =>
    validateLoadBalancerStatus(
      service.status?.loadBalancer?.ingress,
      old.status?.loadBalancer?.ingress,
      service.spec.type === 'LoadBalancer',
    ),
  warnings: serviceWarnings,
};

/** clusterIP and clusterIPs[0] are one value; clients may set the first and old ones know nothing of the second. */
function normalizeClusterIPs({ spec }: Mutable<Service>, old: Service | undefined): void {
  if (!old) {
    if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
    return;
  }
  if (old.spec.clusterIPs?.length && !spec.clusterIPs?.length && spec.clusterIP)
    spec.clusterIPs = spec.clusterIP === old.spec.clusterIP ? [...old.spec.clusterIPs] : [spec.clusterIP];
  const same = (left: readonly string[] | undefined, right: readonly string[] | undefined) =>
    (left ?? []).join() === (right ?? []).join();
  const before = old.spec.clusterIP ?? '';
  const now = spec.clusterIP ?? '';
  if (before === '' && now !== '' && same(spec.clusterIPs, old.spec.clusterIPs)) spec.clusterIPs = [now];
  else if (before !== '' && now === '' && same(spec.clusterIPs, old.spec.clusterIPs)) delete spec.clusterIPs;
  else if (before !== now && same(spec.clusterIPs, old.spec.clusterIPs)) spec.clusterIPs = [now];
}

/** A client that leaves out what the server gave keeps it (patchAllocatedValues). */
function keepAllocatedValues({ spec }: Mutable<Service>, { spec: old }: Service): void {
  const hasClusterIP = (type: string | undefined) => type !== 'ExternalName';
  if (hasClusterIP(old.type) && hasClusterIP(spec.type)) {
    if (!spec.clusterIP && old.clusterIP) spec.clusterIP = old.clusterIP;
    if (!spec.clusterIPs?.length && spec.clusterIP === old.clusterIP && old.clusterIPs)
      spec.clusterIPs = [...old.clusterIPs];
  }
  const hasPorts = (type: string | undefined) => type === 'NodePort' || type === 'LoadBalancer';
  if (hasPorts(old.type) && hasPorts(spec.type)) {
    const key = (port: { protocol?: string; port: number }) => `${port.protocol}/${port.port}`;
    const known = new Map((old.ports ?? []).map((port) => [key(port), port.nodePort]));
    const used = new Set((spec.ports ?? []).map(({ nodePort }) => nodePort));
    for (const port of spec.ports ?? []) {
      const given = known.get(key(port));
      if (port.nodePort || !given || used.has(given)) continue;
      port.nodePort = given;
      used.add(given);
    }
  }
  const checked = (type: string | undefined, policy: string | undefined) =>
    type === 'LoadBalancer' && policy === 'Local';
  if (checked(old.type, old.externalTrafficPolicy) && checked(spec.type, spec.externalTrafficPolicy)) {
    spec.healthCheckNodePort ||= old.healthCheckNodePort;
  }
}

/** What belongs to the old type goes with it, when the client left it as it was (dropTypeDependentFields). */
function dropTypeDependentFields(draft: Mutable<Service>, old: Service): void {
  const { spec } = draft;
  const before = old.spec;
  const same = (left: unknown, right: unknown) => JSON.stringify(left) === JSON.stringify(right);
  if (before.type !== 'ExternalName' && spec.type === 'ExternalName' && spec.clusterIP === before.clusterIP) {
    if (same(spec.clusterIPs, before.clusterIPs)) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (same(spec.ipFamilies, before.ipFamilies)) delete spec.ipFamilies;
    if (same(spec.ipFamilyPolicy, before.ipFamilyPolicy)) delete spec.ipFamilyPolicy;
  }
  const hasPorts = (type: string | undefined) => type === 'NodePort' || type === 'LoadBalancer';
  if (hasPorts(before.type) && !hasPorts(spec.type)) {
    const known = new Set((before.ports ?? []).map(({ nodePort }) => nodePort));
    if ((spec.ports ?? []).every(({ nodePort }) => !nodePort || known.has(nodePort))) {
      for (const port of spec.ports ?? []) delete port.nodePort;
    }
  }
  if (
    needsHealthCheck(old) &&
    !needsHealthCheck(draft) &&
    spec.healthCheckNodePort === before.healthCheckNodePort
  ) {
    delete spec.healthCheckNodePort;
  }
  if (before.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (spec.allocateLoadBalancerNodePorts === before.allocateLoadBalancerNodePorts)
      delete spec.allocateLoadBalancerNodePorts;
    if (spec.loadBalancerClass === before.loadBalancerClass) delete spec.loadBalancerClass;
  }
  const accessible = (type: string | undefined, externalIPs: readonly string[] | undefined) =>
    hasPorts(type) || (type === 'ClusterIP' && (externalIPs?.length ?? 0) > 0);
  if (accessible(before.type, before.externalIPs) && !accessible(spec.type, spec.externalIPs)) {
    if (spec.externalTrafficPolicy === before.externalTrafficPolicy) delete spec.externalTrafficPolicy;
  }
}
