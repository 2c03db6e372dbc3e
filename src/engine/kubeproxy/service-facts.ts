import type { EndpointSlice } from '../api/index.ts';
import { type EndpointsByPort, endpointsByPort, type ProxyEndpoint } from './endpoint.ts';
import type { IpFamily } from './ip-family.ts';
import { portKey, type ServicePort, servicePorts } from './service-port.ts';
import type { ServiceState } from './service-tracker.ts';

/** All that follows from one version of a Service and its slices, whatever the node. */
export interface ServiceFacts {
  readonly ports: readonly ServicePort[];
  readonly endpoints: EndpointsByPort;
  readonly endpointCount: number;
  /** An address that two slices list is told as the node that asks has it: what one node saw is not another's. */
  readonly hasRepeatedAddress: boolean;
  /** The rules are the same on every node whose kube-proxy is set alike: nothing here depends on where it runs. */
  readonly sameOnEveryNode: boolean;
}

export type FactsOf = (state: ServiceState, family: IpFamily, nodeName: string) => ServiceFacts;

/**
 * Remembers what was worked out for a Service, so that a hundred nodes' proxies in one memory do it once. Purely a
 * saving: objects never change once they are stored, so neither does what follows from them.
 */
export function createFactsCache(): FactsOf {
  const known = new WeakMap<ServiceState, ServiceFacts>();
  return (state, family, nodeName) => {
    const before = known.get(state);
    if (before) return before;
    const facts = serviceFacts(state, family, nodeName);
    if (!facts.hasRepeatedAddress) known.set(state, facts);
    return facts;
  };
}

function serviceFacts({ service, slices }: ServiceState, family: IpFamily, nodeName: string): ServiceFacts {
  const ports = service ? servicePorts(service, family) : [];
  const endpoints = endpointsByPort(slices, family, nodeName);
  const used = ports.flatMap((port) => endpointsOf(port, endpoints));
  const isRepeated = hasRepeatedAddress(endpoints, slices);
  return {
    ports,
    endpoints,
    endpointCount: used.length,
    hasRepeatedAddress: isRepeated,
    sameOnEveryNode:
      !isRepeated &&
      ports.every((port) => !port.usesLocalEndpoints && port.loadBalancerSourceRanges.length === 0) &&
      used.every(({ zoneHints, nodeHints }) => zoneHints.length + nodeHints.length === 0),
  };
}

/** The endpoints of one port of a Service. */
export function endpointsOf(
  { service, index, protocol }: ServicePort,
  endpoints: EndpointsByPort,
): readonly ProxyEndpoint[] {
  return endpoints.get(portKey(service.spec.ports?.[index]?.name, protocol)) ?? [];
}

function hasRepeatedAddress(endpoints: EndpointsByPort, slices: readonly EndpointSlice[]): boolean {
  if (slices.length < 2) return false;
  let listed = 0;
  for (const slice of slices) listed += (slice.ports ?? []).length * (slice.endpoints ?? []).length;
  let kept = 0;
  for (const ofPort of endpoints.values()) kept += ofPort.length;
  return kept < listed;
}
