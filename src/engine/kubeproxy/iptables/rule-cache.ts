import type { EndpointSlice, Service } from '../../api/index.ts';
import { type EndpointsByPort, endpointsByPort, type ProxyEndpoint, serviceOfSlice } from '../endpoint.ts';
import type { IpFamily } from '../ip-family.ts';
import { portKey, type ServicePort, servicePorts } from '../service-port.ts';
import type { ServicePortRules } from './service-port-rules.ts';

/** All that follows from one version of a Service and its slices, whatever the node. */
export interface ServiceFacts {
  /** Another number for every version of every Service. */
  readonly version: number;
  readonly ports: readonly ServicePort[];
  readonly endpoints: EndpointsByPort;
  readonly endpointCount: number;
  /** The rules are the same on every node whose kube-proxy is set alike: nothing here depends on where it runs. */
  readonly sameOnEveryNode: boolean;
  /** Rules by how the proxy is set; only for those that are the same on every node. */
  readonly rules: Map<string, readonly ServicePortRules[]>;
}

/**
 * Remembers what was worked out for a Service, so that a hundred nodes' proxies in one memory do it once. Purely a
 * saving: objects never change once they are stored, so neither does what follows from them.
 */
export interface RuleCache {
  /** The text that was made for the key, if it was made lately. */
  textOf(key: string, make: () => string): string;
  /** As {@link serviceOfSlice}. */
  serviceOf(slice: EndpointSlice): string | undefined;
  factsOf(
    service: Service,
    slices: readonly EndpointSlice[],
    family: IpFamily,
    nodeName: string,
  ): ServiceFacts;
}

/** Nodes sync at nearly the same time: a few texts are enough. */
const TEXTS_KEPT = 4;

export function createRuleCache(): RuleCache {
  const known = new WeakMap<
    Service,
    { readonly slices: readonly EndpointSlice[]; readonly family: IpFamily; readonly facts: ServiceFacts }
  >();
  const services = new WeakMap<EndpointSlice, { readonly key: string | undefined }>();
  const texts = new Map<string, string>();
  let version = 0;
  return {
    textOf(key, make) {
      const text = texts.get(key) ?? make();
      texts.delete(key);
      texts.set(key, text);
      const [oldest] = texts.keys();
      if (texts.size > TEXTS_KEPT && oldest !== undefined) texts.delete(oldest);
      return text;
    },
    serviceOf(slice) {
      const found = services.get(slice) ?? { key: serviceOfSlice(slice) };
      services.set(slice, found);
      return found.key;
    },
    factsOf(service, slices, family, nodeName) {
      const before = known.get(service);
      const same =
        before &&
        before.family === family &&
        before.slices.length === slices.length &&
        before.slices.every((slice, index) => slice === slices[index]);
      if (same) return before.facts;
      const facts = serviceFacts(service, slices, family, nodeName, ++version);
      // An address that two slices list belongs to the node that asks, so what one node saw is not another's.
      if (!hasRepeatedAddress(facts.endpoints, slices)) known.set(service, { slices, family, facts });
      return facts;
    },
  };
}

function serviceFacts(
  service: Service,
  slices: readonly EndpointSlice[],
  family: IpFamily,
  nodeName: string,
  version: number,
): ServiceFacts {
  const ports = servicePorts(service, family);
  const endpoints = endpointsByPort(slices, family, nodeName);
  const used = ports.flatMap((port) => endpointsOf(port, endpoints));
  return {
    version,
    ports,
    endpoints,
    endpointCount: used.length,
    sameOnEveryNode:
      ports.every((port) => !port.usesLocalEndpoints && port.loadBalancerSourceRanges.length === 0) &&
      used.every(({ zoneHints, nodeHints }) => zoneHints.length + nodeHints.length === 0),
    rules: new Map(),
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
