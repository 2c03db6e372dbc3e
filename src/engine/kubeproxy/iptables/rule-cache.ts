import type { EndpointSlice } from '../../api/index.ts';
import { type EndpointsByPort, endpointsByPort, type ProxyEndpoint } from '../endpoint.ts';
import type { IpFamily } from '../ip-family.ts';
import { portKey, type ServicePort, servicePorts } from '../service-port.ts';
import type { ServiceState } from '../service-tracker.ts';
import type { ServicePortRules } from './service-port-rules.ts';

/** All that follows from one version of a Service and its slices, whatever the node. */
export interface ServiceFacts {
  readonly ports: readonly ServicePort[];
  readonly endpoints: EndpointsByPort;
  readonly endpointCount: number;
  /** The rules are the same on every node whose kube-proxy is set alike: nothing here depends on where it runs. */
  readonly sameOnEveryNode: boolean;
  /** Rules by how the proxy is set; only for those that are the same on every node. */
  readonly rules: Map<RuleSettings, readonly ServicePortRules[]>;
}

/** How a proxy is set, as far as it shows in its rules: proxies that are set alike have the same one. */
export interface RuleSettings {
  readonly largeCluster: boolean;
  /** Texts that were written lately, by what they are of. */
  readonly texts: Map<string, readonly string[]>;
}

/**
 * Remembers what was worked out for a Service, so that a hundred nodes' proxies in one memory do it once. Purely a
 * saving: objects never change once they are stored, so neither does what follows from them.
 */
export interface RuleCache {
  settings(description: string, largeCluster: boolean): RuleSettings;
  factsOf(state: ServiceState, family: IpFamily, nodeName: string): ServiceFacts;
}

/** Nodes sync at nearly the same time: a few texts are enough. */
const TEXTS_KEPT = 4;

/** The text that was written for the key, if it was written lately. */
export function sharedText(
  { texts }: RuleSettings,
  key: string,
  write: () => readonly string[],
): readonly string[] {
  const known = texts.get(key);
  if (known) return known;
  const text = write();
  texts.set(key, text);
  const [oldest] = texts.keys();
  if (texts.size > TEXTS_KEPT && oldest !== undefined) texts.delete(oldest);
  return text;
}

export function createRuleCache(): RuleCache {
  const known = new WeakMap<ServiceState, ServiceFacts>();
  const settings = new Map<string, RuleSettings>();
  return {
    settings(description, largeCluster) {
      const key = `${description} ${largeCluster}`;
      const found = settings.get(key) ?? { largeCluster, texts: new Map() };
      settings.set(key, found);
      return found;
    },
    factsOf(state, family, nodeName) {
      const before = known.get(state);
      if (before) return before;
      const facts = serviceFacts(state, family, nodeName);
      // An address that two slices list belongs to the node that asks, so what one node saw is not another's.
      if (!hasRepeatedAddress(facts.endpoints, state.slices)) known.set(state, facts);
      return facts;
    },
  };
}

function serviceFacts({ service, slices }: ServiceState, family: IpFamily, nodeName: string): ServiceFacts {
  const ports = service ? servicePorts(service, family) : [];
  const endpoints = endpointsByPort(slices, family, nodeName);
  const used = ports.flatMap((port) => endpointsOf(port, endpoints));
  return {
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
